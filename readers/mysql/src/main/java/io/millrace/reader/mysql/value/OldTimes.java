package io.millrace.reader.mysql.value;

import io.millrace.schema.CivilTime;
import io.millrace.schema.ColumnType;

/**
 * Times with a fraction in the format of MariaDB 5.3 ({@code mysql56_temporal_format=OFF}): one big-endian number, whose width
 * and unit follow from the digits of the fraction, which only the catalog tells. Without a fraction they are as before MySQL 5.6
 * and not here. Immutable.
 */
public final class OldTimes {
    private static final int MAX_DIGITS = 6;
    private static final int[] TIME_BYTES = {3, 4, 4, 5, 5, 5, 6};
    private static final int[] DATETIME_BYTES = {5, 6, 6, 7, 7, 7, 8};
    private static final int[] FRACTION_BYTES = {0, 1, 1, 2, 2, 3, 3};
    /** One second more than the largest TIME: what is added so that no number is below zero. */
    private static final long TIME_OFFSET_SECONDS = 839L * 3600;

    private final ColumnType type;
    private final int digits;
    /** Microseconds of the last digit. */
    private final long unit;

    public OldTimes(ColumnType type, int digits) {
        this.type = type;
        this.digits = digits;
        long micros = 1;
        for (int i = digits; i < MAX_DIGITS; i++) {
            micros *= 10;
        }
        unit = micros;
    }

    /** The bytes of a value. */
    public int width() {
        return switch (type) {
            case TIME -> TIME_BYTES[digits];
            case DATETIME -> DATETIME_BYTES[digits];
            default -> Integer.BYTES + FRACTION_BYTES[digits];
        };
    }

    /** The slot of a row image. */
    public long decode(long stored) {
        return switch (type) {
            case TIME -> stored * unit - TIME_OFFSET_SECONDS * 1_000_000;
            case DATETIME -> dateTime(stored * unit);
            default -> timestamp(stored);
        };
    }

    private static long dateTime(long packed) {
        int micros = (int) (packed % 1_000_000);
        long seconds = packed / 1_000_000;
        long days = seconds / 86_400;
        int clock = (int) (seconds % 86_400);
        long months = days >> 5;
        return CivilTime.dateTime(
                (int) (months / 13),
                (int) (months % 13),
                (int) days & 31,
                clock / 3600,
                clock / 60 % 60,
                clock % 60,
                micros);
    }

    private long timestamp(long stored) {
        int bits = FRACTION_BYTES[digits] * Byte.SIZE;
        long seconds = stored >>> bits;
        long micros = (stored & (1L << bits) - 1) * unit;
        return seconds == 0 && micros == 0 ? CivilTime.ZERO_TIMESTAMP : seconds * 1_000_000 + micros;
    }
}
