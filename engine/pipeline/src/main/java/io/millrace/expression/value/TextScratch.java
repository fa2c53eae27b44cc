package io.millrace.expression.value;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Where computed text lies until the next row. Confined to one thread; allocates to grow. */
public final class TextScratch {
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer(128);
    private int length;

    public void clear() {
        length = 0;
    }

    public void add(DirectBuffer from, int offset, int count) {
        bytes.putBytes(length, from, offset, count);
        length += count;
    }

    public void addCodePoint(int c) {
        if (c < 0x80) {
            bytes.putByte(length++, (byte) c);
            return;
        }
        int width = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        int lead = width == 2 ? 0xC0 : width == 3 ? 0xE0 : 0xF0;
        bytes.putByte(length, (byte) (lead | c >> (6 * (width - 1))));
        for (int i = 1; i < width; i++) {
            bytes.putByte(length + i, (byte) (0x80 | (c >> (6 * (width - 1 - i)) & 0x3F)));
        }
        length += width;
    }

    public void addAscii(String text) {
        length += bytes.putStringWithoutLengthAscii(length, text);
    }

    public void add(long number) {
        length += bytes.putLongAscii(length, number);
    }

    /** A number that is not negative, with zeros before it where it has fewer digits. */
    public void addPadded(long number, int digits) {
        int missing = digits - digits(number);
        for (int i = 0; i < missing; i++) {
            bytes.putByte(length++, (byte) '0');
        }
        add(number);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    public void add(Decimal number) {
        int added = number.put(bytes, length, -1, -1);
        if (added < 0) {
            throw EvaluationErrors.outOfRange("text");
        }
        length += added;
    }

    public DirectBuffer buffer() {
        return bytes;
    }

    public int length() {
        return length;
    }
}
