package io.millrace.expression;

/** An exact number. */
abstract non-sealed class Exact extends Value {
    final Decimal value = new Decimal();

    @Override
    final SqlType type() {
        return SqlType.DECIMAL;
    }
}
