package io.millrace.schema;

import java.util.List;

/**
 * A key or index of a table.
 *
 * @param name {@link #PRIMARY} for the primary key
 * @param parts in order
 */
public record TableIndex(String name, boolean isUnique, List<Part> parts) {
    /** The primary key's name. */
    public static final String PRIMARY = "PRIMARY";

    /**
     * One part.
     *
     * @param column empty for an expression
     * @param prefix characters or bytes of the column that are indexed, 0 for all
     */
    public record Part(String column, int prefix) {}

    public TableIndex {
        parts = List.copyOf(parts);
    }
}
