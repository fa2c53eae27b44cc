package io.millrace.expression.value;

/** True or false, or, where {@link #load} says no, unknown. */
public abstract non-sealed class Truth extends Value {
    public boolean isTrue;

    @Override
    public final SqlType type() {
        return SqlType.BOOLEAN;
    }
}
