package io.millrace.plugin;

import java.util.Objects;

/**
 * A column that a transform writes. Immutable.
 *
 * @param type of a new column, in the words of {@code mapping.add}; empty: the table has the column, and it keeps its type
 */
public record OutputColumn(String name, String type) {
    public OutputColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** A column that the table has. */
    public static OutputColumn of(String name) {
        return new OutputColumn(name, "");
    }

    /** A new one. */
    public static OutputColumn added(String name, String type) {
        return new OutputColumn(name, type);
    }
}
