package io.millrace.reader.mysql.value;

import java.math.BigInteger;

/**
 * A double's shortest digits that read back as the same double, laid out as the server's {@code my_gcvt} does: the JVM's own
 * text is neither of the two on the baseline JDK.
 *
 * <p>The digits are found with the Schubfach method (R. Giulietti, "The Schubfach way to render doubles"): of the decimals in
 * the rounding interval of the double, one of the fewest digits, and of those the closest. One instance a thread; allocates
 * nothing once made.
 */
final class DoubleText {
    /** Longest text. */
    static final int MAX_LENGTH = 32;

    private static final int MANTISSA_BITS = 52;
    private static final int MIN_EXPONENT = -1074;
    private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
    private static final int MIN_POWER = -324;
    private static final int MAX_POWER = 292;
    /** {@code my_gcvt} leaves the plain form beyond these places of the point, unless digits stand behind it. */
    private static final int MAX_PLAIN_POINT = 15;

    private static final int MIN_PLAIN_POINT = -14;

    private static final Powers POWERS = Powers.compute();

    private final byte[] digits = new byte[20];
    private long decimal;
    private int exponent;

    /** For each k the number {@code floor(10^-k * 2^-r) + 1} of 126 bits, where r makes it so long; in two halves of 63. */
    private static final class Powers {
        private final long[] high;
        private final long[] low;

        Powers(long[] high, long[] low) {
            this.high = high;
            this.low = low;
        }

        static Powers compute() {
            int count = MAX_POWER - MIN_POWER + 1;
            long[] high = new long[count];
            long[] low = new long[count];
            BigInteger half = BigInteger.ONE.shiftLeft(63).subtract(BigInteger.ONE);
            for (int i = 0; i < count; i++) {
                int k = i + MIN_POWER;
                int shift = floorLog2Pow10(-k) - 125;
                BigInteger scaled;
                if (k <= 0) {
                    BigInteger power = BigInteger.TEN.pow(-k);
                    scaled = shift >= 0 ? power.shiftRight(shift) : power.shiftLeft(-shift);
                } else {
                    scaled = BigInteger.ONE.shiftLeft(-shift).divide(BigInteger.TEN.pow(k));
                }
                scaled = scaled.add(BigInteger.ONE);
                high[i] = scaled.shiftRight(63).longValueExact();
                low[i] = scaled.and(half).longValueExact();
            }
            return new Powers(high, low);
        }
    }

    private static int floorLog10Pow2(int e) {
        return (int) ((e * 661_971_961_083L) >> 41);
    }

    private static int floorLog10ThreeQuartersPow2(int e) {
        return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
    }

    private static int floorLog2Pow10(int e) {
        return (int) ((e * 913_124_641_741L) >> 38);
    }

    /**
     * Writes the text, with {@code .0} behind a whole number in plain form, as JSON texts of the server have it.
     *
     * @param to has {@link #MAX_LENGTH} bytes from {@code offset}
     * @return the bytes written
     */
    int write(double value, byte[] to, int offset) {
        int at = offset;
        long bits = Double.doubleToRawLongBits(value);
        if (bits < 0) {
            to[at++] = '-';
        }
        long magnitude = bits & Long.MAX_VALUE;
        if (magnitude == 0) {
            to[at++] = '0';
            to[at++] = '.';
            to[at++] = '0';
            return at - offset;
        }
        shortest(magnitude);
        int count = splitDigits();
        int point = exponent + count;
        boolean isPlain = point >= MIN_PLAIN_POINT && (point <= MAX_PLAIN_POINT || count > point);
        int end = isPlain ? writePlain(to, at, count, point) : writeScientific(to, at, count, point);
        return end - offset;
    }

    private int writePlain(byte[] to, int start, int count, int point) {
        int at = start;
        if (point <= 0) {
            to[at++] = '0';
            to[at++] = '.';
            for (int i = point; i < 0; i++) {
                to[at++] = '0';
            }
            return copy(0, count, to, at);
        }
        at = copy(0, Math.min(point, count), to, at);
        for (int i = count; i < point; i++) {
            to[at++] = '0';
        }
        to[at++] = '.';
        if (count <= point) {
            to[at++] = '0';
            return at;
        }
        return copy(point, count, to, at);
    }

    private int writeScientific(byte[] to, int start, int count, int point) {
        int at = start;
        to[at++] = digits[0];
        if (count > 1) {
            to[at++] = '.';
            at = copy(1, count, to, at);
        }
        to[at++] = 'e';
        int power = point - 1;
        if (power < 0) {
            to[at++] = '-';
            power = -power;
        }
        if (power >= 100) {
            to[at++] = (byte) ('0' + power / 100);
        }
        if (power >= 10) {
            to[at++] = (byte) ('0' + power / 10 % 10);
        }
        to[at++] = (byte) ('0' + power % 10);
        return at;
    }

    private int copy(int from, int until, byte[] to, int at) {
        System.arraycopy(digits, from, to, at, until - from);
        return at + until - from;
    }

    /** Splits {@link #decimal} without its trailing zeros; returns the number of digits. */
    private int splitDigits() {
        long rest = decimal;
        while (rest % 10 == 0) {
            rest /= 10;
            exponent++;
        }
        int count = 0;
        for (long left = rest; left > 0; left /= 10) {
            count++;
        }
        for (int i = count - 1; i >= 0; i--) {
            digits[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return count;
    }

    /** Sets {@link #decimal} and {@link #exponent} for a positive finite double. */
    private void shortest(long magnitude) {
        int biased = (int) (magnitude >>> MANTISSA_BITS);
        long fraction = magnitude & (HIDDEN_BIT - 1);
        long c = biased == 0 ? fraction : fraction | HIDDEN_BIT;
        int q = biased == 0 ? MIN_EXPONENT : biased + MIN_EXPONENT - 1;
        int isOdd = (int) c & 1;
        long center = c << 2;
        long right = center + 2;
        long left;
        int k;
        if (c != HIDDEN_BIT || biased <= 1) {
            left = center - 2;
            k = floorLog10Pow2(q);
        } else { // the doubles below a power of two lie half as far apart
            left = center - 1;
            k = floorLog10ThreeQuartersPow2(q);
        }
        int shift = q + floorLog2Pow10(-k) + 2;
        long high = POWERS.high[k - MIN_POWER];
        long low = POWERS.low[k - MIN_POWER];
        long v = roundToOdd(high, low, center << shift);
        long vLeft = roundToOdd(high, low, left << shift);
        long vRight = roundToOdd(high, low, right << shift);
        exponent = k;
        long s = v >> 2;
        if (s >= 10) {
            long below = s / 10 * 10;
            long above = below + 10;
            boolean isBelowIn = vLeft + isOdd <= below << 2;
            boolean isAboveIn = (above << 2) + isOdd <= vRight;
            if (isBelowIn != isAboveIn) {
                decimal = isBelowIn ? below : above;
                return;
            }
        }
        long t = s + 1;
        boolean isIn = vLeft + isOdd <= s << 2;
        boolean isNextIn = (t << 2) + isOdd <= vRight;
        if (isIn != isNextIn) {
            decimal = isIn ? s : t;
            return;
        }
        long side = v - ((s + t) << 1);
        decimal = side < 0 || (side == 0 && (s & 1) == 0) ? s : t;
    }

    private static long roundToOdd(long high, long low, long value) {
        long x1 = Math.multiplyHigh(low, value);
        long y0 = high * value;
        long y1 = Math.multiplyHigh(high, value);
        long z = (y0 >>> 1) + x1;
        long w = y1 + (z >>> 63);
        return w | (((z & Long.MAX_VALUE) + Long.MAX_VALUE) >>> 63);
    }
}
