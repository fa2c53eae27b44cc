package io.millrace.reader.mysql.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * NEWDECIMAL of one precision and scale to its exact digits, {@code [-]digits[.digits]}.
 *
 * <p>The value is big-endian groups of nine decimal digits in four bytes, counted from the point; the outermost group on each
 * side has only as many bytes as its digits need. The first bit is set for values that are not negative; a negative value has
 * all its bits inverted. (The server's {@code decimal2bin}.) Immutable; allocates nothing.
 */
public final class DecimalDecoder {
    /**
     * Nine groups, what the server's arithmetic holds ({@code DECIMAL_MAX_POSSIBLE_PRECISION}). A column has at most 65 digits,
     * and a decimal in JSON may count the head of its first group as whole: {@code decimal(65,30)} becomes one of 66.
     */
    static final int PRECISION_LIMIT = 81;
    /** Longest value in bytes. */
    static final int LENGTH_LIMIT = 36;
    /** Longest text in bytes. */
    public static final int TEXT_LIMIT = 84;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int GROUP_DIGITS = 9;
    private static final int[] BYTES_OF_DIGITS = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final int[] POWERS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    /** Two digits of each number below 100, the first in the lower byte. */
    private static final short[] PAIRS = new short[100];

    static {
        for (int i = 0; i < PAIRS.length; i++) {
            PAIRS[i] = (short) (('0' + i / 10) | (('0' + i % 10) << 8));
        }
    }

    private final int headDigits;
    private final int integerGroups;
    private final int fractionGroups;
    private final int tailDigits;
    private final int length;

    public DecimalDecoder(int precision, int scale) {
        if (precision < 1 || precision > PRECISION_LIMIT || scale > precision) {
            throw new IllegalArgumentException("not a decimal: precision=" + precision + ", scale=" + scale);
        }
        int integerDigits = precision - scale;
        integerGroups = integerDigits / GROUP_DIGITS;
        headDigits = integerDigits % GROUP_DIGITS;
        fractionGroups = scale / GROUP_DIGITS;
        tailDigits = scale % GROUP_DIGITS;
        length = BYTES_OF_DIGITS[headDigits] + 4 * (integerGroups + fractionGroups) + BYTES_OF_DIGITS[tailDigits];
    }

    /** Bytes of a value in a row. */
    public int length() {
        return length;
    }

    /**
     * Writes the text; returns its length. The caller has checked that {@link #length} bytes are there, and that the text has
     * room for {@link #TEXT_LIMIT}.
     */
    public int decode(byte[] from, int offset, byte[] to, int toOffset) {
        int mask = from[offset] < 0 ? 0 : -1; // inverts the bits of a negative value
        int out = toOffset;
        if (mask != 0) {
            to[out++] = '-';
        }
        int at = offset;
        int head = BYTES_OF_DIGITS[headDigits];
        int first = 0x80; // the bit of the sign, in the very first byte
        int seen = 0; // becomes other than 0 at the first digit that is not
        if (head > 0) {
            seen = group(from, at, head, mask, first);
            at += head;
            first = 0;
            out += seen == 0 ? 0 : putLeading(to, out, seen);
        }
        for (int i = 0; i < integerGroups; i++) {
            int value = group(from, at, 4, mask, first);
            at += 4;
            first = 0;
            if (seen != 0) {
                putNine(to, out, value);
                out += GROUP_DIGITS;
            } else if (value != 0) {
                out += putLeading(to, out, value);
            }
            seen |= value;
        }
        if (seen == 0) {
            to[out++] = '0';
        }
        if (fractionGroups + tailDigits > 0) {
            to[out++] = '.';
            for (int i = 0; i < fractionGroups; i++) {
                int value = group(from, at, 4, mask, first);
                at += 4;
                first = 0;
                seen |= value;
                putNine(to, out, value);
                out += GROUP_DIGITS;
            }
            if (tailDigits > 0) {
                int value = group(from, at, BYTES_OF_DIGITS[tailDigits], mask, first);
                seen |= value;
                putDigits(to, out, value, tailDigits);
                out += tailDigits;
            }
        }
        return mask != 0 && seen == 0 ? withoutSign(to, toOffset, out) : out - toOffset;
    }

    /** No server writes -0, but it would be no canonical form. */
    private static int withoutSign(byte[] to, int start, int end) {
        for (int i = start; i + 1 < end; i++) {
            to[i] = to[i + 1];
        }
        return end - start - 1;
    }

    private static int group(byte[] from, int at, int bytes, int mask, int first) {
        int value = (from[at] ^ mask ^ first) & 0xFF;
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | ((from[at + i] ^ mask) & 0xFF);
        }
        return value;
    }

    private static int putLeading(byte[] to, int out, int value) {
        // A logarithm of two times 1233/4096 is one of ten, or one less than it.
        int guess = ((Integer.SIZE - Integer.numberOfLeadingZeros(value)) * 1233) >>> 12;
        int digits = Math.min(GROUP_DIGITS, guess + (Integer.compareUnsigned(value, POWERS[guess]) >= 0 ? 1 : 0));
        putDigits(to, out, value, digits);
        return digits;
    }

    private static void putNine(byte[] to, int out, int value) {
        putDigits(to, out, value, GROUP_DIGITS);
    }

    /** The lowest digits of a value, two at a time. A value of more digits, which only damaged bytes hold, loses the highest. */
    private static void putDigits(byte[] to, int out, int value, int digits) {
        long rest = value & 0xFFFF_FFFFL;
        int at = out + digits;
        while (at - out >= 2) {
            long quotient = (rest * 1_374_389_535L) >>> 37; // by 100, exact for 32 bits
            at -= 2;
            SHORTS.set(to, at, PAIRS[(int) (rest - quotient * 100)]);
            rest = quotient;
        }
        if (at > out) {
            to[out] = (byte) ('0' + rest % 10);
        }
    }
}
