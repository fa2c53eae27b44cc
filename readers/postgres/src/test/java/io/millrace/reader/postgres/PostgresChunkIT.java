package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.RowScope;
import io.millrace.reader.Source;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks of a real server: their ranges, their watermarks, and what happens behind their snapshots. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresChunkIT {
    private final PostgresServer server;
    private TestDatabase database;
    private Source source;

    PostgresChunkIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
        source = new PostgresSource(database.dataSource());
    }

    @AfterEach
    void close() {
        source.close();
        database.close();
    }

    private TableSchema schema(String table) {
        return source.tables(database.request(table).selection()).get(0).schema();
    }

    /** Every row once, whatever the type of the key: chunks of three rows, end to end. */
    @Test
    void shouldReadEveryRowOnceWhenCutByAnyKey() {
        TypeSamples.preparation().forEach(database::execute);
        List<String> keys = List.of(
                "int",
                "bigint",
                "numeric",
                "text",
                "varchar(9)",
                "char(9)",
                "uuid",
                "bytea",
                "date",
                "timestamp",
                "timestamptz",
                "time",
                "interval",
                "real",
                "double precision",
                "boolean",
                "inet",
                "int[]",
                "int4range",
                "kinds.mood",
                "kinds.positive",
                "\"char\"",
                "name",
                "bit(4)",
                "pg_lsn",
                "money");
        for (String type : keys) {
            database.execute(
                    "DROP TABLE IF EXISTS k", "CREATE TABLE k (a " + type + ", b int, v text, PRIMARY KEY (a, b))");
            String value = value(type);
            database.execute("INSERT INTO k SELECT " + value + ", n, 'row ' || n FROM generate_series(1, 20) n");
            TableSchema schema = schema("k");
            CollectedRows rows = new CollectedRows(schema, ImageText::of);
            try (ChunkReader reader = source.chunks()) {
                Optional<KeyBound> lower = Optional.empty();
                do {
                    Optional<KeyBound> upper = reader.boundary(schema, lower, 3);
                    upper = upper.map(bound -> KeyBound.parse(bound.text()));
                    reader.begin();
                    reader.read(schema, lower, upper, rows);
                    CollectedRows last = new CollectedRows(schema, ImageText::of);
                    upper.ifPresent(bound -> reader.readRow(schema, RowScope.all(schema), bound, last));
                    reader.end();
                    assertEquals(upper.isPresent() ? 1 : 0, last.rows().size(), type);
                    assertTrue(rows.rows().containsAll(last.rows()), type);
                    lower = upper;
                } while (lower.isPresent());
            }
            List<String> found = new ArrayList<>();
            rows.rows().forEach(row -> found.add(row.get(2)));
            assertEquals(20, found.size(), type);
            assertEquals(20, found.stream().distinct().count(), type);
        }
    }

    @Test
    void shouldTellAboutHowManyRowsARangeHas() {
        database.execute(
                "CREATE TABLE many (id bigint PRIMARY KEY, v text)",
                "INSERT INTO many SELECT n, 'row' FROM generate_series(1, 20000) n",
                "ANALYZE many");
        TableSchema schema = schema("many");
        try (ChunkReader reader = source.chunks()) {
            Optional<KeyBound> lower = reader.boundary(schema, Optional.empty(), 5_000);
            Optional<KeyBound> upper = reader.boundary(schema, lower, 5_000);
            long some = reader.estimate(schema, lower, upper);
            assertTrue(some > 3_000 && some < 7_000, () -> "" + some);
            assertEquals(20_000, reader.estimate(schema, Optional.empty(), Optional.empty()));
        }
    }

    private static String value(String type) {
        return switch (type) {
            case "int", "bigint" -> "n % 7 - 3";
            case "kinds.positive" -> "n % 7 + 1";
            case "numeric" -> "CASE n WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE n / 7.0 END";
            case "text", "varchar(9)", "char(9)", "name" -> "'k''\\' || n % 5";
            case "uuid" -> "md5((n % 6)::text)::uuid";
            case "bytea" -> "decode(md5((n % 6)::text), 'hex')";
            case "date", "timestamp", "timestamptz" ->
                "CASE n WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' WHEN 3 THEN '0044-03-15 BC' ELSE"
                        + " timestamptz '2000-01-01' + n % 5 * interval '1 day 01:00:00.000001' END";
            case "time" -> "time '01:00' + n % 5 * interval '1 second'";
            case "interval" -> "n % 5 * interval '1 day 2 hours'";
            case "real", "double precision" ->
                "CASE n WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE n / 7.0 END::float8";
            case "boolean" -> "n % 2 = 0";
            case "inet" -> "inet '10.0.0.1' + n % 5";
            case "int[]" -> "ARRAY[n % 3, n]";
            case "int4range" -> "int4range(n % 3, n + 10)";
            case "kinds.mood" -> "(ARRAY['sad', 'ok', 'a,b'])[1 + n % 3]::kinds.mood";
            case "\"char\"" -> "chr(65 + n % 5)::\"char\"";
            case "bit(4)" -> "(n % 5)::bit(4)";
            case "pg_lsn" -> "'0/0'::pg_lsn + n % 5";
            case "money" -> "(n % 5 * 1000)::money";
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** EXACTNESS 33: what the snapshot does not see is not in its watermark, what it sees is. */
    @Test
    void shouldHoldExactlyWhatTheSnapshotSeesWhenTransactionsCommitAround() throws Exception {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)");
        try (StreamRun run = StreamRun.begin(database, database.request());
                ChunkReader reader = source.chunks();
                Connection open = database.connect()) {
            database.execute("INSERT INTO a VALUES (1)");
            open.setAutoCommit(false);
            TestDatabase.execute(open, "INSERT INTO a VALUES (2)");
            database.execute("INSERT INTO a VALUES (3)");
            SourcePosition watermark = reader.begin();
            open.commit();
            database.execute("INSERT INTO a VALUES (4)");
            CollectedRows rows = new CollectedRows(schema("a"), ImageText::of);
            reader.read(schema("a"), Optional.empty(), Optional.empty(), rows);
            reader.end();
            assertEquals(List.of(List.of("1"), List.of("3")), rows.rows());
            run.awaitCaughtUp();
            List<TransactionId> ids = run.sink().ids();
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                if (watermark.contains(ids.get(i))) {
                    seen.add(run.sink().transactions().get(i).get(0).after().get(0));
                }
            }
            assertEquals(List.of("1", "3"), seen);
            assertTrue(SourcePosition.parse(watermark.text()).contains(ids.get(0)));
        }
    }

    /** EXACTNESS 37. */
    @Test
    void shouldThrowTheChunkAwayWhenTheTableIsTruncatedBehindItsSnapshot() {
        database.execute("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a SELECT generate_series(1, 100)");
        TableSchema schema = schema("a");
        for (String ddl : List.of("TRUNCATE a", "ALTER TABLE a ALTER id TYPE bigint")) {
            try (ChunkReader reader = source.chunks()) {
                reader.boundary(schema, Optional.empty(), 10);
                reader.begin();
                database.execute(ddl);
                CollectedRows rows = new CollectedRows(schema, ImageText::of);
                MillraceException failure = assertThrows(
                        MillraceException.class, () -> reader.read(schema, Optional.empty(), Optional.empty(), rows));
                assertEquals(ErrorCode.SOURCE_BUSY, failure.code());
            }
        }
    }

    @Test
    void shouldReadOnlyTheTableItselfWhenOthersInherit() {
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY)",
                "CREATE TABLE b () INHERITS (a)",
                "INSERT INTO a VALUES (1)",
                "INSERT INTO b VALUES (2)");
        CollectedRows rows = new CollectedRows(schema("a"), ImageText::of);
        try (ChunkReader reader = source.chunks()) {
            reader.begin();
            reader.read(schema("a"), Optional.empty(), Optional.empty(), rows);
            reader.end();
        }
        assertEquals(List.of(List.of("1")), rows.rows());
        assertFalse(rows.rows().isEmpty());
    }
}
