package io.millrace.verify;

import java.util.List;

/**
 * One row that differs. Its key is a row's value: for the eyes of who asked for the comparison, never for a log.
 *
 * @param key the key's values, in key order, as the source shows them
 * @param columns at the source, those whose values differ; empty unless the row is on both sides
 */
public record Difference(Kind kind, List<String> key, List<String> columns) {
    /** How a row differs. */
    public enum Kind {
        /** At the source, but not at the target. */
        MISSING,
        /** At the target, but not at the source. */
        EXTRA,
        /** On both sides, with other values. */
        DIFFERENT
    }

    public Difference {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }
}
