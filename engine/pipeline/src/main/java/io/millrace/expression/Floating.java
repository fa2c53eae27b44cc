package io.millrace.expression;

/** A double. */
abstract non-sealed class Floating extends Value {
    double value;

    @Override
    final SqlType type() {
        return SqlType.DOUBLE;
    }
}
