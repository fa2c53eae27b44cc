package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;

/** NULL, a literal that has no type yet, or a column of which nothing is known but whether it is NULL. */
public final class Nothing extends Value {
    public static final int NO_COLUMN = -1;

    private final SqlType type;
    private final String literal;
    private final int column;

    private Nothing(SqlType type, String literal, int column) {
        this.type = type;
        this.literal = literal;
        this.column = column;
    }

    public static Nothing ofNull() {
        return new Nothing(SqlType.NULL, "", NO_COLUMN);
    }

    public static Nothing ofLiteral(String text) {
        return new Nothing(SqlType.UNTYPED, text, NO_COLUMN);
    }

    public static Nothing ofColumn(int column) {
        return new Nothing(SqlType.OPAQUE, "", column);
    }

    /** The column, or {@link #NO_COLUMN}. */
    public int column() {
        return column;
    }

    public String literal() {
        return literal;
    }

    @Override
    public SqlType type() {
        return type;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        return column == NO_COLUMN ? type == SqlType.UNTYPED : !row.isNull(column);
    }
}
