package io.millrace.reader.mysql.value;

/** Decimal digits of integers, without allocation. */
final class AsciiDigits {
    private AsciiDigits() {}

    /** Writes an unsigned number; returns how many digits it has, at most 20. */
    static int put(long unsignedValue, byte[] to, int offset) {
        long rest = unsignedValue;
        int count = 1;
        for (long left = Long.divideUnsigned(rest, 10); left != 0; left /= 10) {
            count++;
        }
        int at = offset + count;
        if (rest < 0) {
            long quotient = Long.divideUnsigned(rest, 10);
            to[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        while (at > offset) {
            to[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return count;
    }

    /** Writes the lowest digits of a number, with leading zeros. */
    static void putPadded(int value, int digits, byte[] to, int offset) {
        int rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            to[offset + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
