package io.millrace.writer.sql;

import io.millrace.schema.CivilTime;

/** The proleptic Gregorian calendar between its fields and days and microseconds. Pure; allocates nothing. */
public final class Calendar {
    /** From 1970-01-01 to PostgreSQL's epoch, 2000-01-01. */
    public static final long UNIX_TO_POSTGRES_MICROS = 946_684_800_000_000L;

    /** From 1970-01-01 to PostgreSQL's epoch, 2000-01-01. */
    public static final int UNIX_TO_POSTGRES_DAYS = 10_957;

    public static final long DAY_MICROS = 86_400_000_000L;

    private static final int DAYS_OF_400_YEARS = 146_097;
    private static final int MARCH_YEAR_ZERO_TO_UNIX_DAYS = 719_468;

    private Calendar() {}

    /** Whether packed fields name a day that exists, in the year 1 or later. */
    public static boolean isDate(long civil) {
        int year = CivilTime.year(civil);
        int month = CivilTime.month(civil);
        int day = CivilTime.day(civil);
        return year >= 1 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= monthLength(year, month));
    }

    private static int monthLength(int year, int month) {
        return switch (month) {
            case 2 -> (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days from 2000-01-01; years count from March, so that the leap day is a year's last. */
    public static int days(long civil) {
        int month = CivilTime.month(civil);
        int year = CivilTime.year(civil) - (month <= 2 ? 1 : 0);
        int era = Math.floorDiv(year, 400);
        int yearOfEra = year - era * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + CivilTime.day(civil) - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_OF_400_YEARS + dayOfEra - MARCH_YEAR_ZERO_TO_UNIX_DAYS - UNIX_TO_POSTGRES_DAYS;
    }

    /** Microseconds from 2000-01-01T00:00. */
    public static long micros(long civil) {
        long minutes = (days(civil) * 24L + CivilTime.hour(civil)) * 60 + CivilTime.minute(civil);
        return (minutes * 60 + CivilTime.second(civil)) * 1_000_000 + CivilTime.micros(civil);
    }

    /** The fields of an instant, in UTC. */
    public static long civil(long unixMicros) {
        long days = Math.floorDiv(unixMicros, DAY_MICROS);
        long ofDay = unixMicros - days * DAY_MICROS;
        long fromMarch = days + MARCH_YEAR_ZERO_TO_UNIX_DAYS;
        long era = Math.floorDiv(fromMarch, DAYS_OF_400_YEARS);
        int dayOfEra = (int) (fromMarch - era * DAYS_OF_400_YEARS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        int seconds = (int) (ofDay / 1_000_000);
        return CivilTime.dateTime(
                year, month, day, seconds / 3600, seconds / 60 % 60, seconds % 60, (int) (ofDay % 1_000_000));
    }
}
