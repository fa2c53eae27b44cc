package io.millrace.expression.value;

/** An exact number. */
public abstract non-sealed class Exact extends Value {
    public final Decimal value = new Decimal();

    @Override
    public final SqlType type() {
        return SqlType.DECIMAL;
    }
}
