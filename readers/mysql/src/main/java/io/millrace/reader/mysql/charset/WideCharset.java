package io.millrace.reader.mysql.charset;

import io.millrace.reader.mysql.value.TextDecoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The character sets of Unicode code units: ucs2, utf16, utf16le, utf32. What is no character becomes a question mark, as the
 * server's CONVERT has it. Immutable and thread-safe; allocates nothing.
 */
enum WideCharset implements TextDecoder {
    UCS2(2) {
        @Override
        int unit(DirectBuffer from, int at) {
            return (from.getByte(at) & 0xFF) << 8 | (from.getByte(at + 1) & 0xFF);
        }
    },
    UTF16(2) {
        @Override
        int unit(DirectBuffer from, int at) {
            return UCS2.unit(from, at);
        }
    },
    UTF16LE(2) {
        @Override
        int unit(DirectBuffer from, int at) {
            return (from.getByte(at + 1) & 0xFF) << 8 | (from.getByte(at) & 0xFF);
        }
    },
    UTF32(4) {
        @Override
        int unit(DirectBuffer from, int at) {
            return UCS2.unit(from, at) << 16 | UCS2.unit(from, at + 2);
        }
    };

    private static final int LAST_CHARACTER = 0x10_FFFF;

    private final int width;

    WideCharset(int width) {
        this.width = width;
    }

    abstract int unit(DirectBuffer from, int at);

    @Override
    public int maxLength(int length) {
        return Math.addExact(length, Math.addExact(length, 4));
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        int at = offset;
        int end = offset + length - width;
        int out = toOffset;
        while (at <= end) {
            int character = unit(from, at);
            at += width;
            boolean isHigh = width == 2 && character >= 0xD800 && character < 0xDC00;
            if (isHigh && this != UCS2 && at <= end) {
                int low = unit(from, at);
                if (low >= 0xDC00 && low < 0xE000) {
                    at += width;
                    character = 0x1_0000 + ((character & 0x3FF) << 10 | (low & 0x3FF));
                }
            }
            out += put(character, to, out);
        }
        return out - toOffset;
    }

    private static int put(int character, MutableDirectBuffer to, int out) {
        boolean isSurrogate = character >= 0xD800 && character < 0xE000;
        if (character < 0 || character > LAST_CHARACTER || isSurrogate) {
            to.putByte(out, (byte) '?');
            return 1;
        }
        if (character < 0x80) {
            to.putByte(out, (byte) character);
            return 1;
        }
        if (character < 0x800) {
            to.putByte(out, (byte) (0xC0 | character >> 6));
            to.putByte(out + 1, (byte) (0x80 | (character & 0x3F)));
            return 2;
        }
        if (character < 0x1_0000) {
            to.putByte(out, (byte) (0xE0 | character >> 12));
            to.putByte(out + 1, (byte) (0x80 | ((character >> 6) & 0x3F)));
            to.putByte(out + 2, (byte) (0x80 | (character & 0x3F)));
            return 3;
        }
        to.putByte(out, (byte) (0xF0 | character >> 18));
        to.putByte(out + 1, (byte) (0x80 | ((character >> 12) & 0x3F)));
        to.putByte(out + 2, (byte) (0x80 | ((character >> 6) & 0x3F)));
        to.putByte(out + 3, (byte) (0x80 | (character & 0x3F)));
        return 4;
    }
}
