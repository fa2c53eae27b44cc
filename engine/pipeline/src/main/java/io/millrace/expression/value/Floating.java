package io.millrace.expression.value;

/** A double. */
public abstract non-sealed class Floating extends Value {
    public double value;

    @Override
    public final SqlType type() {
        return SqlType.DOUBLE;
    }
}
