package io.millrace.reader.mysql;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Turns text of one character set into UTF-8 exactly as the server's {@code CONVERT(… USING utf8mb4)} does. Allocates nothing. */
interface TextDecoder {
    /** Upper bound of the UTF-8 bytes of a text of {@code length} bytes. */
    int maxLength(int length);

    /**
     * Converts.
     *
     * @param to has room for {@link #maxLength} bytes at {@code toOffset}
     * @return the bytes written
     */
    int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset);
}
