package io.millrace.expression.value;

/**
 * A number of 64 bits: a whole number; days, or microseconds, since 2000-01-01, of which the least and the greatest long are
 * PostgreSQL's infinities; microseconds.
 */
public abstract non-sealed class Whole extends Value {
    private final SqlType type;
    public long value;

    public Whole(SqlType type) {
        this.type = type;
    }

    @Override
    public final SqlType type() {
        return type;
    }
}
