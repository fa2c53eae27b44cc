package io.millrace.transform.mask;

import io.millrace.row.RowEncoder;
import io.millrace.transform.step.TextEdit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Masks that leave a part of a text, or its form. Characters are code points; bytes that are none are hidden one by one. */
public final class TextMask {
    private static final byte STAR = '*';
    private static final long STARS = 0x2A2A_2A2A_2A2A_2A2AL;
    private static final long NO_ASCII = 0x8080_8080_8080_8080L;

    private TextMask() {}

    private static int width(DirectBuffer text, int at, int end) {
        int lead = text.getByte(at) & 0xFF;
        int width = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        return Math.min(width, end - at);
    }

    /** Whether each byte is a character. */
    private static boolean isAscii(DirectBuffer text, int offset, int length) {
        long bits = 0;
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            bits |= text.getLong(offset + done);
        }
        for (; done < length; done++) {
            bits |= text.getByte(offset + done);
        }
        return (bits & NO_ASCII) == 0;
    }

    /** The first and the last characters stay; a text that has no others is hidden whole. */
    public static final class Keep extends TextEdit {
        private final int first;
        private final int last;

        public Keep(int first, int last) {
            this.first = first;
            this.last = last;
        }

        @Override
        public void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
            if (isAscii(text, offset, length)) {
                editAscii(column, text, offset, length, out);
            } else {
                editCharacters(column, text, offset, length, out);
            }
        }

        /** By words, up to seven bytes past the end, which nobody has yet. */
        private void editAscii(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
            int start = out.reserve(length + Long.BYTES - 1);
            MutableDirectBuffer buffer = out.buffer();
            for (int done = 0; done < length; done += Long.BYTES) {
                buffer.putLong(start + done, STARS);
            }
            if (length > (long) first + last) {
                copy(text, offset, buffer, start, first);
                copy(text, offset + length - last, buffer, start + length - last, last);
            }
            out.putReserved(column, length);
        }

        private static void copy(DirectBuffer from, int offset, MutableDirectBuffer to, int start, int length) {
            for (int done = 0; done < length; done++) {
                to.putByte(start + done, from.getByte(offset + done));
            }
        }

        private void editCharacters(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
            int end = offset + length;
            int characters = 0;
            for (int at = offset; at < end; at += width(text, at, end)) {
                characters++;
            }
            boolean hidesAll = characters <= (long) first + last;
            int start = out.reserve(length);
            MutableDirectBuffer buffer = out.buffer();
            int target = start;
            int number = 0;
            int width;
            for (int at = offset; at < end; at += width) {
                width = width(text, at, end);
                boolean isKept = !hidesAll && (number < first || number >= characters - last);
                if (isKept) {
                    buffer.putBytes(target, text, at, width);
                    target += width;
                } else {
                    buffer.putByte(target++, STAR);
                }
                number++;
            }
            out.putReserved(column, target - start);
        }
    }

    /** The first character and the domain stay; a text that is no address is hidden whole. */
    public static final class Email extends TextEdit {
        private static final int STARS = 3;

        @Override
        public void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
            int end = offset + length;
            int sign = end - 1;
            while (sign >= offset && text.getByte(sign) != '@') {
                sign--;
            }
            boolean isAddress = sign > offset;
            int kept = isAddress && sign > offset + width(text, offset, end) ? width(text, offset, end) : 0;
            int start = out.reserve(kept + STARS + length);
            MutableDirectBuffer buffer = out.buffer();
            buffer.putBytes(start, text, offset, kept);
            int target = start + kept;
            for (int i = 0; i < STARS; i++) {
                buffer.putByte(target++, STAR);
            }
            if (isAddress) {
                buffer.putBytes(target, text, sign, end - sign);
                target += end - sign;
            }
            out.putReserved(column, target - start);
        }
    }

    /** Every digit, of any script, is 0. */
    public static final class Digits extends TextEdit {
        @Override
        public void edit(int column, DirectBuffer text, int offset, int length, RowEncoder out) {
            int end = offset + length;
            int start = out.reserve(length);
            MutableDirectBuffer buffer = out.buffer();
            int target = start;
            int width;
            for (int at = offset; at < end; at += width) {
                width = width(text, at, end);
                if (Character.isDigit(codePoint(text, at, width))) {
                    buffer.putByte(target++, (byte) '0');
                } else {
                    buffer.putBytes(target, text, at, width);
                    target += width;
                }
            }
            out.putReserved(column, target - start);
        }

        private static int codePoint(DirectBuffer text, int at, int width) {
            int point = width == 1 ? text.getByte(at) & 0x7F : text.getByte(at) & (0xFF >> (width + 1));
            for (int i = 1; i < width; i++) {
                point = point << 6 | (text.getByte(at + i) & 0x3F);
            }
            return point;
        }
    }
}
