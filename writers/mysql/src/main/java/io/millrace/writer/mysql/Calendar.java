package io.millrace.writer.mysql;

import io.millrace.schema.CivilTime;

/** The proleptic Gregorian calendar: the fields of an instant, in UTC. */
final class Calendar {
    /** From 1970-01-01 to PostgreSQL's epoch, 2000-01-01. */
    static final long POSTGRES_EPOCH_DAYS = 10_957;

    static final long DAY_MICROS = 86_400_000_000L;

    private static final int DAYS_OF_400_YEARS = 146_097;
    private static final int MARCH_YEAR_ZERO_TO_UNIX_DAYS = 719_468;

    private Calendar() {}

    /** Years count from March 1st of the year 0, so that the leap day is a year's last. */
    static long civil(long unixMicros) {
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
