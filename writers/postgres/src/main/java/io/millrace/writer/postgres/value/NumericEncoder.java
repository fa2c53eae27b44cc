package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.postgres.connection.BinaryOutput;
import org.agrona.DirectBuffer;

/**
 * DECIMAL's digits and whole numbers into numeric, whose binary form counts in base 10,000.
 *
 * <pre>
 *  +-----------+-----------+-----------+-----------+------------+
 *  | groups    | weight    | sign      | scale     | groups …   |   each 16 bits; the first group is worth 10000^weight
 *  +-----------+-----------+-----------+-----------+------------+
 * </pre>
 */
public enum NumericEncoder implements FieldEncoder {
    /** ASCII digits: {@code [-]digits[.digits]}, NaN, Infinity, -Infinity. */
    DIGITS {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            int length = image.valueLength(column);
            int offset = image.valueOffset(column);
            DirectBuffer digits = image.buffer();
            if (length == 0) {
                return Fault.NOT_A_NUMBER;
            }
            boolean isNegative = digits.getByte(offset) == '-';
            int from = isNegative ? 1 : 0;
            if (from < length && digits.getByte(offset + from) > '9') {
                return putSpecial(digits.getByte(offset + from), isNegative, output);
            }
            return putDigits(digits, offset + from, length - from, isNegative, output);
        }
    },
    /** A signed 64-bit number. */
    SIGNED {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            long value = image.longAt(column);
            return putWhole(value < 0 ? -value : value, value < 0, output);
        }
    },
    /** An unsigned 64-bit number. */
    UNSIGNED {
        @Override
        public int put(ImageFlyweight image, int column, BinaryOutput output) {
            return putWhole(image.longAt(column), false, output);
        }
    };

    private static final int GROUP = 10_000;
    private static final int GROUP_DIGITS = 4;
    private static final int HEADER_LENGTH = 8;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int POSITIVE_INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;

    static int putSpecial(int firstLetter, boolean isNegative, BinaryOutput output) {
        output.putInt(HEADER_LENGTH);
        output.putInt(0);
        output.putShort(firstLetter == 'N' ? NAN : isNegative ? NEGATIVE_INFINITY : POSITIVE_INFINITY);
        output.putShort(0);
        return firstLetter == 'N' || firstLetter == 'I' ? Fault.NONE : Fault.NOT_A_NUMBER;
    }

    static int putWhole(long magnitude, boolean isNegative, BinaryOutput output) {
        int start = begin(output);
        long high = Long.divideUnsigned(magnitude, 1_0000_0000_0000_0000L);
        long low = magnitude - high * 1_0000_0000_0000_0000L;
        int groups = 0;
        groups += putGroup((int) high, groups, output);
        groups += putGroup((int) (low / 1_0000_0000_0000L), groups, output);
        groups += putGroup((int) (low / 1_0000_0000L % GROUP), groups, output);
        groups += putGroup((int) (low / GROUP % GROUP), groups, output);
        groups += putGroup((int) (low % GROUP), groups, output);
        return end(output, start, groups, groups - 1, isNegative, 0);
    }

    static int putDigits(DirectBuffer digits, int offset, int length, boolean isNegative, BinaryOutput output) {
        int point = 0;
        while (point < length && digits.getByte(offset + point) != '.') {
            point++;
        }
        int start = begin(output);
        int groups = 0;
        int weight = (point + GROUP_DIGITS - 1) / GROUP_DIGITS;
        int value = 0;
        int until = point % GROUP_DIGITS == 0 ? GROUP_DIGITS : point % GROUP_DIGITS;
        for (int i = 0; i < point; i++) {
            int digit = digits.getByte(offset + i) - '0';
            if (digit < 0 || digit > 9) {
                return Fault.NOT_A_NUMBER;
            }
            value = value * 10 + digit;
            if (--until == 0) {
                int put = putGroup(value, groups, output);
                groups += put;
                weight -= 1 - put;
                value = 0;
                until = GROUP_DIGITS;
            }
        }
        int scale = Math.max(0, length - point - 1);
        for (int i = 0; i < scale; i += GROUP_DIGITS) {
            value = 0;
            for (int j = i; j < i + GROUP_DIGITS; j++) {
                int digit = j < scale ? digits.getByte(offset + point + 1 + j) - '0' : 0;
                if (digit < 0 || digit > 9) {
                    return Fault.NOT_A_NUMBER;
                }
                value = value * 10 + digit;
            }
            int put = putGroup(value, groups, output);
            groups += put;
            weight -= 1 - put;
        }
        return end(output, start, groups, weight - 1, isNegative, scale);
    }

    private static int begin(BinaryOutput output) {
        int start = output.reserve(4 + HEADER_LENGTH);
        output.length(start + 4 + HEADER_LENGTH);
        return start;
    }

    /** Leading zeros are not written. */
    private static int putGroup(int value, int groupsBefore, BinaryOutput output) {
        if (value == 0 && groupsBefore == 0) {
            return 0;
        }
        output.putShort(value);
        return 1;
    }

    private static int end(BinaryOutput output, int start, int groupCount, int weight, boolean isNegative, int scale) {
        int groups = groupCount;
        int end = output.length();
        while (groups > 0 && output.bytes()[end - 1] == 0 && output.bytes()[end - 2] == 0) {
            end -= 2;
            groups--;
        }
        output.length(end);
        output.setInt(start, end - start - 4);
        output.setShort(start + 4, groups);
        output.setShort(start + 6, groups == 0 ? 0 : weight);
        output.setShort(start + 8, isNegative && groups > 0 ? NEGATIVE : 0);
        output.setShort(start + 10, scale);
        return Fault.NONE;
    }
}
