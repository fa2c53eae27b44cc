package io.millrace.writer.mysql;

import static io.millrace.writer.mysql.TypeCase.type;

import io.millrace.schema.ColumnType;
import java.util.List;

/** Numbers and bits of MySQL and MariaDB, at their limits. */
final class NumberCases {
    private NumberCases() {}

    static List<TypeCase> all() {
        String thirty = "0".repeat(29) + "1";
        String most = "9".repeat(35) + "." + "9".repeat(30);
        return List.of(
                type(ColumnType.INTEGER, "tinyint(1)", 1, -1, "", "tinyint(1)", -128, "-128", 127, "127", 1, "1")
                        .refusing(128, -129),
                type(ColumnType.UNSIGNED, "tinyint(3) unsigned", 1, -1, "", "tinyint unsigned", 0, "0", 255, "255")
                        .refusing(256),
                type(ColumnType.INTEGER, "smallint", 2, -1, "", "smallint", -32768, "-32768", 32767, "32767")
                        .refusing(32768),
                type(ColumnType.UNSIGNED, "smallint unsigned", 2, -1, "", "smallint unsigned", 65535, "65535")
                        .refusing(65536),
                type(ColumnType.INTEGER, "mediumint", 3, -1, "", "mediumint", -8388608, "-8388608", 8388607, "8388607")
                        .refusing(8388608),
                type(ColumnType.UNSIGNED, "mediumint unsigned", 3, -1, "", "mediumint unsigned", 16777215, "16777215")
                        .refusing(16777216),
                type(
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
                type(ColumnType.UNSIGNED, "int unsigned", 4, -1, "", "int unsigned", 4294967295L, "4294967295")
                        .refusing(4294967296L),
                type(
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
                type(
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
                type(
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
                type(
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
                type(ColumnType.DECIMAL, "decimal(5,0)", 5, 0, "", "decimal(5,0)", "-99999", "-99999", "10", "10")
                        .refusing("100000", "0.5"),
                type(
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
                type(
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
                type(ColumnType.BIT, "bit(1)", 1, -1, "", "bit(1)", 1, "1", 0, "0")
                        .refusing(2),
                type(ColumnType.BIT, "bit(9)", 9, -1, "", "bit(9)", 0, "0", 256, "256", 511, "511")
                        .refusing(512),
                type(
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
}
