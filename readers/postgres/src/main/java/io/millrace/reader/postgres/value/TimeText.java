package io.millrace.reader.postgres.value;

import java.util.Arrays;

/**
 * Dates and timestamps in ISO style: {@code YYYY-MM-DD}, {@code YYYY-MM-DD HH:MM:SS[.FFFFFF][+00]}, either with {@code  BC}
 * behind it, years of four or more digits; or {@code infinity}, {@code -infinity}. Counted from 2000-01-01 by the proleptic
 * Gregorian calendar, as the server counts. Pure; allocates nothing.
 */
final class TimeText {
    /** No value of either type: between the largest date or timestamp and infinity. */
    static final long INVALID = Long.MAX_VALUE - 1;

    private static final byte[] INFINITY = {'i', 'n', 'f', 'i', 'n', 'i', 't', 'y'};
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;
    private static final int DAYS_TO_2000 = 730_425; // from 0000-03-01
    private static final int FRACTION_DIGITS = 6;

    private TimeText() {}

    /** 1 for {@code infinity}, -1 for {@code -infinity}, else 0. */
    static int isInfinity(byte[] bytes, int at, int length) {
        int end = at + length;
        if (Arrays.equals(INFINITY, 0, INFINITY.length, bytes, at, end)) {
            return 1;
        }
        boolean isNegative = length > 0 && bytes[at] == '-';
        return isNegative && Arrays.equals(INFINITY, 0, INFINITY.length, bytes, at + 1, end) ? -1 : 0;
    }

    /** Days since 2000-01-01; the least and the largest int for the infinities; or {@link #INVALID}. */
    static long days(byte[] bytes, int at, int length) {
        int infinity = isInfinity(bytes, at, length);
        if (infinity != 0) {
            return infinity < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        boolean isBc = endsWithBc(bytes, at, length);
        int end = at + length - (isBc ? 3 : 0);
        int dateEnd = dateEnd(bytes, at, end);
        return dateEnd == end ? date(bytes, at, dateEnd, isBc) : INVALID;
    }

    /** Microseconds since 2000-01-01 00:00, or {@link #INVALID}. */
    static long micros(byte[] bytes, int at, int length, boolean hasZone) {
        boolean isBc = endsWithBc(bytes, at, length);
        int end = at + length - (isBc ? 3 : 0);
        if (hasZone) {
            end -= 3;
            if (end < at || bytes[end] != '+' || bytes[end + 1] != '0' || bytes[end + 2] != '0') {
                return INVALID;
            }
        }
        int dateEnd = dateEnd(bytes, at, end);
        if (dateEnd < 0 || end - dateEnd < 9 || bytes[dateEnd] != ' ') {
            return INVALID;
        }
        long days = date(bytes, at, dateEnd, isBc);
        int hour = two(bytes, dateEnd + 1);
        int minute = two(bytes, dateEnd + 4);
        int second = two(bytes, dateEnd + 7);
        long fraction = fraction(bytes, dateEnd + 9, end);
        if (days == INVALID
                || (hour | minute | second) < 0
                || fraction < 0
                || bytes[dateEnd + 3] != ':'
                || bytes[dateEnd + 6] != ':') {
            return INVALID;
        }
        return days * DAY_MICROS + ((hour * 60L + minute) * 60 + second) * SECOND_MICROS + fraction;
    }

    private static boolean endsWithBc(byte[] bytes, int at, int length) {
        return length > 3
                && bytes[at + length - 1] == 'C'
                && bytes[at + length - 2] == 'B'
                && bytes[at + length - 3] == ' ';
    }

    /** Behind YYYY-MM-DD, or -1. */
    private static int dateEnd(byte[] bytes, int at, int end) {
        int dash = at;
        while (dash < end && bytes[dash] != '-') {
            dash++;
        }
        return end - dash >= 6 && bytes[dash + 3] == '-' ? dash + 6 : -1;
    }

    private static long date(byte[] bytes, int at, int dateEnd, boolean isBc) {
        int year = 0;
        int yearEnd = dateEnd - 6;
        if (yearEnd - at < 4 || yearEnd - at > 7) {
            return INVALID;
        }
        for (int i = at; i < yearEnd; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return INVALID;
            }
            year = year * 10 + digit;
        }
        int month = two(bytes, dateEnd - 5);
        int day = two(bytes, dateEnd - 2);
        if (month < 1 || month > 12 || day < 1 || day > 31) {
            return INVALID;
        }
        return daysOf(isBc ? 1 - year : year, month, day);
    }

    /** By years that begin in March, so that the leap day is the last. */
    private static long daysOf(int year, int month, int day) {
        int shifted = month > 2 ? month - 3 : month + 9;
        long marchYear = month > 2 ? year : year - 1L;
        long leaps = Math.floorDiv(marchYear, 4) - Math.floorDiv(marchYear, 100) + Math.floorDiv(marchYear, 400);
        return marchYear * 365 + leaps + (153L * shifted + 2) / 5 + day - 1 - DAYS_TO_2000;
    }

    private static int two(byte[] bytes, int at) {
        int tens = bytes[at] - '0';
        int ones = bytes[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }

    private static long fraction(byte[] bytes, int at, int end) {
        if (at == end) {
            return 0;
        }
        int digits = end - at - 1;
        if (bytes[at] != '.' || digits < 1 || digits > FRACTION_DIGITS) {
            return -1;
        }
        long micros = 0;
        for (int i = 0; i < FRACTION_DIGITS; i++) {
            int digit = i < digits ? bytes[at + 1 + i] - '0' : 0;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            micros = micros * 10 + digit;
        }
        return micros;
    }
}
