package io.millrace.reader.postgres.value;

import io.millrace.row.RowEncoder;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A numeric's binary form as the digits that the server prints, with as many behind the point as it says.
 *
 * <pre>
 *   0                   2                   4                   6                   8
 *  +-------------------+-------------------+-------------------+-------------------+
 *  | count of groups   | weight of first   | sign              | digits behind .   |  groups of four digits …
 *  +-------------------+-------------------+-------------------+-------------------+
 * </pre>
 *
 * <p>The value is the sum of group · 10000^weight, the weight going down by one from group to group; groups of 0 at either end are not
 * sent. Pure; allocates nothing.
 */
final class NumericBytes {
    private static final int HEADER = 8;
    private static final int GROUP_DIGITS = 4;
    private static final int GROUP_LIMIT = 10_000;
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int MINUS_INFINITY = 0xF000;

    /** The server's own: digits behind the point that a value can have. */
    private static final int MOST_DECIMALS = 0x3FFF;

    private static final byte[] NAN_TEXT = "NaN".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INFINITY_TEXT = "Infinity".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MINUS_INFINITY_TEXT = "-Infinity".getBytes(StandardCharsets.US_ASCII);

    private NumericBytes() {}

    /** Returns false where the bytes are no numeric. */
    static boolean put(byte[] bytes, int at, int length, RowEncoder encoder, int column) {
        if (length < HEADER) {
            return false;
        }
        int groups = BigEndian.i16(bytes, at) & 0xFFFF;
        int weight = BigEndian.i16(bytes, at + 2);
        int sign = BigEndian.i16(bytes, at + 4) & 0xFFFF;
        int decimals = BigEndian.i16(bytes, at + 6) & 0xFFFF;
        if (length != HEADER + groups * Short.BYTES || decimals > MOST_DECIMALS) {
            return false;
        }
        return switch (sign) {
            case POSITIVE, NEGATIVE ->
                putDigits(bytes, at + HEADER, groups, weight, sign == NEGATIVE, decimals, encoder, column);
            case NAN -> putText(NAN_TEXT, groups, encoder, column);
            case INFINITY -> putText(INFINITY_TEXT, groups, encoder, column);
            case MINUS_INFINITY -> putText(MINUS_INFINITY_TEXT, groups, encoder, column);
            default -> false;
        };
    }

    private static boolean putText(byte[] text, int groups, RowEncoder encoder, int column) {
        encoder.putBytes(column, text, 0, text.length);
        return groups == 0;
    }

    private static boolean putDigits(
            byte[] bytes,
            int first,
            int groups,
            int weight,
            boolean isNegative,
            int decimals,
            RowEncoder encoder,
            int column) {
        int whole = Math.max(weight + 1, 0);
        int behind = (decimals + GROUP_DIGITS - 1) / GROUP_DIGITS;
        int start = encoder.reserve(2 + GROUP_DIGITS * (whole + behind + 1));
        UnsafeBuffer out = encoder.buffer();
        int to = start;
        if (isNegative) {
            out.putByte(to++, (byte) '-');
        }
        int number = to;
        boolean isValid = true;
        for (int i = 0; i < whole; i++) {
            int group = group(bytes, first, groups, i);
            isValid &= group < GROUP_LIMIT;
            to = putGroup(out, to, group, to == number);
        }
        if (to == number) {
            out.putByte(to++, (byte) '0');
        }
        if (decimals > 0) {
            out.putByte(to++, (byte) '.');
            int end = to + decimals;
            for (int i = 0; i < behind; i++) {
                int group = group(bytes, first, groups, weight + 1 + i);
                isValid &= group < GROUP_LIMIT;
                to = putGroup(out, to, group, false);
            }
            to = end; // the last group may have digits more than are shown, which are 0
        }
        encoder.putReserved(column, to - start);
        return isValid;
    }

    /** A group by its place from the first; 0 before the first and behind the last. */
    private static int group(byte[] bytes, int first, int groups, int i) {
        return i < 0 || i >= groups ? 0 : BigEndian.i16(bytes, first + i * Short.BYTES) & 0xFFFF;
    }

    private static int putGroup(UnsafeBuffer out, int at, int group, boolean isFirst) {
        int to = at;
        boolean isShown = !isFirst;
        for (int power = GROUP_LIMIT / 10; power > 0; power /= 10) {
            int digit = group / power % 10;
            isShown |= digit != 0;
            if (isShown) {
                out.putByte(to++, (byte) ('0' + digit));
            }
        }
        return to;
    }
}
