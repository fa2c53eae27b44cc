package io.millrace.expression;

/** True or false, or, where {@link #load} says no, unknown. */
abstract non-sealed class Truth extends Value {
    boolean isTrue;

    @Override
    final SqlType type() {
        return SqlType.BOOLEAN;
    }
}
