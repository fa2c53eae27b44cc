package io.millrace.reader.mysql;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.RowScope;
import io.millrace.reader.Source;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Chunks of random size over random keys of random types hold each row exactly once, and never more rows than was asked for.
 * A failure prints the seed; {@code -Dseed=} replays it.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4})
class ChunkPartitionFuzzTest {
    private static final int TABLES = 40;

    /** Types of key columns, each with values that it takes; the reader must find its way between any of them. */
    private static final List<KeyKind> KINDS = List.of(
            kind("int", "-2147483648", "-1", "0", "7", "2147483647"),
            kind("tinyint unsigned", "0", "1", "128", "255"),
            kind("bigint unsigned", "0", "9223372036854775807", "9223372036854775808", "18446744073709551615"),
            kind("decimal(30,10)", "-1.5", "0", "0.0000000001", "12345678901234567890.0123456789"),
            kind("float", "-1.1", "0", "1.1", "16777216", "3.4e38", "1e-45"),
            kind("double", "-1.1", "0", "0.1", "1.7976931348623157e308", "5e-324", "0.30000000000000004"),
            kind("bit(64)", "b'0'", "b'1'", "18446744073709551615", "9223372036854775808"),
            kind("year", "0", "1901", "2000", "2155"),
            kind("date", "'0000-00-00'", "'2020-00-00'", "'2020-02-00'", "'2020-02-29'", "'9999-12-31'"),
            kind(
                    "datetime(6)",
                    "'0000-00-00'",
                    "'2020-01-00 01:00:00'",
                    "'2020-01-01 00:00:00.000001'",
                    "'9999-12-31 23:59:59.999999'"),
            kind("timestamp(6)", "'0000-00-00'", "'1970-01-01 00:00:01.000001'", "'2038-01-19 03:14:07.999999'"),
            kind("time(6)", "'-838:59:59'", "'-00:00:00.000001'", "'00:00:00'", "'00:00:00.000001'", "'838:59:59'"),
            kind(
                    "varchar(20)",
                    "''",
                    "'a'",
                    "'B'",
                    "'c'",
                    "'ä'",
                    "'z'",
                    "'😀'",
                    "'a b'",
                    "'a\\tb'",
                    "'quote''s'",
                    "'back\\\\slash'"),
            kind("varchar(20) COLLATE utf8mb4_bin", "''", "'a'", "'A'", "'b'", "'ä'", "'a\\tb'"),
            kind("varchar(20) CHARACTER SET latin1", "''", "'a'", "'é'", "'ü'", "'z'", "'€'"),
            kind("char(10) CHARACTER SET utf16", "''", "'a'", "'é'", "'😀'"),
            kind("varchar(20) CHARACTER SET sjis", "''", "'a'", "'日'", "'本'", "'ソ'"),
            kind("varbinary(20)", "''", "x'00'", "x'0000'", "x'FF'", "x'27'", "x'5C'", "'a'"),
            kind("binary(3)", "x'000000'", "x'FF0000'", "x'FF00FF'", "'a'"),
            kind("enum('z','a','M','b')", "'z'", "'a'", "'M'", "'b'"),
            kind("set('z','a','M')", "''", "'z'", "'a'", "'z,a'", "'M'", "'z,a,M'"));

    private record KeyKind(String type, List<String> values) {
        boolean isNumber() {
            return type.equals("int") || type.startsWith("bigint") || type.startsWith("decimal");
        }
    }

    private static KeyKind kind(String type, String... values) {
        return new KeyKind(type, List.of(values));
    }

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void shouldCoverEachKeyOnceWhenMySqlIsCutAnyhow(MySqlServer server) throws SQLException {
        assertPartitions(server);
    }

    @Test
    void shouldCoverEachKeyOnceWhenMariaDbIsCutAnyhow(MariaDbServer server) throws SQLException {
        assertPartitions(server);
    }

    @Test
    void shouldTellAboutHowManyRowsARangeHas(MySqlServer mysql, MariaDbServer mariadb) throws SQLException {
        for (Server server : List.of(mysql, mariadb)) {
            String database = server.freshDatabase("estimates");
            server.execute(
                    database,
                    "CREATE TABLE many (id int PRIMARY KEY)",
                    "INSERT INTO many WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000)"
                            + " SELECT n FROM r");
            for (int rows = 1_000; rows < 16_000; rows *= 2) {
                server.execute(database, "INSERT INTO many SELECT id + " + rows + " FROM many");
            }
            server.execute(database, "ANALYZE TABLE many");
            TableSchema schema = TestSource.schema(server, database, "many");
            try (Source source = TestSource.open(server);
                    ChunkReader chunks = source.chunks()) {
                Optional<KeyBound> lower = chunks.boundary(schema, Optional.empty(), 4_000);
                Optional<KeyBound> upper = chunks.boundary(schema, lower, 4_000);
                long some = chunks.estimate(schema, lower, upper);
                assertTrue(some > 2_000 && some < 8_000, () -> server + ": " + some);
                long all = chunks.estimate(schema, Optional.empty(), Optional.empty());
                assertTrue(all > 8_000 && all < 32_000, () -> server + ": " + all);
            }
        }
    }

    private void assertPartitions(Server server) throws SQLException {
        String database = server.freshDatabase("partition");
        List<String> tables = create(server, database);
        try (Source source = TestSource.open(server);
                ChunkReader chunks = source.chunks()) {
            for (int i = 0; i < tables.size(); i++) {
                TableSchema schema = TestSource.schema(server, database, "t" + i);
                assertPartition(chunks, schema, "seed=" + seed + ", table=" + tables.get(i));
            }
        }
    }

    private List<String> create(Server server, String database) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', time_zone = '+00:00', NAMES utf8mb4");
            for (int i = 0; i < TABLES; i++) {
                // Each type by itself once, then any with any.
                int columns = i < KINDS.size() ? 1 : 1 + random.nextInt(4);
                List<KeyKind> kinds = new ArrayList<>();
                for (int c = 0; c < columns; c++) {
                    kinds.add(KINDS.get(i < KINDS.size() ? i : random.nextInt(KINDS.size())));
                }
                String table = table(kinds, i);
                statement.execute(table);
                tables.add(table);
                int rows = random.nextInt(columns == 1 ? 30 : 200);
                for (int r = 0; r < rows; r++) {
                    String values = kinds.stream().map(this::value).collect(Collectors.joining(", "));
                    statement.execute("INSERT IGNORE INTO t" + i + " VALUES (" + r + ", " + values + ")");
                }
            }
        }
        return tables;
    }

    /** The key's columns stand in the table in the opposite order, behind another one. */
    private String table(List<KeyKind> kinds, int number) {
        List<String> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (int c = 0; c < kinds.size(); c++) {
            KeyKind kind = kinds.get(c);
            String name = "`k``" + c + "`";
            columns.add(name + " " + kind.type() + " NOT NULL DEFAULT "
                    + kind.values().get(kind.values().size() - 1));
            key.add(0, name);
        }
        return "CREATE TABLE t" + number + " (payload int, " + String.join(", ", columns)
                + (random.nextBoolean() ? ", PRIMARY KEY (" : ", UNIQUE KEY u (") + String.join(", ", key)
                + ")) CHARACTER SET utf8mb4";
    }

    private String value(KeyKind kind) {
        return kind.isNumber() && random.nextBoolean()
                ? Integer.toString(random.nextInt(1000))
                : kind.values().get(random.nextInt(kind.values().size()));
    }

    private void assertPartition(ChunkReader chunks, TableSchema schema, String what) {
        CollectedRows whole = new CollectedRows(schema, ImageText::of);
        chunks.begin();
        chunks.read(schema, Optional.empty(), Optional.empty(), whole);
        chunks.end();
        int size = 1 + random.nextInt(Math.max(1, whole.rows().size()));

        List<List<String>> parts = new ArrayList<>();
        Optional<KeyBound> lower = Optional.empty();
        boolean isLast = false;
        for (int i = 0; !isLast; i++) {
            Optional<KeyBound> upper = chunks.boundary(schema, lower, size)
                    .map(bound -> KeyBound.parse(bound.text())); // as the ledger keeps it
            assertTrue(chunks.estimate(schema, lower, upper) >= 0, what);
            CollectedRows part = new CollectedRows(schema, ImageText::of);
            chunks.begin();
            long count = chunks.read(schema, lower, upper, part);
            chunks.end();
            assertEquals(part.rows().size(), count, what);
            assertTrue(
                    count == size || (upper.isEmpty() && count < size),
                    String.format(Locale.ROOT, "%s, chunk=%d, size=%d, rows=%d", what, i, size, count));
            upper.ifPresent(bound -> assertReadsTheLast(chunks, schema, bound, part, what));
            parts.addAll(part.rows());
            isLast = upper.isEmpty();
            lower = upper;
        }
        assertEquals(sorted(whole.rows()), sorted(parts), what);
    }

    /** The row under the key at which a chunk ends is one of the chunk's, and no other is. */
    private static void assertReadsTheLast(
            ChunkReader chunks, TableSchema schema, KeyBound bound, CollectedRows chunk, String what) {
        CollectedRows row = new CollectedRows(schema, ImageText::of);
        chunks.begin();
        chunks.readRow(schema, RowScope.all(schema), bound, row);
        chunks.end();
        assertEquals(1, row.rows().size(), what);
        assertTrue(chunk.rows().contains(row.rows().get(0)), what);
    }

    private static List<String> sorted(List<List<String>> rows) {
        return rows.stream().map(List::toString).sorted().toList();
    }
}
