package io.millrace.writer.mysql;

import static io.millrace.writer.mysql.TimeCases.micros;
import static io.millrace.writer.mysql.TypeCase.hex;
import static io.millrace.writer.mysql.TypeCase.type;

import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.connection.Dialect;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL's types, as far as they differ from MySQL's. */
final class PostgresCases {
    private PostgresCases() {}

    static List<TypeCase> all(Dialect dialect) {
        String all = "Grüße, 世界, \uD83D\uDE00 ";
        String numeric = "1." + "0".repeat(29) + "1";
        List<TypeCase> cases = new ArrayList<>(List.of(
                type(ColumnType.BOOLEAN, "boolean", -1, -1, "", "tinyint(1)", true, "1", false, "0"),
                type(ColumnType.INTEGER, "integer", 4, -1, "", "int", -5, "-5").refusing(2147483648L),
                type(
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
                type(ColumnType.DECIMAL, "numeric(12,3)", 12, 3, "", "decimal(12,3)", "1.500", "1.500"),
                type(ColumnType.FLOAT, "real", -1, -1, "", "float", 0.1f, "0.10000000149011612"),
                type(ColumnType.DOUBLE, "double precision", -1, -1, "", "double", 0.1, "0.1")
                        .refusing(Double.NaN),
                type(ColumnType.TEXT, "text", -1, -1, "binary", "longtext", all, all, "", ""),
                type(ColumnType.TEXT, "character varying(20)", 20, -1, "binary", "varchar(20)", all, all)
                        .refusing("x".repeat(21)),
                type(ColumnType.BINARY, "bytea", -1, -1, "", "longblob", hex("00ff5c27"), "00FF5C27"),
                type(
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
                type(
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
                type(
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
                type(ColumnType.ENUM, "mood", -1, -1, "", "varchar(64)", "a", "a")
                        .refusing("x".repeat(65)),
                type(ColumnType.POSTGRES_TEXT, "interval", -1, -1, "", "longtext", "1 mon 02:00:00", "1 mon 02:00:00"),
                type(ColumnType.POSTGRES_TEXT, "tsvector", -1, -1, "", "longtext", "'a':1", "'a':1")));
        String gap = dialect == Dialect.MYSQL ? " " : "";
        String jsonType = dialect == Dialect.MYSQL ? "json" : "longtext";
        cases.add(type(
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
        cases.add(type(
                ColumnType.POSTGRES_TEXT,
                "text[]",
                -1,
                -1,
                "",
                jsonType,
                "{plain,\"a \\\"b\\\\\",\"NULL\",NULL,\"\"}",
                "[\"plain\"," + gap + "\"a \\\"b\\\\\"," + gap + "\"NULL\"," + gap + "null," + gap + "\"\"]"));
        cases.add(
                type(ColumnType.POSTGRES_TEXT, "boolean[]", -1, -1, "", jsonType, "{t,f}", "[true," + gap + "false]"));
        return cases;
    }

    private static long sinceMillennium(String instant) {
        return micros(instant) - micros("2000-01-01T00:00:00Z");
    }

    private static long days(int year, int month, int day) {
        return ChronoUnit.DAYS.between(LocalDate.of(2000, 1, 1), LocalDate.of(year, month, day));
    }
}
