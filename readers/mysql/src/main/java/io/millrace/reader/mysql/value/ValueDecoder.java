package io.millrace.reader.mysql.value;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Turns the bytes of a value, as a row event has them, into those of a row image. Allocates nothing. */
public interface ValueDecoder {
    /** Upper bound of what {@link #decode} writes. */
    int maxLength(DirectBuffer from, int offset, int length);

    /**
     * Converts.
     *
     * @param to has room for {@link #maxLength} bytes at {@code toOffset}
     * @return the bytes written
     */
    int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset);
}
