package io.millrace.expression.value;

import io.millrace.schema.CivilTime;

/** Calendar fields as days and microseconds since 2000-01-01, which is how expressions count. Allocates nothing. */
public final class Days {
    public static final long MICROS_A_DAY = 86_400_000_000L;
    public static final long MICROS_TO_2000 = 946_684_800_000_000L; // from 1970
    public static final long PAST = Long.MIN_VALUE;
    public static final long FUTURE = Long.MAX_VALUE;

    public static final int DAYS_TO_2000 = 10_957; // from 1970
    private static final int[] LENGTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Days() {}

    /** Whether the fields are a day of the calendar: MySQL also has zero, partial and impossible ones. */
    public static boolean isDay(long packed) {
        int month = CivilTime.month(packed);
        int day = CivilTime.day(packed);
        if (month < 1 || month > 12 || day < 1) {
            return false;
        }
        int year = CivilTime.year(packed);
        boolean isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return day <= (month == 2 && isLeap ? 29 : LENGTHS[month - 1]);
    }

    public static long of(long packed) {
        return CivilDays.of(CivilTime.year(packed), CivilTime.month(packed), CivilTime.day(packed)) - DAYS_TO_2000;
    }

    public static long micros(long packed) {
        long seconds = CivilTime.hour(packed) * 3_600L + CivilTime.minute(packed) * 60L + CivilTime.second(packed);
        return of(packed) * MICROS_A_DAY + seconds * 1_000_000L + CivilTime.micros(packed);
    }

    /** The day's first microsecond; days beyond those that have one are before or behind all others. */
    public static long start(long days) {
        long most = Long.MAX_VALUE / MICROS_A_DAY;
        if (days > most) {
            return FUTURE;
        }
        return days < -most ? PAST : days * MICROS_A_DAY;
    }

    public static boolean isInfinite(long value) {
        return value == PAST || value == FUTURE;
    }
}
