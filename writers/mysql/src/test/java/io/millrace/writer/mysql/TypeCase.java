package io.millrace.writer.mysql;

import static io.millrace.schema.CivilTime.ZERO_TIMESTAMP;
import static io.millrace.schema.CivilTime.date;
import static io.millrace.schema.CivilTime.dateTime;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A source column, and values of it with what the server then says they are. The corpus that the type map in MYSQL.md is printed from.
 *
 * @param targetType of a table that we make
 * @param values as {@link io.millrace.writer.TestRun} takes them
 * @param texts the server's own text of each, by {@link #shown}
 * @param misfits values that the target's type does not hold
 */
record TypeCase(Column column, String targetType, List<Object> values, List<String> texts, List<Object> misfits) {
    private static final String LATIN = "latin1_swedish_ci";

    private static TypeCase of(
            ColumnType type,
            String sourceType,
            int length,
            int scale,
            String collation,
            String targetType,
            Object... valuesAndTexts) {
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < valuesAndTexts.length; i += 2) {
            values.add(valuesAndTexts[i]);
            texts.add((String) valuesAndTexts[i + 1]);
        }
        List<String> members =
                type == ColumnType.ENUM || type == ColumnType.SET ? List.of("a", "b", "ü'\\") : List.of();
        Column column = new Column("v", type, sourceType, true, length, scale, collation, members, false);
        return new TypeCase(column, targetType, values, texts, List.of());
    }

    private TypeCase refusing(Object... some) {
        return new TypeCase(column, targetType, values, texts, List.of(some));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static long micros(String instant) {
        return microsOf(Instant.parse(instant));
    }

    /** Not by ChronoUnit, whose nanoseconds overflow. */
    private static long microsOf(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    private static long sinceMillennium(String instant) {
        return micros(instant) - micros("2000-01-01T00:00:00Z");
    }

    private static long days(int year, int month, int day) {
        return ChronoUnit.DAYS.between(LocalDate.of(2000, 1, 1), LocalDate.of(year, month, day));
    }

    /** The query's expression that shows a value whole. */
    String shown() {
        String name = column.name();
        return switch (column.type()) {
            case FLOAT -> name + " * 1E0";
            case BIT -> name + " + 0";
            case BINARY, GEOMETRY, VECTOR -> "HEX(" + name + ")";
            default -> "CAST(" + name + " AS CHAR)";
        };
    }

    /** The same, as a column of another name. */
    TypeCase named(String name) {
        Column other = new Column(
                name,
                column.type(),
                column.sourceType(),
                column.nullable(),
                column.length(),
                column.scale(),
                column.collation(),
                column.members(),
                column.generated());
        return new TypeCase(other, targetType, values, texts, misfits);
    }

    boolean canBeKey() {
        return switch (column.type()) {
            case JSON, VECTOR, GEOMETRY -> false;
            case TEXT -> column.length() <= 255 && !column.sourceType().equals("tinytext");
            case POSTGRES_TEXT -> !column.sourceType().endsWith("[]");
            default ->
                column.type().isFixed()
                        || column.type() == ColumnType.UUID
                        || column.type() == ColumnType.DECIMAL
                        || (column.length() >= 0 && column.length() <= 255);
        };
    }

    /** Every type that the sources have, at its limits. */
    static List<TypeCase> all(Dialect dialect) {
        List<TypeCase> cases = new ArrayList<>(numbers());
        cases.addAll(times(dialect));
        cases.addAll(bytes());
        cases.addAll(ofDialect(dialect));
        cases.addAll(postgres(dialect));
        return cases;
    }

    private static List<TypeCase> numbers() {
        String thirty = "0".repeat(29) + "1";
        String most = "9".repeat(35) + "." + "9".repeat(30);
        return List.of(
                of(ColumnType.INTEGER, "tinyint(1)", 1, -1, "", "tinyint(1)", -128, "-128", 127, "127", 1, "1")
                        .refusing(128, -129),
                of(ColumnType.UNSIGNED, "tinyint(3) unsigned", 1, -1, "", "tinyint unsigned", 0, "0", 255, "255")
                        .refusing(256),
                of(ColumnType.INTEGER, "smallint", 2, -1, "", "smallint", -32768, "-32768", 32767, "32767")
                        .refusing(32768),
                of(ColumnType.UNSIGNED, "smallint unsigned", 2, -1, "", "smallint unsigned", 65535, "65535")
                        .refusing(65536),
                of(ColumnType.INTEGER, "mediumint", 3, -1, "", "mediumint", -8388608, "-8388608", 8388607, "8388607")
                        .refusing(8388608),
                of(ColumnType.UNSIGNED, "mediumint unsigned", 3, -1, "", "mediumint unsigned", 16777215, "16777215")
                        .refusing(16777216),
                of(
                                ColumnType.INTEGER,
                                "int",
                                4,
                                -1,
                                "",
                                "int",
                                Integer.MIN_VALUE,
                                "-2147483648",
                                Integer.MAX_VALUE,
                                "2147483647",
                                0,
                                "0")
                        .refusing(2147483648L),
                of(ColumnType.UNSIGNED, "int unsigned", 4, -1, "", "int unsigned", 4294967295L, "4294967295")
                        .refusing(4294967296L),
                of(
                        ColumnType.INTEGER,
                        "bigint",
                        8,
                        -1,
                        "",
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
                        "",
                        "bigint unsigned",
                        0L,
                        "0",
                        Long.MIN_VALUE,
                        "9223372036854775808",
                        -1L,
                        "18446744073709551615"),
                of(
                                ColumnType.DECIMAL,
                                "decimal(10,2)",
                                10,
                                2,
                                "",
                                "decimal(10,2)",
                                "0.00",
                                "0.00",
                                "-0.01",
                                "-0.01",
                                "99999999.99",
                                "99999999.99",
                                "1234.50",
                                "1234.50",
                                "7.1000",
                                "7.10")
                        .refusing("0.001", "100000000.00", "NaN", "-Infinity", "1".repeat(66)),
                of(
                        ColumnType.DECIMAL,
                        "decimal(65,30)",
                        65,
                        30,
                        "",
                        "decimal(65,30)",
                        most,
                        most,
                        "-" + most,
                        "-" + most,
                        "0." + thirty,
                        "0." + thirty),
                of(ColumnType.DECIMAL, "decimal(5,0)", 5, 0, "", "decimal(5,0)", "-99999", "-99999", "10", "10")
                        .refusing("100000", "0.5"),
                of(
                                ColumnType.FLOAT,
                                "float",
                                -1,
                                -1,
                                "",
                                "float",
                                Float.MAX_VALUE,
                                "3.4028234663852886e38",
                                Float.MIN_VALUE,
                                "1.401298464324817e-45",
                                0.1f,
                                "0.10000000149011612",
                                -0.0f,
                                "-0")
                        .refusing(Float.NaN, Float.POSITIVE_INFINITY),
                of(
                                ColumnType.DOUBLE,
                                "double",
                                -1,
                                -1,
                                "",
                                "double",
                                Double.MAX_VALUE,
                                "1.7976931348623157e308",
                                0.1,
                                "0.1",
                                -0.0,
                                "-0",
                                2.2250738585072014e-308,
                                "2.2250738585072014e-308")
                        .refusing(Double.NaN, Double.NEGATIVE_INFINITY),
                of(ColumnType.BIT, "bit(1)", 1, -1, "", "bit(1)", 1, "1", 0, "0")
                        .refusing(2),
                of(ColumnType.BIT, "bit(9)", 9, -1, "", "bit(9)", 0, "0", 256, "256", 511, "511")
                        .refusing(512),
                of(
                        ColumnType.BIT,
                        "bit(64)",
                        64,
                        -1,
                        "",
                        "bit(64)",
                        -1L,
                        "18446744073709551615",
                        1L,
                        "1",
                        Long.MIN_VALUE,
                        "9223372036854775808"));
    }

    private static List<TypeCase> times(Dialect dialect) {
        boolean isMariaDb = dialect == Dialect.MARIADB;
        long longest = isMariaDb ? 3020399999999L : 3020399000000L;
        String most = isMariaDb ? "838:59:59.999999" : "838:59:59.000000";
        return List.of(
                of(ColumnType.YEAR, "year", -1, -1, "", "year", 0, "0000", 1901, "1901", 2155, "2155")
                        .refusing(1900),
                of(
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
                of(
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
                of(
                        ColumnType.DATETIME,
                        "datetime(3)",
                        -1,
                        3,
                        "",
                        "datetime(3)",
                        dateTime(1969, 12, 31, 23, 59, 59, 999_000),
                        "1969-12-31 23:59:59.999"),
                of(
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
                of(
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
                of(
                        ColumnType.TIMESTAMP,
                        "timestamp(6)",
                        -1,
                        6,
                        "",
                        "timestamp(6)",
                        micros("2024-03-31T01:30:00.000001Z"),
                        "2024-03-31 01:30:00.000001"),
                of(
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
                of(ColumnType.TIME, "time", -1, 0, "", "time", -3020399000000L, "-838:59:59"));
    }

    private static List<TypeCase> bytes() {
        String odd = "\\N \t\n\r\b\"'{},;\u0000\u0001\u001a\u007f ${x} ? $1 ";
        String all = "Grüße, 世界, \uD83D\uDE00, İı, e\u0301";
        String general = "utf8mb4_general_ci";
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        String everyHex = HexFormat.of().withUpperCase().formatHex(everyByte);
        return List.of(
                of(
                                ColumnType.TEXT,
                                "varchar(60)",
                                60,
                                -1,
                                general,
                                "varchar(60)",
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
                                "trailing blanks   ")
                        .refusing("x".repeat(61), "x".repeat(60) + " ", "\uD83D\uDE00".repeat(61)),
                of(ColumnType.TEXT, "varchar(20)", 20, -1, LATIN, "varchar(20)", "Grüße €", "Grüße €")
                        .refusing("世界"),
                of(ColumnType.TEXT, "char(5)", 5, -1, general, "char(5)", "ab", "ab", "abcde", "abcde")
                        .refusing("abcdef"),
                of(ColumnType.TEXT, "tinytext", 255, -1, general, "tinytext", all, all)
                        .refusing("x".repeat(256)),
                of(ColumnType.TEXT, "text", 65535, -1, general, "text", "x".repeat(65535), "x".repeat(65535))
                        .refusing("x".repeat(65536)),
                of(
                        ColumnType.TEXT,
                        "longtext",
                        Integer.MAX_VALUE,
                        -1,
                        general,
                        "longtext",
                        "long ".repeat(400_000),
                        "long ".repeat(400_000)),
                of(
                                ColumnType.BINARY,
                                "varbinary(255)",
                                255,
                                -1,
                                "",
                                "varbinary(255)",
                                hex(""),
                                "",
                                hex("00ff5c27220a"),
                                "00FF5C27220A")
                        .refusing(new byte[256]),
                of(ColumnType.BINARY, "blob", 65535, -1, "", "blob", everyByte, everyHex)
                        .refusing(new byte[65536]),
                of(ColumnType.BINARY, "binary(4)", 4, -1, "", "binary(4)", hex("00ff0000"), "00FF0000")
                        .refusing(new byte[5]),
                of(ColumnType.ENUM, "enum('a','b','ü''\\\\')", -1, -1, general, "enum", "a", "a", "ü'\\", "ü'\\")
                        .refusing("c", ""),
                of(ColumnType.SET, "set('a','b','ü''\\\\')", -1, -1, general, "set", "", "", "a,b", "a,b")
                        .refusing("c", "a,c"),
                of(
                                ColumnType.GEOMETRY,
                                "point",
                                -1,
                                -1,
                                "",
                                "point",
                                hex("0101000020e6100000000000000000f03f0000000000000040"),
                                "E61000000101000000000000000000F03F0000000000000040",
                                hex("0101000000000000000000f03f0000000000000040"),
                                "000000000101000000000000000000F03F0000000000000040")
                        .refusing(hex("01"), hex("01010000ff000000000000f03f0000000000000040")));
    }

    private static List<TypeCase> ofDialect(Dialect dialect) {
        String uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        byte[] uuidBytes = hex(uuid.replace("-", ""));
        String json = "{\"b\": 1, \"a\": [1.0, \"\\u0000\", null]}";
        String large = "18446744073709551615";
        if (dialect == Dialect.MYSQL) {
            String sorted = "{\"a\": [1.0, \"\\u0000\", null], \"b\": 1}";
            return List.of(
                    of(ColumnType.JSON, "json", -1, -1, "", "json", json, sorted, "null", "null", large, large)
                            .refusing("{\"canary\": ", ""),
                    of(ColumnType.UUID, "uuid", -1, -1, "", "char(36)", uuidBytes, uuid),
                    of(ColumnType.OTHER, "inet6", -1, -1, "", "longtext", "::1", "::1"));
        }
        return List.of(
                of(ColumnType.JSON, "longtext", -1, -1, "utf8mb4_bin", "longtext", json, json, large, large)
                        .refusing("{\"canary\": ", ""),
                of(ColumnType.UUID, "uuid", -1, -1, "", "uuid", uuidBytes, uuid),
                of(ColumnType.OTHER, "inet6", -1, -1, "", "inet6", "::1", "::1").refusing("canary"));
    }

    private static List<TypeCase> postgres(Dialect dialect) {
        String all = "Grüße, 世界, \uD83D\uDE00 ";
        String numeric = "1." + "0".repeat(29) + "1";
        List<TypeCase> cases = new ArrayList<>(List.of(
                of(ColumnType.BOOLEAN, "boolean", -1, -1, "", "tinyint(1)", true, "1", false, "0"),
                of(ColumnType.INTEGER, "integer", 4, -1, "", "int", -5, "-5").refusing(2147483648L),
                of(
                                ColumnType.DECIMAL,
                                "numeric",
                                -1,
                                -1,
                                "",
                                "decimal(65,30)",
                                "1e".length() + ".5",
                                "2.5" + "0".repeat(29),
                                numeric,
                                numeric)
                        .refusing("0." + "0".repeat(30) + "1", "NaN", "1" + "0".repeat(35)),
                of(ColumnType.DECIMAL, "numeric(12,3)", 12, 3, "", "decimal(12,3)", "1.500", "1.500"),
                of(ColumnType.FLOAT, "real", -1, -1, "", "float", 0.1f, "0.10000000149011612"),
                of(ColumnType.DOUBLE, "double precision", -1, -1, "", "double", 0.1, "0.1")
                        .refusing(Double.NaN),
                of(ColumnType.TEXT, "text", -1, -1, "binary", "longtext", all, all, "", ""),
                of(ColumnType.TEXT, "character varying(20)", 20, -1, "binary", "varchar(20)", all, all)
                        .refusing("x".repeat(21)),
                of(ColumnType.BINARY, "bytea", -1, -1, "", "longblob", hex("00ff5c27"), "00FF5C27"),
                of(
                                ColumnType.POSTGRES_DATE,
                                "date",
                                -1,
                                -1,
                                "",
                                "date",
                                days(1, 1, 1),
                                "0001-01-01",
                                days(9999, 12, 31),
                                "9999-12-31")
                        .refusing(days(0, 12, 31), days(10000, 1, 1), Integer.MAX_VALUE, Integer.MIN_VALUE),
                of(
                                ColumnType.POSTGRES_TIMESTAMP,
                                "timestamp without time zone",
                                -1,
                                -1,
                                "",
                                "datetime(6)",
                                sinceMillennium("0001-01-01T00:00:00.000001Z"),
                                "0001-01-01 00:00:00.000001",
                                sinceMillennium("9999-12-31T23:59:59.999999Z"),
                                "9999-12-31 23:59:59.999999")
                        .refusing(
                                Long.MAX_VALUE,
                                Long.MIN_VALUE,
                                sinceMillennium("-0001-01-01T00:00:00Z"),
                                Long.MAX_VALUE - 1),
                of(
                                ColumnType.POSTGRES_TIMESTAMPTZ,
                                "timestamp(3) with time zone",
                                -1,
                                3,
                                "",
                                "timestamp(3)",
                                sinceMillennium("1970-01-01T00:00:01Z"),
                                "1970-01-01 00:00:01.000",
                                sinceMillennium("2024-03-31T01:30:00.999Z"),
                                "2024-03-31 01:30:00.999")
                        .refusing(sinceMillennium("1960-01-01T00:00:00Z"), Long.MAX_VALUE),
                of(ColumnType.ENUM, "mood", -1, -1, "", "varchar(64)", "a", "a").refusing("x".repeat(65)),
                of(ColumnType.POSTGRES_TEXT, "interval", -1, -1, "", "longtext", "1 mon 02:00:00", "1 mon 02:00:00"),
                of(ColumnType.POSTGRES_TEXT, "tsvector", -1, -1, "", "longtext", "'a':1", "'a':1")));
        String gap = dialect == Dialect.MYSQL ? " " : "";
        String jsonType = dialect == Dialect.MYSQL ? "json" : "longtext";
        cases.add(of(
                        ColumnType.POSTGRES_TEXT,
                        "integer[]",
                        -1,
                        -1,
                        "",
                        jsonType,
                        "{1,NULL,-3}",
                        "[1," + gap + "null," + gap + "-3]",
                        "{}",
                        "[]",
                        "{{1,2},{3,4}}",
                        "[[1," + gap + "2]," + gap + "[3," + gap + "4]]")
                .refusing("[2:3]={1,2}"));
        cases.add(of(
                ColumnType.POSTGRES_TEXT,
                "text[]",
                -1,
                -1,
                "",
                jsonType,
                "{plain,\"a \\\"b\\\\\",\"NULL\",NULL,\"\"}",
                "[\"plain\"," + gap + "\"a \\\"b\\\\\"," + gap + "\"NULL\"," + gap + "null," + gap + "\"\"]"));
        cases.add(of(ColumnType.POSTGRES_TEXT, "boolean[]", -1, -1, "", jsonType, "{t,f}", "[true," + gap + "false]"));
        return cases;
    }
}
