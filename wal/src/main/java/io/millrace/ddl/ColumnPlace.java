package io.millrace.ddl;

/**
 * Where a statement puts a column.
 *
 * @param after the column before it; only for AFTER
 */
public record ColumnPlace(Kind kind, String after) {
    /** As it was, or last. */
    public static final ColumnPlace UNSAID = new ColumnPlace(Kind.UNSAID, "");

    public static final ColumnPlace FIRST = new ColumnPlace(Kind.FIRST, "");

    /** The kinds of places. */
    public enum Kind {
        UNSAID,
        FIRST,
        AFTER
    }

    public static ColumnPlace after(String column) {
        return new ColumnPlace(Kind.AFTER, column);
    }
}
