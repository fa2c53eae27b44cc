package io.millrace.expression.value;

import io.millrace.schema.Column;

/** What kind of value an expression has. */
public enum SqlType {
    BOOLEAN("truth value"),
    /** A whole number of 64 bits. */
    INTEGER("whole number"),
    /** An exact number of any length. */
    DECIMAL("exact number"),
    /** IEEE 754 double. */
    DOUBLE("double"),
    TEXT("text"),
    DATE("date"),
    /** What a clock shows, in no zone. */
    TIMESTAMP("date and time"),
    /** A moment. */
    INSTANT("moment"),
    /** A length of time, or a time of day. */
    TIME("time"),
    /** A literal in quotes that takes the type of what it stands beside. */
    UNTYPED("literal"),
    /** The word NULL. */
    NULL("NULL"),
    /** A column whose values nothing but IS NULL looks at. */
    OPAQUE("no type of expressions");

    private final String text;

    SqlType(String text) {
        this.text = text;
    }

    /** What the values of a column are in expressions; {@link #OPAQUE} where they can only be compared with NULL. */
    public static SqlType of(Column column) {
        return switch (column.type()) {
            case BOOLEAN -> BOOLEAN;
            case INTEGER, YEAR -> INTEGER;
            case UNSIGNED -> column.length() < Byte.SIZE ? INTEGER : OPAQUE;
            case DOUBLE -> DOUBLE;
            case DECIMAL -> DECIMAL;
            case TEXT -> TEXT;
            case DATE, POSTGRES_DATE -> DATE;
            case DATETIME, POSTGRES_TIMESTAMP -> TIMESTAMP;
            case TIMESTAMP, POSTGRES_TIMESTAMPTZ -> INSTANT;
            case TIME -> TIME;
            default -> OPAQUE;
        };
    }

    /** For messages. */
    public String text() {
        return text;
    }

    public boolean isNumber() {
        return this == INTEGER || this == DECIMAL || this == DOUBLE;
    }

    public boolean isDay() {
        return this == DATE || this == TIMESTAMP || this == INSTANT;
    }

    public boolean isOpen() {
        return this == UNTYPED || this == NULL;
    }
}
