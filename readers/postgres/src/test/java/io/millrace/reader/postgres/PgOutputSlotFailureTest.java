package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.server.RunningTransactions;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a slot: one that the server takes its time to make, and one that is not, or no longer, the task's. */
class PgOutputSlotFailureTest {
    private static final Executor THREADS = work -> new Thread(work, "opener").start();
    private static PostgresServer server;

    private TestDatabase database;

    @BeforeAll
    static void start() {
        server = PostgresServer.builder()
                .set("max_slot_wal_keep_size", "1MB")
                .set("min_wal_size", "32MB")
                .set("max_wal_size", "32MB")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v text)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private String slotState() {
        return database.value(
                "SELECT COALESCE((SELECT CASE WHEN confirmed_flush_lsn IS NULL THEN 'being made' ELSE 'made' END"
                        + " FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'), 'none')");
    }

    /** Behind that its end of the connection is not looked at. */
    private void awaitLocked() {
        String waits = "SELECT count(*) FROM pg_stat_activity a JOIN pg_replication_slots s ON s.active_pid = a.pid"
                + " WHERE s.slot_name = '" + database.slot() + "' AND a.wait_event_type = 'Lock'";
        while (!database.value(waits).equals("1")) {
            StreamRun.pause();
        }
    }

    private void awaitSlot(String state) {
        long deadline = System.currentTimeMillis() + 30_000;
        while (!slotState().equals(state)) {
            assertTrue(System.currentTimeMillis() < deadline, () -> "the slot is " + slotState());
            StreamRun.pause();
        }
    }

    /** A transaction that has written, of a database of its own. */
    private Connection writer(TestDatabase of) {
        Connection writer = of.connect();
        TestDatabase.execute(
                writer,
                "CREATE TABLE IF NOT EXISTS other (id int PRIMARY KEY)",
                "BEGIN",
                "INSERT INTO other VALUES (1)");
        return writer;
    }

    @Test
    void shouldEndTheWaitForASlotWhenTheTaskIsStopped() throws SQLException {
        PostgresSource source = new PostgresSource(database.dataSource());
        try (TestDatabase another = new TestDatabase(server);
                Connection open = writer(another)) {
            CompletableFuture<Void> prepared =
                    CompletableFuture.runAsync(() -> source.prepare(database.request()), THREADS);
            awaitSlot("being made");
            try (SqlSession session = SqlSession.open(database.dataSource(), "test")) {
                String waitedFor = RunningTransactions.describe(session);
                String pid = TestDatabase.value(open, "SELECT pg_backend_pid()");
                assertTrue(waitedFor.contains("pid=" + pid + ", since=20"), waitedFor);
                assertTrue(waitedFor.contains("database=" + another.name()), waitedFor);
            }
            source.endWaits();
            CompletionException stopped = assertThrows(CompletionException.class, prepared::join);
            assertEquals(ErrorCode.SOURCE_BUSY, ((MillraceException) stopped.getCause()).code());
            awaitSlot("none"); // while the transaction is still open: nothing is left at the server
            TestDatabase.execute(open, "ROLLBACK");
        }
        source.close();
    }

    @Test
    void shouldEndTheWaitForTransactionsWhenTheTaskIsStopped() throws SQLException {
        PostgresSource source = new PostgresSource(database.dataSource());
        source.prepare(database.request());
        try (Connection open = writer(database)) {
            CompletableFuture<SourcePosition> position = CompletableFuture.supplyAsync(source::loadPosition, THREADS);
            StreamRun.pause();
            source.endWaits();
            CompletionException stopped = assertThrows(CompletionException.class, position::join);
            assertEquals(ErrorCode.SOURCE_BUSY, ((MillraceException) stopped.getCause()).code());
            TestDatabase.execute(open, "ROLLBACK");
        }
        source.close();
    }

    /** Its process was killed: the server goes on to make it, for nobody. */
    @Test
    void shouldTakeASlotThatAnEarlierStartStillMakesWhenItIsMade() throws SQLException {
        ChangeRequest request = database.request();
        PostgresSource source = new PostgresSource(database.dataSource());
        try (Connection open = writer(database)) {
            try (SqlSession killed = SqlSession.forReplication(database.dataSource(), "killed")) {
                CompletableFuture<Void> making = CompletableFuture.runAsync(
                        () -> killed.command(
                                "CREATE_REPLICATION_SLOT " + database.slot() + " LOGICAL pgoutput (SNAPSHOT 'nothing')",
                                "test"),
                        THREADS);
                awaitSlot("being made");
                awaitLocked();
                killed.abort();
                assertThrows(CompletionException.class, making::join);
            }
            assertEquals("being made", slotState());
            CompletableFuture<SourcePosition> begun = CompletableFuture.supplyAsync(
                    () -> {
                        source.prepare(request);
                        return source.loadPosition();
                    },
                    THREADS);
            StreamRun.pause();
            assertEquals("being made", slotState());
            TestDatabase.execute(open, "COMMIT");
            SourcePosition position = begun.join();
            try (StreamRun run = StreamRun.resume(database, request, position)) {
                database.execute("INSERT INTO a VALUES (1, 'x')");
                run.awaitCaughtUp();
                assertEquals(
                        List.of("1"),
                        run.sink().rows().stream()
                                .map(row -> row.after().get(0))
                                .toList());
            }
        }
        source.close();
    }

    private void assertRefused(String words) {
        PostgresSource source = new PostgresSource(database.dataSource());
        MillraceException refused = assertThrows(MillraceException.class, () -> source.prepare(database.request()));
        assertEquals(ErrorCode.SOURCE_SLOT, refused.code());
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        source.close();
    }

    private void assertRefused(SourcePosition position, String words) {
        try (StreamRun run = StreamRun.resume(database, database.request(), position)) {
            MillraceException refused = run.awaitFailure();
            assertEquals(ErrorCode.SOURCE_SLOT, refused.code());
            assertTrue(refused.getMessage().contains(words), refused.getMessage());
        }
    }

    /** Where a stream stood that has ended. */
    private SourcePosition begunPosition() {
        SourcePosition position;
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            run.awaitCaughtUp();
            position = run.sink().position();
        }
        database.awaitInactive();
        return position;
    }

    @Test
    void shouldRefuseASlotThatTheServerHasInvalidated() {
        SourcePosition position = begunPosition();
        for (int i = 0; i < 4; i++) {
            database.execute(
                    "INSERT INTO a SELECT g, repeat('x', 100) FROM generate_series(" + i + "0000, " + i + "9999) g",
                    "SELECT pg_switch_wal()",
                    "CHECKPOINT");
        }
        String state = database.value(
                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
        assertEquals("lost", state);
        assertRefused(position, "the slot was invalidated: slot=" + database.slot() + ", walStatus=lost");
        assertRefused("a slot of that name is of no use: slot=" + database.slot());
    }

    @Test
    void shouldRefuseASlotOfAnotherPlugin() {
        SourcePosition position = begunPosition();
        database.execute(
                "SELECT pg_drop_replication_slot('" + database.slot() + "')",
                "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'test_decoding')");
        assertRefused(position, "the slot is another one: slot=" + database.slot() + ", plugin=test_decoding");
        assertRefused("plugin=test_decoding");
    }

    @Test
    void shouldRefuseASlotOfAnotherDatabase() throws SQLException {
        SourcePosition position = begunPosition();
        database.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')");
        try (TestDatabase another = new TestDatabase(server)) {
            another.execute("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
            assertRefused(position, "plugin=pgoutput, database=" + another.name());
            assertRefused("database=" + another.name());
            another.execute("SELECT pg_drop_replication_slot('" + database.slot() + "')");
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenTheSlotWasMadeAnew() {
        SourcePosition position = begunPosition();
        database.execute(
                "SELECT pg_drop_replication_slot('" + database.slot() + "')",
                "INSERT INTO a VALUES (-1, 'missed')",
                "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
        assertRefused(
                position, "the slot is ahead of the position, what lies between is lost: slot=" + database.slot());
    }
}
