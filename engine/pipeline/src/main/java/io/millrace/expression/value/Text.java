package io.millrace.expression.value;

import org.agrona.DirectBuffer;

/** Text as UTF-8, wherever it lies. */
public abstract non-sealed class Text extends Value {
    public DirectBuffer buffer;
    public int offset;
    public int length;

    @Override
    public final SqlType type() {
        return SqlType.TEXT;
    }

    public final void point(Text other) {
        buffer = other.buffer;
        offset = other.offset;
        length = other.length;
    }
}
