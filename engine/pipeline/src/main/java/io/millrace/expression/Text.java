package io.millrace.expression;

import org.agrona.DirectBuffer;

/** Text as UTF-8, wherever it lies. */
abstract non-sealed class Text extends Value {
    DirectBuffer buffer;
    int offset;
    int length;

    @Override
    final SqlType type() {
        return SqlType.TEXT;
    }

    final void point(Text other) {
        buffer = other.buffer;
        offset = other.offset;
        length = other.length;
    }
}
