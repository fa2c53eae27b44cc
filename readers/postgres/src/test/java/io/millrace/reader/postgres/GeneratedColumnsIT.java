package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Columns that PostgreSQL 18 computes: what its publications do to their users, what its stream has, and what no row tells (decision 0041). */
@RealServers(ServerKind.POSTGRES_18)
class GeneratedColumnsIT {
    private static final String IDENTITY = "42P10"; // invalid_column_reference
    private static final String STORED =
            "CREATE TABLE t (id int PRIMARY KEY, n int, s int GENERATED ALWAYS AS (n * 2) STORED)";

    private final PostgresServer server;
    private TestDatabase database;

    GeneratedColumnsIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void assertUpdateFails() throws SQLException {
        try (Connection user = database.connect();
                Statement statement = user.createStatement()) {
            SQLException failed = assertThrows(SQLException.class, () -> statement.execute("UPDATE t SET n = n + 1"));
            assertEquals(IDENTITY, failed.getSQLState(), failed.getMessage());
        }
    }

    private String published() {
        return database.value("SELECT pubgencols FROM pg_publication WHERE pubname = '" + database.slot() + "'");
    }

    private static List<Object> shown(StreamRun run) {
        return run.sink().rows().stream()
                .map(row -> row.statement() == null
                        ? row.before() + " " + row.after()
                        : (Object) row.statement().describe())
                .toList();
    }

    // ---- the source's users

    @Test
    void shouldLetUsersUpdateWhenTheIdentityHasAStoredColumn() throws SQLException {
        database.execute(STORED, "ALTER TABLE t REPLICA IDENTITY FULL", "CREATE PUBLICATION plain FOR TABLE t");
        assertUpdateFails();
        database.execute("DROP PUBLICATION plain");
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            source.prepare(database.request("t"));
            assertEquals("s", published());
            database.execute("INSERT INTO t VALUES (1, 1)", "UPDATE t SET n = 2", "DELETE FROM t");
        }
    }

    @Test
    void shouldGiveAPublicationThatIsThereWhatItLacksBeforeATableEnters() {
        database.execute(
                STORED,
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "CREATE PUBLICATION " + database.slot() + " WITH (publish_via_partition_root)");
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            source.prepare(database.request("t"));
            assertEquals("s", published());
            database.execute("INSERT INTO t VALUES (1, 1)", "UPDATE t SET n = 2");
        }
    }

    @Test
    void shouldRefuseATableWhenNoPublicationHasAllOfItsIdentity() throws SQLException {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, v int GENERATED ALWAYS AS (n * 2) VIRTUAL)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "CREATE PUBLICATION plain FOR TABLE t WITH (publish_generated_columns = stored)");
        assertUpdateFails();
        database.execute("DROP PUBLICATION plain");
        ChangeRequest request = database.request("t");
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            List<Finding> findings = source.check(source.tables(request.selection()), request);
            assertTrue(
                    findings.stream()
                            .anyMatch(each -> each.code() == ErrorCode.TABLE_REFUSED
                                    && each.message().contains("virtual generated columns")),
                    findings.toString());
            MillraceException refused = assertThrows(MillraceException.class, () -> source.prepare(request));
            assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
        }
        database.execute("INSERT INTO t VALUES (1, 1)", "UPDATE t SET n = 2");
    }

    // ---- the stream

    @Test
    void shouldStreamWhatIsStoredAndNothingVirtual() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, s text GENERATED ALWAYS AS (repeat('x', n)) STORED,"
                        + " v int GENERATED ALWAYS AS (n + 1) VIRTUAL, w int)",
                "ALTER TABLE t ALTER s SET STORAGE EXTERNAL");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO t (id, n) VALUES (1, 2), (2, 3000)",
                    "UPDATE t SET n = 3 WHERE id = 1",
                    "UPDATE t SET w = 7 WHERE id = 2",
                    "DELETE FROM t WHERE id = 1");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            Arrays.asList("1", "2", "xx", null),
                            Arrays.asList("2", "3000", "x".repeat(3000), null),
                            Arrays.asList("1", "3", "xxx", null),
                            Arrays.asList("2", "3000", "absent", "7")),
                    run.sink().rows().subList(0, 4).stream()
                            .map(RecordingSink.Row::after)
                            .toList());
        }
    }

    // ---- what no row tells

    @Test
    void shouldStopWhenAColumnIsComputedOtherwiseAndNobodyTells() {
        database.execute(STORED, "INSERT INTO t VALUES (1, 1)");
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE t ALTER s SET EXPRESSION AS (n * 3)");
            MillraceException stop = run.awaitFailure();
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code());
            assertTrue(
                    stop.getMessage().contains("a column is computed by another expression")
                            && stop.getMessage().contains("table=public.t, column=s"),
                    stop.getMessage());
        }
    }

    private void dividePartitions() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, s int GENERATED ALWAYS AS (n * 2) STORED) PARTITION BY RANGE (id)",
                "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE t_2 PARTITION OF t (s GENERATED ALWAYS AS (n * 20) STORED) FOR VALUES FROM (100) TO (200)"
                        + " PARTITION BY RANGE (id)",
                "CREATE TABLE t_2_1 PARTITION OF t_2 (s GENERATED ALWAYS AS (n * 200) STORED) FOR VALUES FROM (100) TO (150)");
    }

    @Test
    void shouldStreamWhatEachPartitionComputesAsTheRootsRows() {
        dividePartitions();
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "INSERT INTO t VALUES (1, 1), (101, 1)",
                    "UPDATE t SET id = 102 WHERE id = 1",
                    "UPDATE t SET n = 3");
            run.awaitCaughtUp();
            assertEquals(
                    List.of(
                            List.of("1", "1", "2"),
                            List.of("101", "1", "200"),
                            List.of("102", "1", "200"),
                            List.of("101", "3", "600"),
                            List.of("102", "3", "600")),
                    run.sink().rows().stream()
                            .map(RecordingSink.Row::after)
                            .filter(Objects::nonNull)
                            .toList());
        }
    }

    /** Nobody tells of it: not the root's expression, nor an event trigger, for a partition is not in the publication. */
    private void assertStopsWhenAPartitionIsComputedOtherwise() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("ALTER TABLE t_2_1 ALTER s SET EXPRESSION AS (n * 7)");
            MillraceException stop = run.awaitFailure();
            assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code());
            assertTrue(
                    stop.getMessage().contains("a column is computed by another expression")
                            && stop.getMessage().contains("table=public.t_2_1, column=s"),
                    stop.getMessage());
        }
    }

    @Test
    void shouldStopWhenAPartitionIsComputedOtherwise() {
        dividePartitions();
        database.execute("INSERT INTO t VALUES (101, 1)");
        assertStopsWhenAPartitionIsComputedOtherwise();
    }

    @Test
    void shouldStopWhenAPartitionIsComputedOtherwiseAlsoWithEventTriggers() {
        dividePartitions();
        database.execute("INSERT INTO t VALUES (101, 1)");
        database.installTriggers(database.request());
        assertStopsWhenAPartitionIsComputedOtherwise();
    }

    @Test
    void shouldRefuseATableWhenAPartitionsIdentityIsPublishedByNobody() {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, n int, v int GENERATED ALWAYS AS (n * 2) VIRTUAL) PARTITION BY RANGE (id)",
                "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
                "ALTER TABLE t_1 REPLICA IDENTITY FULL");
        ChangeRequest request = database.request("t");
        try (PostgresSource source = new PostgresSource(database.dataSource())) {
            MillraceException refused = assertThrows(MillraceException.class, () -> source.prepare(request));
            assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
        }
        database.execute("INSERT INTO t VALUES (1, 1)", "UPDATE t SET n = 2");
    }

    @Test
    void shouldTellOfItAtItsPlaceWhenEventTriggersDo() {
        database.execute(STORED, "INSERT INTO t VALUES (1, 1)");
        ChangeRequest request = database.request();
        database.installTriggers(request);
        try (StreamRun run = StreamRun.begin(database, request)) {
            database.execute(
                    "ALTER TABLE t RENAME n TO m",
                    "INSERT INTO t VALUES (2, 2)",
                    "ALTER TABLE t ALTER s SET EXPRESSION AS (m * 3)",
                    "INSERT INTO t VALUES (3, 3)",
                    "ALTER TABLE t ALTER s DROP EXPRESSION",
                    "INSERT INTO t VALUES (4, 4, 5)",
                    "ALTER TABLE t ADD COLUMN more int GENERATED ALWAYS AS (m + 1) STORED");
            run.awaitCaughtUp();
            List<RecordingSink.Row> rows = run.sink().rows();
            List<Boolean> moved = rows.stream()
                    .filter(row -> row.statement() != null)
                    .map(row -> row.statement().effects().get(0).movesRows())
                    .toList();
            assertEquals(List.of(false, true, false, false), moved, shown(run).toString());
            assertEquals(
                    List.of(List.of("2", "2", "4"), List.of("3", "3", "9"), List.of("4", "4", "5")),
                    rows.stream()
                            .filter(row -> row.statement() == null)
                            .map(RecordingSink.Row::after)
                            .toList());
        }
    }
}
