package io.millrace.expression.value;

import org.agrona.DirectBuffer;

/** Characters in UTF-8. Bytes that are none are taken one by one, never past the end. */
public final class Utf8 {
    private Utf8() {}

    /** Bytes of the character that starts here. */
    public static int width(DirectBuffer buffer, int at, int end) {
        int lead = buffer.getByte(at) & 0xFF;
        int width = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        return Math.min(width, end - at);
    }

    public static int codePoint(DirectBuffer buffer, int at, int width) {
        int lead = buffer.getByte(at) & 0xFF;
        if (width == 1) {
            return lead;
        }
        int point = lead & (0xFF >> (width + 1));
        for (int i = 1; i < width; i++) {
            point = point << 6 | (buffer.getByte(at + i) & 0x3F);
        }
        return point;
    }

    public static long count(DirectBuffer buffer, int offset, int length) {
        long count = 0;
        for (int i = 0; i < length; i++) {
            count += (buffer.getByte(offset + i) & 0xC0) != 0x80 ? 1 : 0;
        }
        return count;
    }

    /** Where so many characters further on is, or the end. */
    public static int skip(DirectBuffer buffer, int offset, int end, long characters) {
        int at = offset;
        for (long i = 0; i < characters && at < end; i++) {
            at += width(buffer, at, end);
        }
        return at;
    }
}
