package io.millrace.reader.mysql.value;

import org.agrona.DirectBuffer;

/** Turns text of one character set into UTF-8 exactly as the server's {@code CONVERT(… USING utf8mb4)} does. Allocates nothing. */
public interface TextDecoder extends ValueDecoder {
    /** Upper bound of the UTF-8 bytes of a text of {@code length} bytes. */
    int maxLength(int length);

    @Override
    default int maxLength(DirectBuffer from, int offset, int length) {
        return maxLength(length);
    }
}
