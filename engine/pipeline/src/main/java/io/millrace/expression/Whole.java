package io.millrace.expression;

/**
 * A number of 64 bits: a whole number; days, or microseconds, since 2000-01-01, of which the least and the greatest long are
 * PostgreSQL's infinities; microseconds.
 */
abstract non-sealed class Whole extends Value {
    private final SqlType type;
    long value;

    Whole(SqlType type) {
        this.type = type;
    }

    @Override
    final SqlType type() {
        return type;
    }
}
