package io.millrace.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * A source type with values at its ends and in its traps, as SQL.
 *
 * @param remarks for the page of types
 */
record MatrixType(String type, String remarks, List<String> values) {
    static final List<MatrixType> ALL = all();

    private static List<MatrixType> all() {
        List<MatrixType> all = new ArrayList<>();
        numbers(all);
        times(all);
        text(all);
        bytes(all);
        others(all);
        return List.copyOf(all);
    }

    private static void add(List<MatrixType> all, String type, String remarks, String... values) {
        all.add(new MatrixType(type, remarks, List.of(values)));
    }

    private static void numbers(List<MatrixType> all) {
        add(all, "tinyint", "", "-128", "127", "0");
        add(all, "tinyint unsigned", "", "0", "255");
        add(all, "tinyint(1)", "a number; its width is only for display", "-1", "0", "1", "127");
        add(all, "smallint", "", "-32768", "32767");
        add(all, "smallint unsigned", "", "0", "65535");
        add(all, "mediumint", "", "-8388608", "8388607");
        add(all, "mediumint unsigned", "", "0", "16777215");
        add(all, "int", "", "-2147483648", "2147483647");
        add(all, "int unsigned", "", "0", "4294967295");
        add(
                all,
                "int(8) unsigned zerofill",
                "zeros before a number are only how it is printed",
                "0",
                "42",
                "4294967295");
        add(all, "bigint", "", "-9223372036854775808", "9223372036854775807");
        add(all, "bigint unsigned", "", "0", "9223372036854775808", "18446744073709551615");
        add(
                all,
                "decimal(65,30)",
                "its exact digits",
                "99999999999999999999999999999999999.999999999999999999999999999999",
                "-99999999999999999999999999999999999.999999999999999999999999999999",
                "0",
                "-0.000000000000000000000000000001");
        add(all, "decimal(10,2)", "", "99999999.99", "-0.01", "0");
        add(all, "decimal(65,0)", "", "9".repeat(65), "-" + "9".repeat(65));
        add(
                all,
                "float",
                "the very bits, not the six digits that the server prints",
                "3.4028234e38",
                "-3.4028234e38",
                "1.17549435e-38",
                "0.1",
                "16777217",
                "0");
        add(
                all,
                "double",
                "the very bits",
                "1.7976931348623157e308",
                "-1.7976931348623157e308",
                "2.2250738585072014e-308",
                "5e-324",
                "0.1",
                "0");
        add(all, "bit(1)", "", "b'0'", "b'1'");
        add(all, "bit(9)", "", "b'0'", "b'111111111'", "b'100000000'");
        add(all, "bit(64)", "", "0", "18446744073709551615", "9223372036854775808");
    }

    private static void times(List<MatrixType> all) {
        String zero = "zero, partial and impossible dates: `types.zero_date`";
        add(all, "year", "`0000` is 0", "0", "1901", "2155");
        add(
                all,
                "date",
                zero,
                "'1000-01-01'",
                "'9999-12-31'",
                "'0000-00-00'",
                "'2024-00-00'",
                "'2024-02-30'",
                "'0001-01-01'");
        add(
                all,
                "datetime",
                zero,
                "'1000-01-01 00:00:00'",
                "'9999-12-31 23:59:59'",
                "'0000-00-00 00:00:00'",
                "'2024-02-00 01:02:03'");
        for (int digits = 1; digits <= 6; digits++) {
            String fraction = ".123456".substring(0, digits + 1);
            String nines = ".999999".substring(0, digits + 1);
            add(
                    all,
                    "datetime(" + digits + ")",
                    "",
                    "'9999-12-31 23:59:59" + nines + "'",
                    "'1000-01-01 00:00:00" + fraction + "'",
                    "'0000-00-00'");
        }
        add(
                all,
                "timestamp NULL",
                "an instant, whatever the session's zone; zero: `types.zero_date`",
                "'1970-01-01 05:45:01'",
                "'2038-01-19 08:59:07'",
                "'0000-00-00 00:00:00'",
                "'2024-02-29 12:00:00'");
        for (int digits : new int[] {1, 2, 3, 4, 5, 6}) {
            String nines = ".999999".substring(0, digits + 1);
            add(
                    all,
                    "timestamp(" + digits + ") NULL",
                    "",
                    "'2038-01-19 08:59:07" + nines + "'",
                    "'1970-01-01 05:45:01" + nines + "'",
                    "'0000-00-00'");
        }
        add(all, "time", "−838:59:59 to 838:59:59", "'-838:59:59'", "'838:59:59'", "'-00:00:01'", "'00:00:00'");
        for (int digits = 1; digits <= 6; digits++) {
            String nines = ".999999".substring(0, digits + 1);
            add(
                    all,
                    "time(" + digits + ")",
                    "",
                    "'-838:59:58" + nines + "'",
                    "'838:59:58" + nines + "'",
                    "'-00:00:00" + nines + "'");
        }
    }

    private static void text(List<MatrixType> all) {
        add(all, "char(10)", "without blanks at its end, as the server gives it", "''", "'abc'", "'trail  '", "'é€😀'");
        add(
                all,
                "varchar(100)",
                "U+0000: `types.nul_char`",
                "''",
                "'é€😀'",
                "'trail  '",
                "'a\\0b'",
                "REPEAT('😀', 100)");
        add(all, "tinytext", "", "''", "REPEAT('x', 255)");
        add(all, "text", "", "''", "REPEAT('x', 65535)");
        add(all, "mediumtext", "", "REPEAT('€', 70000)");
        add(all, "longtext", "", "''", "REPEAT('x', 1000000)");
        String converted = "UTF-8 as the server's own CONVERT makes it";
        for (String charset :
                List.of("latin1", "ascii", "utf8mb3", "ucs2", "utf16", "utf16le", "utf32", "koi8r", "tis620")) {
            add(
                    all,
                    "varchar(20) CHARACTER SET " + charset,
                    converted,
                    "''",
                    "'plain'",
                    charset.equals("koi8r") ? "'привет'" : "'x'");
        }
        for (String charset : List.of("big5", "gbk", "gb2312", "gb18030")) {
            add(all, "varchar(20) CHARACTER SET " + charset, converted, "''", "'中文a'", "REPEAT('中', 20)");
        }
        for (String charset : List.of("sjis", "cp932", "ujis", "eucjpms")) {
            add(all, "varchar(20) CHARACTER SET " + charset, converted, "''", "'日本aｱ'", "REPEAT('表', 20)");
        }
        add(all, "varchar(20) CHARACTER SET euckr", converted, "''", "'한국a'", "REPEAT('한', 20)");
        add(
                all,
                "enum('a','b''c','é','')",
                "the label; what is none of them is the empty label",
                "'a'",
                "'b''c'",
                "'é'",
                "4",
                "'none of them'");
        add(all, "set('a','b','c d','é')", "the labels, joined by comma", "''", "'a,c d'", "'é'", "15");
        add(
                all,
                "json",
                "as the server prints it; MariaDB: as it was stored",
                "'{\"b\": 1.50, \"a\": [1, 2, null, true], \"é\": \"\\\\u20ac\\\\n\"}'",
                "'[]'",
                "'\"x\"'",
                "'18446744073709551615'",
                "'-9223372036854775808'",
                "'1e100'",
                "'null'",
                "CONCAT('[\"', REPEAT('x', 70000), '\"]')");
    }

    private static void bytes(List<MatrixType> all) {
        add(all, "binary(4)", "with the zeros at its end", "x'00'", "x'FF00FF00'", "''");
        add(all, "varbinary(300)", "", "''", "x'00'", "REPEAT(x'FE', 300)");
        add(all, "tinyblob", "", "''", "x'00FF'");
        add(all, "blob", "", "REPEAT(x'FE', 65535)");
        add(all, "mediumblob", "", "REPEAT(x'00', 70000)");
        add(all, "longblob", "", "''", "REPEAT(x'FE', 1000000)");
    }

    private static void others(List<MatrixType> all) {
        String ewkb = "EWKB, with the number of its reference system if that is not 0; longitude before latitude";
        add(
                all,
                "geometry",
                ewkb,
                "ST_GeomFromText('POINT(1 2)')",
                "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))', 4326)");
        add(all, "point", ewkb, "ST_GeomFromText('POINT(1.5 -2.5)', 4326)");
        add(all, "linestring", ewkb, "ST_GeomFromText('LINESTRING(0 0, 1e300 1)')");
        add(all, "polygon", ewkb, "ST_GeomFromText('POLYGON((0 0, 10 0, 10 10, 0 0))', 3857)");
        add(all, "multipoint", ewkb, "ST_GeomFromText('MULTIPOINT(1 2, 3 4)')");
        add(all, "multilinestring", ewkb, "ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))')");
        add(all, "multipolygon", ewkb, "ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))')");
        add(
                all,
                "geometrycollection",
                ewkb,
                "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))', 4326)");
        add(all, "vector(3)", "no key", "TO_VECTOR('[1,2.5,-3.4028235e38]')", "TO_VECTOR('[1.18e-38,-0,0.1]')");
        add(
                all,
                "uuid",
                "",
                "'00000000-0000-0000-0000-000000000000'",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                "'123e4567-e89b-12d3-a456-426655440000'",
                "'01890a5d-ac96-774b-bcce-b302099a8057'");
        add(all, "inet4", "the text that the server prints", "'0.0.0.0'", "'255.255.255.255'", "'10.0.0.0'");
        add(
                all,
                "inet6",
                "the text that the server prints",
                "'::'",
                "'2001:db8::ff00:42:8329'",
                "'::ffff:192.0.2.128'",
                "'1:0:0:2::3'");
        add(all, "varchar(100) COMPRESSED", "as what it is compressed from", "''", "'é€'", "REPEAT('x', 100)");
        add(all, "longblob COMPRESSED", "as what it is compressed from", "''", "REPEAT(x'FE', 100000)");
    }
}
