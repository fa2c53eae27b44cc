package io.millrace.expression;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Where computed text lies until the next row. Confined to one thread; allocates to grow. */
final class TextScratch {
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer(128);
    private int length;

    void clear() {
        length = 0;
    }

    void add(DirectBuffer from, int offset, int count) {
        bytes.putBytes(length, from, offset, count);
        length += count;
    }

    void addCodePoint(int c) {
        if (c < 0x80) {
            bytes.putByte(length++, (byte) c);
            return;
        }
        int width = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        int lead = width == 2 ? 0xC0 : width == 3 ? 0xE0 : 0xF0;
        bytes.putByte(length, (byte) (lead | c >> 6 * (width - 1)));
        for (int i = 1; i < width; i++) {
            bytes.putByte(length + i, (byte) (0x80 | c >> 6 * (width - 1 - i) & 0x3F));
        }
        length += width;
    }

    DirectBuffer buffer() {
        return bytes;
    }

    int length() {
        return length;
    }
}
