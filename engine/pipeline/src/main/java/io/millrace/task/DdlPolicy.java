package io.millrace.task;

import java.util.Locale;

/** What becomes of a statement of the source. */
public enum DdlPolicy {
    /** Carried out at the target, in the stream's order. */
    NORMAL,
    /** Left out; rows go on by lineage. */
    IGNORE,
    /** Likewise, and said. */
    ALERT,
    /** The task stops before any later row. */
    ERROR;

    /** As a task file spells it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DdlPolicy parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
