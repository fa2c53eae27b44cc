package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.datasource.TlsMode;
import io.millrace.reader.mysql.charset.ByteCharsets;
import io.millrace.row.Operation;
import io.millrace.schema.Column;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every type's values in the stream, compared with the server's own text of the same row. */
abstract class BinlogTypesContract {
    private boolean useCatalog;

    abstract Server server();

    /** Shapes come from the server's catalog, as in a task, not from the events alone. */
    final void useCatalog() {
        useCatalog = true;
    }

    @Test
    void shouldCarryIntegersWhenAtTheirEnds() {
        compare(
                "t1 tinyint, t2 tinyint unsigned, s1 smallint, s2 smallint unsigned, m1 mediumint, m2 mediumint unsigned,"
                        + " i1 int, i2 int unsigned, b1 bigint, b2 bigint unsigned, z int(8) zerofill, y year, t3 tinyint(1)",
                "-128, 255, -32768, 65535, -8388608, 16777215, -2147483648, 4294967295, -9223372036854775808,"
                        + " 18446744073709551615, 4294967295, 2155, -1",
                "127, 128, 32767, 32768, 8388607, 8388608, 2147483647, 2147483648, 9223372036854775807,"
                        + " 9223372036854775808, 0, 1901, 1",
                "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
                "-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1, 1999, 2");
    }

    @Test
    void shouldCarryDecimalsWhenOfAnyWidth() {
        compare(
                "a decimal(65,30), b decimal(1,0), c decimal(9,9), d decimal(10,0), e decimal(18,9), f decimal(30,0),"
                        + " g decimal(12,2), h decimal(38,10) unsigned, i decimal(30,30), j decimal(65,0)",
                "99999999999999999999999999999999999.999999999999999999999999999999, 9, 0.999999999, 9999999999,"
                        + " 999999999.999999999, 999999999999999999999999999999, 9999999999.99,"
                        + " 9999999999999999999999999999.9999999999, 0.999999999999999999999999999999,"
                        + " 99999999999999999999999999999999999999999999999999999999999999999",
                "-99999999999999999999999999999999999.999999999999999999999999999999, -9, -0.999999999, -9999999999,"
                        + " -999999999.999999999, -999999999999999999999999999999, -9999999999.99, 0,"
                        + " -0.000000000000000000000000000001,"
                        + " -99999999999999999999999999999999999999999999999999999999999999999",
                "0, 0, 0, 0, 0, 0, 0, 0, 0, 0",
                "-0.1, -0.0, -0.1, 1000000000, 1.000000001, 1000000000, 0.01, 0.0000000001, 0.1, 1000000000",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryFloatsWhenBitsMatter() {
        compare(
                "a float, b double, c float unsigned, d double(10,3)",
                "3.4028234e38, 1.7976931348623157e308, 3.4028234e38, 1234567.891",
                "-1.17549435e-38, 2.2250738585072014e-308, 0.1, -0.001",
                "0, 5e-324, 0, 0",
                "-0.0, -0.0, 0, 0.1",
                "NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryTimesWhenWithAnyFraction() {
        compare(
                "d date, t0 time, t1 time(1), t3 time(3), t6 time(6), e0 datetime, e1 datetime(1), e2 datetime(2),"
                        + " e4 datetime(4), e6 datetime(6), s0 timestamp null, s2 timestamp(2) null, s3 timestamp(3) null,"
                        + " s6 timestamp(6) null",
                "'9999-12-31', '838:59:59', '838:59:58.9', '838:59:58.999', '838:59:58.999999', '9999-12-31 23:59:59',"
                        + " '9999-12-31 23:59:59.4', '9999-12-31 23:59:59.99', '9999-12-31 23:59:59.9999',"
                        + " '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2038-01-19 03:14:07.99',"
                        + " '2038-01-19 03:14:07.999', '2038-01-19 03:14:07.999999'",
                "'1000-01-01', '-838:59:59', '-838:59:58.9', '-838:59:58.999', '-838:59:58.999999',"
                        + " '1000-01-01 00:00:00', '1000-01-01 00:00:00.1', '1000-01-01 00:00:00.01',"
                        + " '1000-01-01 00:00:00.0001', '1000-01-01 00:00:00.000001', '1970-01-01 00:00:01',"
                        + " '1970-01-01 00:00:01.01', '1970-01-01 00:00:01.001', '1970-01-01 00:00:01.000001'",
                "'0000-00-00', '00:00:00', '-00:00:00.1', '-00:00:00.001', '-00:00:00.000001', '0000-00-00 00:00:00',"
                        + " '0000-00-00', '2024-00-00 00:00:00', '2024-02-00 00:00:00', '0000-00-00', '0000-00-00',"
                        + " '0000-00-00', '0000-00-00', '0000-00-00'",
                "'2024-02-30', '-00:00:01', '-01:00:00.5', '-00:59:59.500', '00:00:00.000001', '2024-02-29 12:34:56',"
                        + " '2024-02-29 12:34:56.7', '2024-02-29 12:34:56.78', '2024-02-29 12:34:56.7891',"
                        + " '2024-02-29 12:34:56.789123', '2024-02-29 12:34:56', '2024-02-29 12:34:56.78',"
                        + " '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789123'",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryBytesWhenPadded() {
        compare(
                "a binary(4), b varbinary(300), c blob, d tinyblob, e mediumblob, f longblob, g binary(255), h varbinary(4),"
                        + " i bit(1), j bit(8), k bit(9), l bit(64)",
                "'a', repeat(x'00',300), x'00ff00', '', repeat('x', 70000), repeat('y', 300), x'00', x'6100', b'1', b'11111111',"
                        + " b'100000001', 0xffffffffffffffff",
                "x'61620000', '', '', x'00', '', '', x'ff', '', b'0', 0, 0, 0",
                "x'00000000', x'2000', x'20', x'0000', x'00', x'00', '', x'00000000', b'1', 1, 1, 1",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryTextWhenOfAnyCharset() {
        compare(
                "a char(10) charset utf8mb4, b varchar(300) charset utf8mb4, c text charset utf8mb4, d char(255) charset utf8mb4,"
                        + " e varchar(20) charset latin1, f text charset latin1, g char(5) charset latin1, h varchar(9) charset ascii,"
                        + " i varchar(20) charset utf8mb3, j varchar(20) charset ucs2, k varchar(20) charset utf16,"
                        + " l varchar(20) charset utf32, m varchar(20) charset utf16le, n varchar(20) charset cp1251,"
                        + " o varchar(20) charset koi8r, p varchar(20) charset latin2, q longtext charset utf8mb4,"
                        + " r char(9) charset utf16",
                "'aé€😀', 'ß', repeat('😀', 10), 'pad  ', 'é€ŠÿŸ', 'Ünï', 'é', 'plain', 'é€', 'é€中', 'é😀', 'é😀中', '😀a',"
                        + " 'Привет', 'Привет', 'Łódź', repeat('中', 100000), 'a😀 '",
                "'', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''",
                "' x ', ' x ', 'tab\\t', repeat('中', 255), 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ', 'x ',"
                        + " 'x ', 'x '",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryEveryByteWhenTheCharsetHasOneByteACharacter() {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i < 256; i++) {
            all.append(String.format(java.util.Locale.ROOT, "%02X", i));
        }
        List<String> charsets =
                ByteCharsets.load().all().keySet().stream().sorted().toList();
        compare(
                charsets.stream()
                        .map(c -> "c_" + c + " varchar(255) charset " + c)
                        .collect(Collectors.joining(", ")),
                charsets.stream()
                        .map(c -> "CONVERT(x'" + all + "' USING " + c + ")")
                        .collect(Collectors.joining(", ")));
    }

    @Test
    void shouldCarryLabelsWhenEnumOrSet() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append(i == 0 ? "" : ",").append("'label").append(i).append('\'');
        }
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 64; i++) {
            members.append(i == 0 ? "" : ",").append("'m").append(i).append('\'');
        }
        compare(
                "a enum('x','y','é€','it''s') charset utf8mb4, b enum(" + many
                        + "), c set('a','b','ö') charset latin1, d set(" + members
                        + "), e enum('é') charset latin1, f enum('a,b')",
                "'x', 'label299', 'a,ö', 'm0,m63', 'é', 'a,b'",
                "'it''s', 'label0', '', '', '', ''",
                "'é€', 'label255', 'a,b,ö', 18446744073709551615, 'é', 'a,b'",
                "NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryLabelsWhenTheirCharsetHasSeveralBytesACharacter() {
        compare(
                "a enum('中','文字') charset gbk, b set('日','本') charset sjis, c enum('表','ソ') charset cp932",
                "'文字', '日,本', '表'",
                "NULL, NULL, 'ソ'");
    }

    @Test
    void shouldCarryAllColumnsWhenThereAreMany() {
        StringBuilder columns = new StringBuilder();
        StringBuilder values = new StringBuilder();
        StringBuilder nulls = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            columns.append(i == 0 ? "" : ", ").append("c").append(i).append(i % 3 == 0 ? " varchar(20)" : " int");
            values.append(i == 0 ? "" : ", ").append(i);
            nulls.append(i == 0 ? "" : ", ").append(i % 7 == 0 ? "NULL" : Integer.toString(i));
        }
        compare(columns.toString(), values.toString(), nulls.toString());
    }

    @Test
    void shouldCarryColumnsThatTheServerFillsWhenTheCatalogNamesThem() {
        useCatalog();
        compare(
                "a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL, c int GENERATED ALWAYS AS (a + 2) STORED, d int INVISIBLE,"
                        + " e varchar(20) GENERATED ALWAYS AS (concat('x', a)) VIRTUAL, f decimal(9,2), g text charset latin1, h bit(3),"
                        + " i enum('p','q'), j timestamp(3) null, k bigint unsigned, l char(3) charset utf8mb4, m binary(3)",
                "1, DEFAULT, DEFAULT, DEFAULT, -1.5, 'é', 5, 'q', '2024-02-03 04:05:06.789', 18446744073709551615, 'é', 'a'",
                "NULL, DEFAULT, DEFAULT, DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    @Test
    void shouldCarryGeometriesWhenOfAnyKind() {
        String polygon = "'POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (1 1, 2 1, 2 2, 1 1))'";
        String collection = "'GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1), GEOMETRYCOLLECTION(POINT(3 4)))'";
        compare(
                "a point, b linestring, c polygon, d multipoint, e multilinestring, f multipolygon, g geometrycollection,"
                        + " h geometry, i geometry, j varchar(9) charset latin1, k char(3) charset utf16",
                "ST_GeomFromText('POINT(1.5 -2.5)'), ST_GeomFromText('LINESTRING(0 0, 1e300 1, -1 5e-324)'), ST_GeomFromText("
                        + polygon + "), ST_GeomFromText('MULTIPOINT(1 2, 3 4)'),"
                        + " ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))'),"
                        + " ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))'), ST_GeomFromText("
                        + collection + "), ST_GeomFromText('POINT(10 20)', 4326), ST_GeomFromText(" + polygon
                        + ", 3857), 'é€', 'é€'",
                "ST_GeomFromText('POINT(0 0)', 4326), ST_GeomFromText('LINESTRING(1 2, 3 4)', 4326), NULL, NULL, NULL, NULL,"
                        + " ST_GeomFromText('GEOMETRYCOLLECTION EMPTY'), ST_GeomFromText(" + collection
                        + ", 4326), NULL, 'x', NULL",
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL");
    }

    /** Inserts the rows, updates and deletes them, and compares each image with what the server says of the row. */
    final void compare(String columns, String... rows) {
        Server server = server();
        String database = server.freshDatabase("types");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, " + columns + ")");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        List<List<String>> expected = new ArrayList<>();
        BinlogReader reader = useCatalog
                ? StreamRun.catalogReader(StreamRun.dataSource(server, TlsMode.DISABLED), database)
                : StreamRun.reader(StreamRun.dataSource(server, TlsMode.PREFERRED), database);
        try (StreamRun run = new StreamRun(reader, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET NAMES utf8mb4");
            statement.execute("SET sql_mode='ALLOW_INVALID_DATES'");
            statement.execute("SET time_zone='+00:00'");
            for (int i = 0; i < rows.length; i++) {
                statement.execute("INSERT INTO t VALUES (" + i + ", " + rows[i] + ")");
            }
            statement.execute("UPDATE t SET id = id + 1000");
            run.awaitCaughtUp(server);
            List<RecordingSink.Row> seen = sink.rows();
            assertEquals(rows.length * 2, seen.size());
            List<Column> schema = seen.get(0).schema().columns();
            String select = schema.stream().map(ServerText::expression).collect(Collectors.joining(", "));
            try (ResultSet result = statement.executeQuery("SELECT " + select + " FROM t ORDER BY id")) {
                while (result.next()) {
                    expected.add(row(result, schema));
                }
            }
            for (int i = 0; i < rows.length; i++) {
                RecordingSink.Row update = seen.get(rows.length + i);
                assertEquals(Operation.UPDATE, update.operation());
                assertRow(schema, expected.get(i), update.after());
                assertEquals(seen.get(i).after(), update.before(), "before image of row " + i);
                assertEquals(
                        seen.get(i).after().subList(1, schema.size()),
                        update.after().subList(1, schema.size()));
            }
            statement.execute("DELETE FROM t");
            run.awaitCaughtUp(server);
            List<RecordingSink.Row> all = sink.rows();
            for (int i = 0; i < rows.length; i++) {
                RecordingSink.Row delete = all.get(2 * rows.length + i);
                assertEquals(Operation.DELETE, delete.operation());
                assertRow(schema, expected.get(i), delete.before());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRow(List<Column> schema, List<String> expected, List<String> found) {
        for (int i = 0; i < schema.size(); i++) {
            assertEquals(
                    expected.get(i),
                    found.get(i),
                    schema.get(i).name() + " " + schema.get(i).sourceType());
        }
    }

    private static List<String> row(ResultSet result, List<Column> schema) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            String value = result.getString(i + 1);
            boolean isFloating = switch (schema.get(i).type()) {
                case FLOAT, DOUBLE -> true;
                default -> false;
            };
            values.add(value != null && isFloating ? Double.toString(Double.parseDouble(value)) : value);
        }
        return values;
    }
}
