package io.millrace.reader.postgres.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Floating point as the server prints it, shortest and exact. Few digits with a small exponent are converted here: both parts
 * are exact in the type, so that the one operation rounds once, as it must. All else goes through the JVM's own parser, which
 * allocates. Pure.
 */
final class FloatText {
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final float[] FLOAT_POWERS = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
    private static final byte[] NAN = {'N', 'a', 'N'};
    private static final byte[] INFINITY = {'I', 'n', 'f', 'i', 'n', 'i', 't', 'y'};
    private static final int DOUBLE_DIGITS = 15;
    private static final int FLOAT_DIGITS = 7;

    private FloatText() {}

    /**
     * Whether bytes are what the server prints: {@code NaN}, {@code [-]Infinity}, or {@code [-]digits[.digits][e±digits]} with
     * a digit in each place.
     */
    static boolean mayBe(byte[] bytes, int at, int length) {
        int end = at + length;
        int from = at < end && bytes[at] == '-' ? at + 1 : at;
        if (from < end && bytes[from] > '9') {
            return bytes[from] == 'N' ? is(NAN, bytes, at, end) : is(INFINITY, bytes, from, end);
        }
        int next = digitsEnd(bytes, from, end);
        boolean isSo = next > from;
        if (next < end && bytes[next] == '.') {
            from = next + 1;
            next = digitsEnd(bytes, from, end);
            isSo &= next > from;
        }
        if (next < end && bytes[next] == 'e') {
            from = next + 1;
            from += from < end && (bytes[from] == '+' || bytes[from] == '-') ? 1 : 0;
            next = digitsEnd(bytes, from, end);
            isSo &= next > from;
        }
        return isSo && next == end;
    }

    private static boolean is(byte[] word, byte[] bytes, int at, int end) {
        return Arrays.equals(word, 0, word.length, bytes, at, end);
    }

    private static int digitsEnd(byte[] bytes, int at, int end) {
        int next = at;
        while (next < end && bytes[next] >= '0' && bytes[next] <= '9') {
            next++;
        }
        return next;
    }

    static double parseDouble(byte[] bytes, int at, int length) {
        long digits = digits(bytes, at, length, DOUBLE_DIGITS);
        if (digits < 0) {
            return Double.parseDouble(text(bytes, at, length));
        }
        double value = digits / POWERS[decimals(bytes, at, length)];
        return bytes[at] == '-' ? -value : value;
    }

    static float parseFloat(byte[] bytes, int at, int length) {
        long digits = digits(bytes, at, length, FLOAT_DIGITS);
        if (digits < 0) {
            return Float.parseFloat(text(bytes, at, length));
        }
        float value = digits / FLOAT_POWERS[decimals(bytes, at, length)];
        return bytes[at] == '-' ? -value : value;
    }

    /** All digits as one number; -1 where there are more, or something else. */
    private static long digits(byte[] bytes, int at, int length, int most) {
        long value = 0;
        int count = 0;
        boolean hasPoint = false;
        for (int i = bytes[at] == '-' ? at + 1 : at; i < at + length; i++) {
            int digit = bytes[i] - '0';
            if (bytes[i] == '.' && !hasPoint) {
                hasPoint = true;
            } else if (digit < 0 || digit > 9 || ++count > most) {
                return -1;
            } else {
                value = value * 10 + digit;
            }
        }
        return count == 0 ? -1 : value;
    }

    private static int decimals(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] == '.') {
                return at + length - i - 1;
            }
        }
        return 0;
    }

    private static String text(byte[] bytes, int at, int length) {
        return new String(bytes, at, length, StandardCharsets.US_ASCII);
    }
}
