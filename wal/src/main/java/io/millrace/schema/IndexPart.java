package io.millrace.schema;

import java.util.Objects;

/**
 * A column as a part of an index. Immutable.
 *
 * @param prefix characters, or bytes where the column has no characters, that are indexed; 0 for all
 */
public record IndexPart(String column, int prefix, boolean isDescending) {
    public IndexPart {
        Objects.requireNonNull(column, "column");
        if (prefix < 0) {
            throw new IllegalArgumentException("prefix=" + prefix);
        }
    }

    /** Whether it is the whole column, in ascending order. */
    public boolean isPlain() {
        return prefix == 0 && !isDescending;
    }

    /** For people. */
    public String text() {
        return prefix > 0 ? column + "(" + prefix + ")" : column;
    }
}
