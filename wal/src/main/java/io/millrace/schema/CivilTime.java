package io.millrace.schema;

/**
 * Calendar fields packed into one long, as a clock on the wall shows them: no zone, no epoch. Zero and partial dates
 * (month or day 0) are values like any other, and packed values of years from 0 on compare as the fields do.
 *
 * <pre>
 *  63            46 45  42 41  37 36  32 31    26 25    20 19                0
 * +----------------+------+------+------+--------+--------+------------------+
 * |  year, signed  |month | day  | hour | minute | second |   microsecond    |
 * +----------------+------+------+------+--------+--------+------------------+
 * </pre>
 *
 * A DATE has zeros below the day.
 */
public final class CivilTime {
    /** The slot of MySQL's timestamp {@code 0000-00-00 00:00:00}, which is no instant. */
    public static final long ZERO_TIMESTAMP = Long.MIN_VALUE;

    private static final int YEAR_SHIFT = 46;
    private static final int MONTH_SHIFT = 42;
    private static final int DAY_SHIFT = 37;
    private static final int HOUR_SHIFT = 32;
    private static final int MINUTE_SHIFT = 26;
    private static final int SECOND_SHIFT = 20;

    private CivilTime() {}

    public static long date(int year, int month, int day) {
        return ((long) year << YEAR_SHIFT) | ((long) month << MONTH_SHIFT) | ((long) day << DAY_SHIFT);
    }

    public static long dateTime(int year, int month, int day, int hour, int minute, int second, int micros) {
        return date(year, month, day)
                | ((long) hour << HOUR_SHIFT)
                | ((long) minute << MINUTE_SHIFT)
                | ((long) second << SECOND_SHIFT)
                | micros;
    }

    public static int year(long packed) {
        return (int) (packed >> YEAR_SHIFT);
    }

    public static int month(long packed) {
        return (int) (packed >> MONTH_SHIFT) & 0xF;
    }

    public static int day(long packed) {
        return (int) (packed >> DAY_SHIFT) & 0x1F;
    }

    public static int hour(long packed) {
        return (int) (packed >> HOUR_SHIFT) & 0x1F;
    }

    public static int minute(long packed) {
        return (int) (packed >> MINUTE_SHIFT) & 0x3F;
    }

    public static int second(long packed) {
        return (int) (packed >> SECOND_SHIFT) & 0x3F;
    }

    public static int micros(long packed) {
        return (int) packed & 0xF_FFFF;
    }
}
