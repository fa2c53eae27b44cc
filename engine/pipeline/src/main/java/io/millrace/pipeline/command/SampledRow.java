package io.millrace.pipeline.command;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a source table before and after all that becomes of it. For the one who asked for it: never for a log or a message. Immutable.
 *
 * @param before by the source's names; of a column that a mask covers, or that is computed of one, {@link #MASKED}
 * @param after by the target's names; empty where a filter leaves the row out
 */
public record SampledRow(Map<String, Object> before, Optional<Map<String, Object>> after) {
    /** Stands in place of what a mask hides. */
    public static final String MASKED = "(masked)";

    public SampledRow {
        before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
        after = after.map(values -> Collections.unmodifiableMap(new LinkedHashMap<>(values)));
    }
}
