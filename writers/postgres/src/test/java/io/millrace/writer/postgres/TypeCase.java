package io.millrace.writer.postgres;

import static io.millrace.schema.CivilTime.ZERO_TIMESTAMP;
import static io.millrace.schema.CivilTime.date;
import static io.millrace.schema.CivilTime.dateTime;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.TestSchemas;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A source column, and values of it with what the server then says they are. The corpus that the type map in POSTGRES.md is
 * printed from.
 *
 * @param values as {@link io.millrace.writer.TestRun} takes them
 * @param texts the server's own text of each
 */
record TypeCase(Column column, String targetType, List<Object> values, List<String> texts) {
    private static TypeCase of(
            ColumnType type, String sourceType, int length, int scale, String targetType, Object... valuesAndTexts) {
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < valuesAndTexts.length; i += 2) {
            values.add(valuesAndTexts[i]);
            texts.add((String) valuesAndTexts[i + 1]);
        }
        return new TypeCase(TestSchemas.of("v", type, sourceType, length, scale), targetType, values, texts);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    /** Every type of MySQL and MariaDB, at its limits. */
    static List<TypeCase> all() {
        List<TypeCase> cases = new ArrayList<>(numbers());
        cases.addAll(times());
        cases.addAll(bytes());
        return cases;
    }

    private static List<TypeCase> numbers() {
        String thirty = "0".repeat(29) + "1";
        return List.of(
                of(ColumnType.BOOLEAN, "boolean", -1, -1, "boolean", true, "true", false, "false"),
                of(ColumnType.INTEGER, "tinyint(1)", 1, -1, "smallint", -128, "-128", 127, "127", 1, "1"),
                of(ColumnType.INTEGER, "tinyint(4)", 1, -1, "smallint", -128, "-128", 127, "127"),
                of(ColumnType.UNSIGNED, "tinyint(3) unsigned", 1, -1, "smallint", 0, "0", 255, "255"),
                of(ColumnType.INTEGER, "smallint", 2, -1, "smallint", -32768, "-32768", 32767, "32767"),
                of(ColumnType.UNSIGNED, "smallint unsigned", 2, -1, "integer", 0, "0", 65535, "65535"),
                of(ColumnType.INTEGER, "mediumint", 3, -1, "integer", -8388608, "-8388608", 8388607, "8388607"),
                of(ColumnType.UNSIGNED, "mediumint unsigned", 3, -1, "integer", 0, "0", 16777215, "16777215"),
                of(
                        ColumnType.INTEGER,
                        "int",
                        4,
                        -1,
                        "integer",
                        Integer.MIN_VALUE,
                        "-2147483648",
                        Integer.MAX_VALUE,
                        "2147483647"),
                of(ColumnType.UNSIGNED, "int unsigned", 4, -1, "bigint", 0, "0", 4294967295L, "4294967295"),
                of(
                        ColumnType.INTEGER,
                        "bigint",
                        8,
                        -1,
                        "bigint",
                        Long.MIN_VALUE,
                        "-9223372036854775808",
                        Long.MAX_VALUE,
                        "9223372036854775807"),
                of(
                        ColumnType.UNSIGNED,
                        "bigint unsigned",
                        8,
                        -1,
                        "numeric(20,0)",
                        0L,
                        "0",
                        1L,
                        "1",
                        10000L,
                        "10000",
                        9999L,
                        "9999",
                        100000000L,
                        "100000000",
                        Long.MAX_VALUE,
                        "9223372036854775807",
                        Long.MIN_VALUE,
                        "9223372036854775808",
                        -1L,
                        "18446744073709551615"),
                of(
                        ColumnType.DECIMAL,
                        "decimal(10,2)",
                        10,
                        2,
                        "numeric(10,2)",
                        "0.00",
                        "0.00",
                        "-0.01",
                        "-0.01",
                        "0.10",
                        "0.10",
                        "99999999.99",
                        "99999999.99",
                        "-99999999.99",
                        "-99999999.99",
                        "10000.00",
                        "10000.00",
                        "1234.50",
                        "1234.50"),
                of(
                        ColumnType.DECIMAL,
                        "decimal(65,30)",
                        65,
                        30,
                        "numeric(65,30)",
                        "9".repeat(35) + "." + "9".repeat(30),
                        "9".repeat(35) + "." + "9".repeat(30),
                        "-" + "9".repeat(35) + "." + "9".repeat(30),
                        "-" + "9".repeat(35) + "." + "9".repeat(30),
                        "0." + thirty,
                        "0." + thirty,
                        "10000." + "0".repeat(30),
                        "10000." + "0".repeat(30),
                        "1." + "0".repeat(3) + "1" + "0".repeat(26),
                        "1." + "0".repeat(3) + "1" + "0".repeat(26)),
                of(ColumnType.DECIMAL, "decimal(5,0)", 5, 0, "numeric(5,0)", "-99999", "-99999", "0", "0", "10", "10"),
                of(
                        ColumnType.FLOAT,
                        "float",
                        -1,
                        -1,
                        "real",
                        Float.MAX_VALUE,
                        "3.4028235e+38",
                        -Float.MAX_VALUE,
                        "-3.4028235e+38",
                        Float.MIN_VALUE,
                        "1e-45",
                        0.1f,
                        "0.1",
                        -0.0f,
                        "-0"),
                of(
                        ColumnType.DOUBLE,
                        "double",
                        -1,
                        -1,
                        "double precision",
                        Double.MAX_VALUE,
                        "1.7976931348623157e+308",
                        -Double.MAX_VALUE,
                        "-1.7976931348623157e+308",
                        Double.MIN_VALUE,
                        "5e-324",
                        0.1,
                        "0.1",
                        2.2250738585072014e-308,
                        "2.2250738585072014e-308"),
                of(ColumnType.BIT, "bit(1)", 1, -1, "boolean", 1, "true", 0, "false"),
                of(
                        ColumnType.BIT,
                        "bit(9)",
                        9,
                        -1,
                        "bit(9)",
                        0,
                        "000000000",
                        1,
                        "000000001",
                        256,
                        "100000000",
                        511,
                        "111111111"),
                of(
                        ColumnType.BIT,
                        "bit(64)",
                        64,
                        -1,
                        "bit(64)",
                        -1L,
                        "1".repeat(64),
                        1L,
                        "0".repeat(63) + "1",
                        Long.MIN_VALUE,
                        "1" + "0".repeat(63)));
    }

    private static List<TypeCase> times() {
        return List.of(
                of(ColumnType.YEAR, "year(4)", -1, -1, "smallint", 0, "0", 1901, "1901", 2155, "2155"),
                of(
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
                of(
                        ColumnType.DATETIME,
                        "datetime",
                        -1,
                        0,
                        "timestamp(0) without time zone",
                        dateTime(1000, 1, 1, 0, 0, 0, 0),
                        "1000-01-01 00:00:00",
                        dateTime(9999, 12, 31, 23, 59, 59, 0),
                        "9999-12-31 23:59:59"),
                of(
                        ColumnType.DATETIME,
                        "datetime(3)",
                        -1,
                        3,
                        "timestamp(3) without time zone",
                        dateTime(1969, 12, 31, 23, 59, 59, 999_000),
                        "1969-12-31 23:59:59.999"),
                of(
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
                of(
                        ColumnType.TIMESTAMP,
                        "timestamp",
                        -1,
                        0,
                        "timestamp(0) with time zone",
                        micros("1970-01-01T00:00:01Z"),
                        "1970-01-01 00:00:01+00",
                        micros("2038-01-19T03:14:07Z"),
                        "2038-01-19 03:14:07+00"),
                of(
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
                of(
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
                of(ColumnType.TIME, "time", -1, 0, "interval(0)", -3020399000000L, "-838:59:59"));
    }

    private static List<TypeCase> bytes() {
        String odd = "\\N \t\n\r\b\"'{},;\u0001\u007f ${x} ? $1 ";
        String all = "Grüße, 世界, \uD83D\uDE00, İı, e\u0301";
        return List.of(
                of(
                        ColumnType.TEXT,
                        "varchar(60)",
                        60,
                        -1,
                        "character varying(60)",
                        "",
                        "",
                        "NULL",
                        "NULL",
                        odd,
                        odd,
                        all,
                        all,
                        "\uD83D\uDE00".repeat(60),
                        "\uD83D\uDE00".repeat(60),
                        "trailing blanks   ",
                        "trailing blanks   "),
                of(ColumnType.TEXT, "char(5)", 5, -1, "character varying(5)", "ab", "ab", "abcde", "abcde"),
                of(ColumnType.TEXT, "varchar(0)", 0, -1, "text", "", ""),
                of(ColumnType.TEXT, "text", 65535, -1, "text", all, all, "x".repeat(65535), "x".repeat(65535)),
                of(ColumnType.TEXT, "longtext", -1, -1, "text", "long ".repeat(400_000), "long ".repeat(400_000)),
                of(
                        ColumnType.BINARY,
                        "varbinary(255)",
                        255,
                        -1,
                        "bytea",
                        hex(""),
                        "\\x",
                        hex("00ff5c27220a"),
                        "\\x00ff5c27220a"),
                of(ColumnType.BINARY, "longblob", -1, -1, "bytea", new byte[1_000_000], "\\x" + "00".repeat(1_000_000)),
                of(ColumnType.ENUM, "enum('a','b')", -1, -1, "text", "a", "a", "", "", "ü'", "ü'"),
                of(ColumnType.SET, "set('a','b')", -1, -1, "text", "", "", "a,b", "a,b"),
                of(
                        ColumnType.JSON,
                        "json",
                        -1,
                        -1,
                        "json",
                        "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}",
                        "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}",
                        "null",
                        "null",
                        "18446744073709551615",
                        "18446744073709551615"),
                of(
                        ColumnType.UUID,
                        "uuid",
                        -1,
                        -1,
                        "uuid",
                        hex("0f8fad5bd9cb469fa16570867728950e"),
                        "0f8fad5b-d9cb-469f-a165-70867728950e"),
                of(
                        ColumnType.GEOMETRY,
                        "point",
                        -1,
                        -1,
                        "bytea",
                        hex("0101000020e6100000000000000000f03f0000000000000040"),
                        "\\x0101000020e6100000000000000000f03f0000000000000040"),
                of(
                        ColumnType.VECTOR,
                        "vector(3)",
                        3,
                        -1,
                        "real[]",
                        hex("0000803f000000c0cdcccc3d"),
                        "{1,-2,0.1}",
                        hex(""),
                        "{}"),
                of(ColumnType.OTHER, "inet6", -1, -1, "text", "::1", "::1"));
    }

    /** What cannot be written as it is. */
    static List<TypeCase> zeroDates() {
        return List.of(
                of(
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
                of(
                        ColumnType.DATETIME,
                        "datetime(2)",
                        -1,
                        2,
                        "timestamp(2) without time zone",
                        dateTime(0, 0, 0, 0, 0, 0, 0),
                        "0000-00-00 00:00:00.00",
                        dateTime(2024, 0, 1, 1, 2, 3, 120_000),
                        "2024-00-01 01:02:03.12"),
                of(
                        ColumnType.TIMESTAMP,
                        "timestamp",
                        -1,
                        0,
                        "timestamp(0) with time zone",
                        ZERO_TIMESTAMP,
                        "0000-00-00 00:00:00+00"));
    }

    boolean canBeKey() {
        return switch (column.type()) {
            case JSON, VECTOR, GEOMETRY -> false;
            default -> column.type().isFixed() || (column.length() >= 0 && column.length() <= 255);
        };
    }
}
