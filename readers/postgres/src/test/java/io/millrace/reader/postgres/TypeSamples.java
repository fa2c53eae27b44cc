package io.millrace.reader.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One column of every type, and values at its edges, as SQL literals. */
final class TypeSamples {
    private static final String MUCH =
            "E'tab\\t newline\\n return\\r back\\\\slash \\\\N quote'' Ünïcode 漢字 🎁 \\x08\\x0b\\x0c'";

    private TypeSamples() {}

    record Sample(String name, String type, List<String> values) {}

    /** What the samples need of the database. */
    static List<String> preparation() {
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS kinds",
                "CREATE TYPE kinds.mood AS ENUM ('sad', 'ok', 'O''Really', 'a,b')",
                "CREATE TYPE kinds.pair AS (x int, y text)",
                "CREATE DOMAIN kinds.positive AS int CHECK (VALUE > 0)",
                "CREATE DOMAIN kinds.code AS varchar(5)",
                "CREATE TYPE kinds.floatrange AS RANGE (subtype = float8)");
    }

    private static Sample sample(String name, String type, String... values) {
        List<String> all = new ArrayList<>(List.of(values));
        all.add("NULL");
        return new Sample(name, type, all);
    }

    static List<Sample> all() {
        return List.of(
                sample("c_bool", "boolean", "true", "false"),
                sample("c_int2", "smallint", "0", "-32768", "32767"),
                sample("c_int4", "integer", "0", "-2147483648", "2147483647"),
                sample("c_int8", "bigint", "0", "-9223372036854775808", "9223372036854775807"),
                sample("c_oid", "oid", "0", "4294967295"),
                sample(
                        "c_float4",
                        "real",
                        "0",
                        "'-0'",
                        "1.1",
                        "3.4028235e38",
                        "1e-45",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'",
                        "16777217",
                        "0.1234567",
                        "123456.7",
                        "1e10"),
                sample(
                        "c_float8",
                        "double precision",
                        "0",
                        "'-0'",
                        "0.1",
                        "1.7976931348623157e308",
                        "5e-324",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'",
                        "9007199254740993",
                        "0.30000000000000004",
                        "1e22",
                        "1e23",
                        "123456789012345.6"),
                sample(
                        "c_numeric",
                        "numeric",
                        "0",
                        "-0.00",
                        "1.10",
                        "123456789012345678901234567890.123456789",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'",
                        "1e-20",
                        "1e40",
                        "0.00000",
                        "-0.00010203",
                        "10000",
                        "99999999.99990000",
                        "repeat('9', 2000)::numeric + 0.5"),
                sample("c_numeric_20_4", "numeric(20,4)", "-1234567890123456.7891", "0", "'NaN'"),
                sample("c_numeric_neg", "numeric(3,-2)", "12345", "-99900"),
                sample("c_money", "money", "'$1,234.56'", "'-$92233720368547758.08'", "0"),
                sample("c_text", "text", "''", MUCH, "'\\N'", "repeat('x', 5000)"),
                sample("c_varchar", "varchar(20)", "''", "'ab  '", "'é'"),
                sample("c_char", "char(5)", "'ab'", "''"),
                sample("c_name", "name", "'a name'"),
                sample("c_onechar", "\"char\"", "'a'", "''"),
                sample("c_bytea", "bytea", "'\\x'", "'\\x00ff5c0a27'", "decode(repeat('00ab', 3000), 'hex')"),
                sample(
                        "c_uuid",
                        "uuid",
                        "'00000000-0000-0000-0000-000000000000'",
                        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
                sample(
                        "c_date",
                        "date",
                        "'2000-01-01'",
                        "'1999-12-31'",
                        "'infinity'",
                        "'-infinity'",
                        "'4713-01-01 BC'",
                        "'0001-12-31 BC'",
                        "'5874897-12-31'",
                        "'2024-02-29'",
                        "'1900-03-01'",
                        "'0044-03-15 BC'"),
                sample(
                        "c_timestamp",
                        "timestamp",
                        "'2000-01-01'",
                        "'1999-12-31 23:59:59.999999'",
                        "'infinity'",
                        "'-infinity'",
                        "'4713-01-01 00:00:00 BC'",
                        "'294276-12-31 23:59:59.999999'",
                        "'2024-02-29 12:00:00.1'"),
                sample("c_timestamp3", "timestamp(3)", "'2024-02-29 12:00:00.1239'"),
                sample(
                        "c_timestamptz",
                        "timestamptz",
                        "'2000-01-01 00:00:00+00'",
                        "'infinity'",
                        "'-infinity'",
                        "'4713-01-02 00:00:00+00 BC'",
                        "'294276-12-31 23:59:59.999999+00'",
                        "'2024-06-01 12:00:00+05:30'"),
                sample("c_time", "time", "'00:00:00'", "'24:00:00'", "'12:34:56.789'"),
                sample("c_timetz", "timetz", "'00:00:00+15:59'", "'12:34:56.789-08'"),
                sample(
                        "c_interval",
                        "interval",
                        "'0'",
                        "'1 year -2 mons 3 days -04:05:06.789'",
                        "'178000000 years'",
                        "'-1 day'"),
                sample("c_bit", "bit(5)", "B'10101'"),
                sample(
                        "c_varbit",
                        "varbit",
                        "B''",
                        "B'1'",
                        "B'1010101010101010101010101010101010101010101010101010101010101010101'"),
                sample("c_json", "json", "'{\"a\": [1,  2.50], \"a\": null}'", "'\"x\\u0041\"'"),
                sample("c_jsonb", "jsonb", "'{\"b\": 1e3, \"a\": [true, \"ü\"]}'"),
                sample("c_xml", "xml", "'<a b=\"1\">t&amp;</a>'"),
                sample("c_inet", "inet", "'192.168.0.1/24'", "'::1'"),
                sample("c_cidr", "cidr", "'10.0.0.0/8'"),
                sample("c_macaddr", "macaddr", "'08:00:2b:01:02:03'"),
                sample("c_macaddr8", "macaddr8", "'08:00:2b:01:02:03:04:05'"),
                sample("c_point", "point", "'(1.5,-2e300)'", "'(NaN,Infinity)'"),
                sample("c_line", "line", "'{1,2,3}'"),
                sample("c_lseg", "lseg", "'[(0,0),(1,1)]'"),
                sample("c_box", "box", "'(2,2),(0,0)'"),
                sample("c_path", "path", "'((0,0),(1,1),(2,0))'", "'[(0,0),(1,1)]'"),
                sample("c_polygon", "polygon", "'((0,0),(1,1),(2,0))'"),
                sample("c_circle", "circle", "'<(1,2),3>'"),
                sample("c_tsvector", "tsvector", "'a:1A fat:2B,4C ''it''''s'''"),
                sample("c_tsquery", "tsquery", "'fat & (rat | !cat)'"),
                sample("c_int4s", "int[]", "'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[0:1]={5,6}'"),
                sample("c_texts", "text[]", "'{\"\",\"a,b\",\"q\\\"q\",NULL,\"NULL\",\"back\\\\\\\\slash\"}'"),
                sample("c_times", "timestamptz[]", "'{2024-01-01 00:00:00+00,infinity}'"),
                sample("c_int4range", "int4range", "'empty'", "'[1,10)'", "'(,5)'"),
                sample("c_numrange", "numrange", "'[1.5,2.50]'"),
                sample("c_tstzrange", "tstzrange", "'[2024-01-01 00:00:00+00,infinity)'"),
                sample("c_int4multirange", "int4multirange", "'{}'", "'{[1,3),[5,8)}'"),
                sample("c_lsn", "pg_lsn", "'16/B374D848'"),
                sample("c_snapshot", "pg_snapshot", "'10:20:10,14,15'"),
                sample("c_jsonpath", "jsonpath", "'$.a[*] ? (@ > 1)'"),
                sample("c_mood", "kinds.mood", "'sad'", "'O''Really'", "'a,b'"),
                sample("c_pair", "kinds.pair", "ROW(1, 'a \"quoted\", one')", "ROW(NULL, '')"),
                sample("c_positive", "kinds.positive", "1", "2147483647"),
                sample("c_code", "kinds.code", "'abc'"),
                sample("c_moods", "kinds.mood[]", "'{sad,ok}'"),
                sample("c_floatrange", "kinds.floatrange", "'[0.1,1e300)'"));
    }

    /** Those of the types whose binary form is read. */
    static List<Sample> binary() {
        Set<String> others = Set.of(
                "c_money",
                "c_onechar",
                "c_timetz",
                "c_interval",
                "c_bit",
                "c_varbit",
                "c_xml",
                "c_inet",
                "c_cidr",
                "c_macaddr",
                "c_macaddr8",
                "c_point",
                "c_line",
                "c_lseg",
                "c_box",
                "c_path",
                "c_polygon",
                "c_circle",
                "c_tsvector",
                "c_tsquery",
                "c_int4s",
                "c_texts",
                "c_times",
                "c_int4range",
                "c_numrange",
                "c_tstzrange",
                "c_int4multirange",
                "c_lsn",
                "c_snapshot",
                "c_jsonpath",
                "c_pair",
                "c_moods",
                "c_floatrange");
        return all().stream().filter(sample -> !others.contains(sample.name())).toList();
    }

    static String createTable(String name, List<Sample> samples) {
        StringBuilder sql = new StringBuilder("CREATE TABLE " + name + " (id int PRIMARY KEY");
        samples.forEach(
                sample -> sql.append(", ").append(sample.name()).append(' ').append(sample.type()));
        return sql.append(')').toString();
    }

    /** One statement a row; a column whose values are through starts again. */
    static List<String> inserts(String table, List<Sample> samples) {
        int most = samples.stream()
                .mapToInt(sample -> sample.values().size())
                .max()
                .orElseThrow();
        List<String> statements = new ArrayList<>();
        for (int row = 0; row < most; row++) {
            StringBuilder sql = new StringBuilder("INSERT INTO " + table + " VALUES (" + row);
            for (Sample sample : samples) {
                sql.append(", ")
                        .append(sample.values().get(row % sample.values().size()));
            }
            statements.add(sql.append(')').toString());
        }
        return statements;
    }
}
