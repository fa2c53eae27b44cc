package io.millrace.writer.mysql;

import static io.millrace.schema.CivilTime.ZERO_TIMESTAMP;
import static io.millrace.schema.CivilTime.date;
import static io.millrace.schema.CivilTime.dateTime;
import static io.millrace.writer.mysql.TypeCase.type;

import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.connection.Dialect;
import java.time.Instant;
import java.util.List;

/** Dates and times of MySQL and MariaDB, at their limits. */
final class TimeCases {
    private TimeCases() {}

    static List<TypeCase> all(Dialect dialect) {
        boolean isMariaDb = dialect == Dialect.MARIADB;
        long longest = isMariaDb ? 3020399999999L : 3020399000000L;
        String most = isMariaDb ? "838:59:59.999999" : "838:59:59.000000";
        return List.of(
                type(ColumnType.YEAR, "year", -1, -1, "", "year", 0, "0000", 1901, "1901", 2155, "2155")
                        .refusing(1900),
                type(
                        ColumnType.DATE,
                        "date",
                        -1,
                        -1,
                        "",
                        "date",
                        date(1, 1, 1),
                        "0001-01-01",
                        date(1582, 10, 10),
                        "1582-10-10",
                        date(9999, 12, 31),
                        "9999-12-31",
                        date(0, 0, 0),
                        "0000-00-00",
                        date(2024, 5, 0),
                        "2024-05-00",
                        date(0, 5, 6),
                        "0000-05-06",
                        date(2023, 2, 29),
                        "2023-02-29"),
                type(
                        ColumnType.DATETIME,
                        "datetime",
                        -1,
                        0,
                        "",
                        "datetime",
                        dateTime(1000, 1, 1, 0, 0, 0, 0),
                        "1000-01-01 00:00:00",
                        dateTime(9999, 12, 31, 23, 59, 59, 0),
                        "9999-12-31 23:59:59",
                        dateTime(0, 0, 0, 0, 0, 0, 0),
                        "0000-00-00 00:00:00"),
                type(
                        ColumnType.DATETIME,
                        "datetime(3)",
                        -1,
                        3,
                        "",
                        "datetime(3)",
                        dateTime(1969, 12, 31, 23, 59, 59, 999_000),
                        "1969-12-31 23:59:59.999"),
                type(
                        ColumnType.DATETIME,
                        "datetime(6)",
                        -1,
                        6,
                        "",
                        "datetime(6)",
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
                                "",
                                "timestamp",
                                micros("1970-01-01T00:00:01Z"),
                                "1970-01-01 00:00:01",
                                micros("2038-01-19T03:14:07Z"),
                                "2038-01-19 03:14:07",
                                ZERO_TIMESTAMP,
                                "0000-00-00 00:00:00")
                        .refusing(micros("1969-12-31T23:59:59Z"), micros("2200-01-01T00:00:00Z")),
                type(
                        ColumnType.TIMESTAMP,
                        "timestamp(6)",
                        -1,
                        6,
                        "",
                        "timestamp(6)",
                        micros("2024-03-31T01:30:00.000001Z"),
                        "2024-03-31 01:30:00.000001"),
                type(
                                ColumnType.TIME,
                                "time(6)",
                                -1,
                                6,
                                "",
                                "time(6)",
                                -longest,
                                "-" + most,
                                longest,
                                most,
                                0L,
                                "00:00:00.000000",
                                -1L,
                                "-00:00:00.000001",
                                86_400_000_000L,
                                "24:00:00.000000")
                        .refusing(3_600_000_000L * 839),
                type(ColumnType.TIME, "time", -1, 0, "", "time", -3020399000000L, "-838:59:59"));
    }

    static long micros(String instant) {
        return microsOf(Instant.parse(instant));
    }

    /** Not by ChronoUnit, whose nanoseconds overflow. */
    private static long microsOf(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}
