package io.millrace.expression;

import io.millrace.row.ImageFlyweight;

/** NULL, a literal that has no type yet, or a column of which nothing is known but whether it is NULL. */
final class Nothing extends Value {
    static final int NO_COLUMN = -1;

    private final SqlType type;
    private final String literal;
    private final int column;

    private Nothing(SqlType type, String literal, int column) {
        this.type = type;
        this.literal = literal;
        this.column = column;
    }

    static Nothing ofNull() {
        return new Nothing(SqlType.NULL, "", NO_COLUMN);
    }

    static Nothing ofLiteral(String text) {
        return new Nothing(SqlType.UNTYPED, text, NO_COLUMN);
    }

    static Nothing ofColumn(int column) {
        return new Nothing(SqlType.OPAQUE, "", column);
    }

    /** The column, or {@link #NO_COLUMN}. */
    int column() {
        return column;
    }

    String literal() {
        return literal;
    }

    @Override
    SqlType type() {
        return type;
    }

    @Override
    boolean load(ImageFlyweight row) {
        return column == NO_COLUMN ? type == SqlType.UNTYPED : !row.isNull(column);
    }
}
