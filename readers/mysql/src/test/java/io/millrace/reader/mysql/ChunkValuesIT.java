package io.millrace.reader.mysql;

import static io.millrace.servers.ServerKind.MARIADB_10_11;
import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.MYSQL_9_7;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.Source;
import io.millrace.reader.TableSelection;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every type at its extremes, through the chunk reader, against the text that the server itself prints. */
@RealServers({MYSQL_8_0, MARIADB_11_4, MYSQL_9_7, MARIADB_10_11})
class ChunkValuesIT {
    private static final List<String> COMMON = List.of(
            "tinyint: -128, 127, 0, NULL",
            "tinyint unsigned: 0, 255",
            "tinyint(1): 0, 1, -1",
            "smallint: -32768, 32767",
            "smallint unsigned: 0, 65535",
            "mediumint: -8388608, 8388607",
            "mediumint unsigned: 0, 16777215",
            "int: -2147483648, 2147483647",
            "int unsigned: 0, 4294967295",
            "int(8) unsigned zerofill: 0, 42, 4294967295",
            "bigint: -9223372036854775808, 9223372036854775807",
            "bigint unsigned: 0, 9223372036854775808, 18446744073709551615",
            "decimal(65,30): 99999999999999999999999999999999999.999999999999999999999999999999,"
                    + " -99999999999999999999999999999999999.999999999999999999999999999999, 0, -0.000000000000000000000000000001",
            "decimal(65,0): 99999999999999999999999999999999999999999999999999999999999999999, -1",
            "decimal(10,2): 0, -0.00, 0.5, -0.01, 99999999.99",
            "decimal(5,5): 0.00001, -0.99999, 0",
            "float: 0, -0e0, 1.1, 3.402823e38, -3.402823e38, 1.175494e-38, 1e-45, 16777217, 0.1",
            "float(7,3): 1234.567, -0.001",
            "double: 0, 1.1, 1.7976931348623157e308, 2.2250738585072e-308, 5e-324, 0.1, 123456789.12345678, 1e22",
            "double(10,4): 123456.1234",
            "bit(1): b'0', b'1'",
            "bit(9): b'000000001', b'111111111'",
            "bit(64): b'0', 18446744073709551615, 9223372036854775808",
            "year: 0, 1901, 2155, 2000",
            "date: '1000-01-01', '9999-12-31', '0000-00-00', '2020-00-00', '2020-02-00', '0001-01-01'",
            "datetime: '1000-01-01 00:00:00', '9999-12-31 23:59:59', '0000-00-00 00:00:00', '2020-01-00 10:00:00'",
            "datetime(3): '2020-02-29 23:59:59.999', '0000-00-00 00:00:00.000', '2020-02-29 00:00:00.001'",
            "datetime(6): '2020-02-29 23:59:59.999999', '1000-01-01 00:00:00.000001'",
            "timestamp NULL: '1970-01-01 00:00:01', '2038-01-19 03:14:07', '0000-00-00 00:00:00', '2000-02-29 12:00:00', NULL",
            "timestamp(6) NULL: '1970-01-01 00:00:01.000001', '2038-01-19 03:14:07.999999', '0000-00-00 00:00:00'",
            "time: '-838:59:59', '838:59:59', '00:00:00', '-00:00:01', '23:59:59', '24:00:00'",
            "time(6): '-838:59:58.999999', '838:59:58.999999', '-00:00:00.000001', '00:00:00.000001'",
            "time(2): '-12:34:56.78', '100:00:00.01'",
            "char(10): '', 'abc', 'trail   ', '  lead'",
            "varchar(100): '', 'abc', 'trail   ', 'ü€😀', 'a\\0b'",
            "varchar(100) character set latin1: 'caf\u00e9', 'ÿ', '\u20ac', ''",
            "varchar(100) character set latin2: 'łódź'",
            "varchar(100) character set utf8mb3: '\u20ac', 'ü'",
            "varchar(100) character set gbk: '中文'",
            "varchar(100) character set sjis: '日本'",
            "varchar(100) character set big5: '中'",
            "varchar(100) character set cp1251: 'привет'",
            "varchar(100) character set ucs2: 'ü€'",
            "varchar(100) character set utf16: 'ü€😀'",
            "varchar(100) character set utf32: '😀'",
            "char(10) character set utf16: 'a😀', ''",
            "tinytext: '', 'x'",
            "text: '', 'ü', NULL",
            "mediumtext: REPEAT('€', 70000)",
            "longtext: REPEAT('x', 17000000), ''",
            "binary(4): x'00', x'FF00FF00', x'01020304', ''",
            "varbinary(300): x'00', '', REPEAT('b', 251), REPEAT('b', 250), REPEAT('b', 252)",
            "tinyblob: x'00FF'",
            "blob: REPEAT(x'FE', 65535), ''",
            "mediumblob: REPEAT(x'FE', 65536)",
            "longblob: x'00', NULL",
            "enum('a','b''c','ü','','d\\\\e','x,y'): 'a', 'b''c', 'ü', 5, 'x,y', 4, 'none of them', NULL",
            "set('a','b','c d','ü','e''f'): '', 'a', 'a,c d', 'ü,e''f', 31",
            "point: ST_GeomFromText('POINT(1 2)'), ST_GeomFromText('POINT(1 2)', 4326), NULL",
            "geometry: ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))', 4326)",
            "json: '{\"b\": 1.50, \"a\": [1, 2, null, true], \"ü\": \"\\\\u20ac\\\\n\"}', '[]', '\"x\"', '18446744073709551615', '1e100',"
                    + " 'null', '-0.0', NULL");

    @Test
    void shouldReadWhatMySqlPrintsWhenTypesAreAtTheirExtremes(MySqlServer server) throws SQLException {
        assertSame(server, COMMON);
    }

    @Test
    @Tag("full")
    void shouldReadWhatNewestMySqlPrintsWhenTypesAreAtTheirExtremes(@RealServers(MYSQL_9_7) MySqlServer server)
            throws SQLException {
        List<String> types = new ArrayList<>(COMMON);
        types.add("vector(3): to_vector('[1,2.5,-3e38]'), to_vector('[0]'), NULL");
        types.add("vector(16383): to_vector(concat('[', repeat('1.5,', 16382), '2]'))");
        assertSame(server, types);
    }

    @Test
    @Tag("full")
    void shouldReadWhatMariaDbPrintsWhenTypesAreAtTheirExtremes(MariaDbServer server) throws SQLException {
        assertMariaDb(server);
    }

    @Test
    @Tag("full")
    void shouldReadWhatOldestMariaDbPrintsWhenTypesAreAtTheirExtremes(@RealServers(MARIADB_10_11) MariaDbServer server)
            throws SQLException {
        assertMariaDb(server);
    }

    private static void assertMariaDb(Server server) throws SQLException {
        List<String> types = new ArrayList<>(COMMON);
        types.add("uuid: '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff',"
                + " '123e4567-e89b-12d3-a456-426655440000'");
        types.add("inet4: '0.0.0.0', '255.255.255.255'");
        types.add("inet6: '::', '2001:db8::ff00:42:8329', '::ffff:192.0.2.128'");
        types.add("varchar(100) compressed: '', 'ü€', REPEAT('x', 100)");
        types.add("longblob compressed: '', REPEAT(x'FE', 100000), NULL");
        assertSame(server, types);
    }

    private static void assertSame(Server server, List<String> types) throws SQLException {
        String database = server.freshDatabase("types");
        create(server, database, types);
        SourcePosition start;
        try (Source source = TestSource.open(server)) {
            start = source.committedPosition();
        }
        fill(server, database, types);
        Map<TableId, List<List<String>>> streamed = streamedTexts(server, database, start);
        for (int i = 0; i < types.size(); i++) {
            TableSchema table = TestSource.schema(server, database, "t" + i);
            assertEquals(serversTexts(server, table), chunkTexts(server, table, ImageText::of), types.get(i));
            assertEquals(
                    streamed.get(table.table()),
                    chunkTexts(server, table, (column, image, c) -> StreamText.of(image, c, column)),
                    "stream and chunk: " + types.get(i));
        }
    }

    /** After images of the tables, none of which the preflight refuses, from the stream. */
    private static Map<TableId, List<List<String>>> streamedTexts(
            Server server, String database, SourcePosition start) {
        try (Source source = TestSource.open(server)) {
            TableSelection all = TestSource.all(database);
            List<Finding> refused = source.check(source.tables(all), request(all)).stream()
                    .filter(finding -> finding.code() == ErrorCode.TABLE_REFUSED)
                    .toList();
            assertEquals(List.of(), refused);
            RecordingSink sink = new RecordingSink(start);
            try (StreamRun run = new StreamRun((BinlogReader) source.changes(request(all)), sink)) {
                run.awaitCaughtUp(server);
            }
            Map<TableId, List<List<String>>> texts = new HashMap<>();
            sink.rows()
                    .forEach(row -> texts.computeIfAbsent(row.schema().table(), table -> new ArrayList<>())
                            .add(row.after()));
            return texts;
        }
    }

    private static ChangeRequest request(TableSelection selection) {
        return new ChangeRequest("test", 4_000_000_002L, selection, Duration.ofSeconds(1));
    }

    private static void create(Server server, String database, List<String> types) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < types.size(); i++) {
                String type = types.get(i).substring(0, types.get(i).indexOf(':'));
                statement.execute("CREATE TABLE t" + i + " (id int PRIMARY KEY, v " + type + ") CHARACTER SET utf8mb4");
            }
        }
    }

    private static void fill(Server server, String database, List<String> types) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00', NAMES utf8mb4");
            for (int i = 0; i < types.size(); i++) {
                String values = types.get(i).substring(types.get(i).indexOf(':') + 1);
                int id = 0;
                for (String value : split(values)) {
                    statement.execute("INSERT INTO t" + i + " VALUES (" + id++ + ", " + value + ")");
                }
            }
        }
    }

    /** Splits at the commas that stand in neither quotes, brackets nor parentheses. */
    private static List<String> split(String values) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        boolean isQuoted = false;
        int start = 0;
        for (int i = 0; i < values.length(); i++) {
            char c = values.charAt(i);
            isQuoted ^= c == '\'';
            depth += isQuoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && !isQuoted && depth == 0) {
                parts.add(values.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(values.substring(start));
        return parts;
    }

    private static List<List<String>> chunkTexts(Server server, TableSchema table, CollectedRows.Text text) {
        CollectedRows rows = new CollectedRows(table, text);
        try (Source source = TestSource.open(server);
                ChunkReader chunks = source.chunks()) {
            chunks.begin();
            chunks.read(table, Optional.empty(), Optional.empty(), rows);
            chunks.end();
        }
        return rows.rows();
    }

    private static List<List<String>> serversTexts(Server server, TableSchema table) throws SQLException {
        String sql = table.columns().stream().map(ImageText::expression).collect(Collectors.joining(", "));
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = server.connect(table.table().namespace());
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', time_zone = '+00:00'");
            try (ResultSet result = statement.executeQuery(
                    "SELECT " + sql + " FROM " + table.table().name() + " ORDER BY id")) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 0; i < table.columns().size(); i++) {
                        row.add(normal(table.columns().get(i), result.getString(i + 1)));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static String normal(Column column, String text) {
        boolean isFloating = column.type() == ColumnType.FLOAT || column.type() == ColumnType.DOUBLE;
        return isFloating && text != null ? Double.toString(Double.parseDouble(text)) : text;
    }
}
