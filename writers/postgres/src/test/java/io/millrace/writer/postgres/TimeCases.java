package io.millrace.writer.postgres;

import static io.millrace.schema.CivilTime.ZERO_TIMESTAMP;
import static io.millrace.schema.CivilTime.date;
import static io.millrace.schema.CivilTime.dateTime;
import static io.millrace.writer.postgres.TypeCase.type;

import io.millrace.schema.ColumnType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Dates and times, at their limits, and those that are none. */
final class TimeCases {
    private TimeCases() {}

    static List<TypeCase> all() {
        return List.of(
                type(ColumnType.YEAR, "year(4)", -1, -1, "smallint", 0, "0", 1901, "1901", 2155, "2155"),
                type(
                        ColumnType.DATE,
                        "date",
                        -1,
                        -1,
                        "date",
                        date(1, 1, 1),
                        "0001-01-01",
                        date(1000, 1, 1),
                        "1000-01-01",
                        date(1582, 10, 10),
                        "1582-10-10",
                        date(1900, 2, 28),
                        "1900-02-28",
                        date(2000, 2, 29),
                        "2000-02-29",
                        date(2024, 12, 31),
                        "2024-12-31",
                        date(9999, 12, 31),
                        "9999-12-31"),
                type(
                        ColumnType.DATETIME,
                        "datetime",
                        -1,
                        0,
                        "timestamp(0) without time zone",
                        dateTime(1000, 1, 1, 0, 0, 0, 0),
                        "1000-01-01 00:00:00",
                        dateTime(9999, 12, 31, 23, 59, 59, 0),
                        "9999-12-31 23:59:59"),
                type(
                        ColumnType.DATETIME,
                        "datetime(3)",
                        -1,
                        3,
                        "timestamp(3) without time zone",
                        dateTime(1969, 12, 31, 23, 59, 59, 999_000),
                        "1969-12-31 23:59:59.999"),
                type(
                        ColumnType.DATETIME,
                        "datetime(6)",
                        -1,
                        6,
                        "timestamp(6) without time zone",
                        dateTime(1, 1, 1, 0, 0, 0, 1),
                        "0001-01-01 00:00:00.000001",
                        dateTime(2024, 3, 31, 2, 30, 0, 123_456),
                        "2024-03-31 02:30:00.123456",
                        dateTime(9999, 12, 31, 23, 59, 59, 999_999),
                        "9999-12-31 23:59:59.999999"),
                type(
                        ColumnType.TIMESTAMP,
                        "timestamp",
                        -1,
                        0,
                        "timestamp(0) with time zone",
                        micros("1970-01-01T00:00:01Z"),
                        "1970-01-01 00:00:01+00",
                        micros("2038-01-19T03:14:07Z"),
                        "2038-01-19 03:14:07+00"),
                type(
                        ColumnType.TIMESTAMP,
                        "timestamp(6)",
                        -1,
                        6,
                        "timestamp(6) with time zone",
                        micros("1970-01-01T00:00:00.000001Z"),
                        "1970-01-01 00:00:00.000001+00",
                        micros("2106-02-07T06:28:15.999999Z"),
                        "2106-02-07 06:28:15.999999+00",
                        micros("1969-12-31T23:59:59.5Z"),
                        "1969-12-31 23:59:59.5+00"),
                type(
                        ColumnType.TIME,
                        "time(6)",
                        -1,
                        6,
                        "interval(6)",
                        -3020399999999L,
                        "-838:59:59.999999",
                        3020399999999L,
                        "838:59:59.999999",
                        0L,
                        "00:00:00",
                        -1L,
                        "-00:00:00.000001",
                        86_400_000_000L,
                        "24:00:00"),
                type(ColumnType.TIME, "time", -1, 0, "interval(0)", -3020399000000L, "-838:59:59"));
    }

    /** What cannot be written as it is. */
    static List<TypeCase> zeroDates() {
        return List.of(
                type(
                        ColumnType.DATE,
                        "date",
                        -1,
                        -1,
                        "date",
                        date(0, 0, 0),
                        "0000-00-00",
                        date(2024, 0, 0),
                        "2024-00-00",
                        date(2024, 5, 0),
                        "2024-05-00",
                        date(0, 5, 6),
                        "0000-05-06",
                        date(2023, 2, 29),
                        "2023-02-29",
                        date(2023, 4, 31),
                        "2023-04-31"),
                type(
                        ColumnType.DATETIME,
                        "datetime(2)",
                        -1,
                        2,
                        "timestamp(2) without time zone",
                        dateTime(0, 0, 0, 0, 0, 0, 0),
                        "0000-00-00 00:00:00.00",
                        dateTime(2024, 0, 1, 1, 2, 3, 120_000),
                        "2024-00-01 01:02:03.12"),
                type(
                        ColumnType.TIMESTAMP,
                        "timestamp",
                        -1,
                        0,
                        "timestamp(0) with time zone",
                        ZERO_TIMESTAMP,
                        "0000-00-00 00:00:00+00"));
    }

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }
}
