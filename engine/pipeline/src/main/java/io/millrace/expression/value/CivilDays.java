package io.millrace.expression.value;

import io.millrace.schema.CivilTime;

/** Days and microseconds since 1970 as calendar fields and back, in the proleptic Gregorian calendar. Allocates nothing. */
public final class CivilDays {
    public static final long MICROS_A_DAY = 86_400_000_000L;
    private static final int DAYS_A_CYCLE = 146_097; // 400 years
    private static final int DAYS_TO_1970 = 719_468; // from 0000-03-01

    private CivilDays() {}

    public static long of(int year, int month, int day) {
        long shifted = month <= 2 ? year - 1L : year;
        long cycle = Math.floorDiv(shifted, 400);
        long yearOfCycle = shifted - cycle * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        long dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear;
        return cycle * DAYS_A_CYCLE + dayOfCycle - DAYS_TO_1970;
    }

    /** A packed date. */
    public static long date(long days) {
        long shifted = days + DAYS_TO_1970;
        long cycle = Math.floorDiv(shifted, DAYS_A_CYCLE);
        long dayOfCycle = shifted - cycle * DAYS_A_CYCLE;
        long yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
        long dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
        int monthFromMarch = (int) ((5 * dayOfYear + 2) / 153);
        int day = (int) (dayOfYear - (153L * monthFromMarch + 2) / 5) + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return CivilTime.date((int) (yearOfCycle + cycle * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    /** A packed date and time, in UTC. */
    public static long dateTime(long micros) {
        long days = Math.floorDiv(micros, MICROS_A_DAY);
        long ofDay = micros - days * MICROS_A_DAY;
        int seconds = (int) (ofDay / 1_000_000);
        long date = date(days);
        return CivilTime.dateTime(
                CivilTime.year(date),
                CivilTime.month(date),
                CivilTime.day(date),
                seconds / 3_600,
                seconds / 60 % 60,
                seconds % 60,
                (int) (ofDay % 1_000_000));
    }

    /** Microseconds since 1970 of a packed date and time, read as UTC. */
    public static long micros(long packed) {
        long days = of(CivilTime.year(packed), CivilTime.month(packed), CivilTime.day(packed));
        long seconds = CivilTime.hour(packed) * 3_600L + CivilTime.minute(packed) * 60L + CivilTime.second(packed);
        return days * MICROS_A_DAY + seconds * 1_000_000L + CivilTime.micros(packed);
    }
}
