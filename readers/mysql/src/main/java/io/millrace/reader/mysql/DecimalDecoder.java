package io.millrace.reader.mysql;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * NEWDECIMAL of one precision and scale to its exact digits, {@code [-]digits[.digits]}.
 *
 * <p>The value is big-endian groups of nine decimal digits in four bytes, counted from the point; the outermost group on each
 * side has only as many bytes as its digits need. The first bit is set for values that are not negative; a negative value has
 * all its bits inverted. (The server's {@code decimal2bin}.) Immutable; allocates nothing.
 */
final class DecimalDecoder {
    private static final int GROUP_DIGITS = 9;
    private static final int[] BYTES_OF_DIGITS = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final int PRECISION_LIMIT = 65;

    private final int headDigits;
    private final int integerGroups;
    private final int fractionGroups;
    private final int tailDigits;
    private final int length;
    private final int maxTextLength;

    DecimalDecoder(int precision, int scale) {
        if (precision < 1 || precision > PRECISION_LIMIT || scale > precision) {
            throw new IllegalArgumentException("not a decimal: precision=" + precision + ", scale=" + scale);
        }
        int integerDigits = precision - scale;
        integerGroups = integerDigits / GROUP_DIGITS;
        headDigits = integerDigits % GROUP_DIGITS;
        fractionGroups = scale / GROUP_DIGITS;
        tailDigits = scale % GROUP_DIGITS;
        length = BYTES_OF_DIGITS[headDigits] + 4 * (integerGroups + fractionGroups) + BYTES_OF_DIGITS[tailDigits];
        maxTextLength = precision + 3;
    }

    /** Bytes of a value in a row. */
    int length() {
        return length;
    }

    /** Upper bound of the text's bytes. */
    int maxTextLength() {
        return maxTextLength;
    }

    /** Writes the text; returns its length. The caller has checked that {@link #length} bytes are there. */
    int decode(DirectBuffer from, int offset, MutableDirectBuffer to, int toOffset) {
        boolean isNegative = from.getByte(offset) >= 0;
        int mask = isNegative ? -1 : 0;
        int at = offset;
        int out = toOffset;
        int signMask = 0x80;
        boolean hasDigit = false;
        boolean isZero = true;
        if (isNegative) {
            to.putByte(out++, (byte) '-');
        }
        if (headDigits > 0) {
            int bytes = BYTES_OF_DIGITS[headDigits];
            int value = group(from, at, bytes, mask, signMask);
            signMask = 0;
            at += bytes;
            if (value != 0) {
                out += putLeading(to, out, value);
                hasDigit = true;
                isZero = false;
            }
        }
        for (int i = 0; i < integerGroups; i++) {
            int value = group(from, at, 4, mask, signMask);
            signMask = 0;
            at += 4;
            isZero &= value == 0;
            if (hasDigit) {
                putDigits(to, out, value, GROUP_DIGITS);
                out += GROUP_DIGITS;
            } else if (value != 0) {
                out += putLeading(to, out, value);
                hasDigit = true;
            }
        }
        if (!hasDigit) {
            to.putByte(out++, (byte) '0');
        }
        if (fractionGroups + tailDigits > 0) {
            to.putByte(out++, (byte) '.');
            for (int i = 0; i < fractionGroups; i++) {
                int value = group(from, at, 4, mask, signMask);
                signMask = 0;
                at += 4;
                isZero &= value == 0;
                putDigits(to, out, value, GROUP_DIGITS);
                out += GROUP_DIGITS;
            }
            if (tailDigits > 0) {
                int value = group(from, at, BYTES_OF_DIGITS[tailDigits], mask, signMask);
                isZero &= value == 0;
                putDigits(to, out, value, tailDigits);
                out += tailDigits;
            }
        }
        if (isNegative && isZero) { // no server writes it, but -0 would be no canonical form
            int shifted = out - toOffset - 1;
            for (int i = 0; i < shifted; i++) {
                to.putByte(toOffset + i, to.getByte(toOffset + i + 1));
            }
            return shifted;
        }
        return out - toOffset;
    }

    private static int group(DirectBuffer from, int at, int bytes, int mask, int signMask) {
        int value = (from.getByte(at) ^ mask ^ signMask) & 0xFF;
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | ((from.getByte(at + i) ^ mask) & 0xFF);
        }
        return value;
    }

    private static int putLeading(MutableDirectBuffer to, int out, int value) {
        int digits = digits(value);
        putDigits(to, out, value, digits);
        return digits;
    }

    /** Digits of a value; 10 for those over nine digits, which only damaged bytes hold. */
    private static int digits(int value) {
        int digits = 1;
        for (long power = 10; digits < GROUP_DIGITS && (value & 0xFFFF_FFFFL) >= power; power *= 10) {
            digits++;
        }
        return digits;
    }

    private static void putDigits(MutableDirectBuffer to, int out, int value, int digits) {
        long rest = value & 0xFFFF_FFFFL;
        for (int i = digits - 1; i >= 0; i--) {
            long quotient = rest / 10;
            to.putByte(out + i, (byte) ('0' + (int) (rest - quotient * 10)));
            rest = quotient;
        }
    }
}
