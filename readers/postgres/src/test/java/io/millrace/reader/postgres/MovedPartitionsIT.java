package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that come or go with a whole partition, of which the stream of the root does not tell. */
@RealServers(ServerKind.POSTGRES_18)
class MovedPartitionsIT {
    private static final String CAME =
            "a partition came with rows, and no row event tells of them: table=public.t, partition=";
    private static final String RETURNED = "a partition was taken off and put back";

    private final PostgresServer server;
    private TestDatabase database;

    MovedPartitionsIT(PostgresServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        database = new TestDatabase(server);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE t_0 PARTITION OF t FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (100) TO (200)",
                "CREATE TABLE t_2 PARTITION OF t FOR VALUES FROM (200) TO (300)",
                "INSERT INTO t SELECT g, 'v' FROM generate_series(0, 299) g");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void assertStopped(MillraceException stop, String what) {
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, stop.code(), stop.getMessage());
        assertTrue(stop.getMessage().contains(what), stop.getMessage());
    }

    private long number(String table) {
        return Long.parseLong(database.value("SELECT '" + table + "'::regclass::oid::bigint"));
    }

    private static String note(RecordingSink sink, long root) {
        return sink.schemas()
                .map(state -> state.collations().getOrDefault("partitions " + root, ""))
                .orElse("");
    }

    private static boolean knows(RecordingSink sink, long root, long leaf) {
        return (" " + note(sink, root)).contains(" " + leaf + ":");
    }

    @Test
    void shouldStopOnceWhenAPartitionComesWithRows() {
        database.execute(
                "CREATE TABLE filled (LIKE t INCLUDING ALL)", "INSERT INTO filled VALUES (300, 'not in the stream')");
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            database.execute(
                    "ALTER TABLE t ATTACH PARTITION filled FOR VALUES FROM (300) TO (400)",
                    "INSERT INTO t VALUES (301, 'in the stream')");
            assertStopped(run.awaitFailure(), CAME + "public.filled");
            run.connectAgain();
            database.execute(
                    "BEGIN; CREATE TABLE \"Of One\" (LIKE t INCLUDING ALL); INSERT INTO \"Of One\" VALUES (400, 'neither');"
                            + " ALTER TABLE t ATTACH PARTITION \"Of One\" FOR VALUES FROM (400) TO (500);"
                            + " INSERT INTO t VALUES (401, 'in the stream'); COMMIT");
            MillraceException next = run.awaitFailure();
            assertStopped(next, CAME + "public.Of One");
            assertFalse(next.getMessage().contains("filled"), next.getMessage());
            assertEquals(2, run.sink().rows().size());
        }
    }

    /** All that people do to partitions without a row that the stream lacks. */
    @Test
    void shouldGoOnWhenPartitionsAreMadeEmpty() {
        long root = number("t");
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            database.execute(
                    "CREATE TABLE later PARTITION OF t FOR VALUES FROM (300) TO (400) PARTITION BY RANGE (id)",
                    "CREATE TABLE later_1 PARTITION OF later FOR VALUES FROM (300) TO (350)",
                    "INSERT INTO t VALUES (301, 'own')",
                    "BEGIN; CREATE TABLE same PARTITION OF t FOR VALUES FROM (400) TO (500); INSERT INTO t VALUES (401, 'same');"
                            + " COMMIT",
                    "INSERT INTO t VALUES (302, 'own')",
                    "BEGIN; UPDATE t SET v = 'w' WHERE id = 1; SAVEPOINT s; CREATE TABLE within PARTITION OF t FOR VALUES FROM (500)"
                            + " TO (600); RELEASE s; INSERT INTO t VALUES (501, 'within'); COMMIT",
                    "CREATE TABLE apart (LIKE t INCLUDING ALL)",
                    "INSERT INTO apart VALUES (600, 'goes')",
                    "DELETE FROM apart",
                    "ALTER TABLE t ATTACH PARTITION apart FOR VALUES FROM (600) TO (700)",
                    "INSERT INTO t VALUES (601, 'apart')",
                    "CREATE TABLE rest PARTITION OF t DEFAULT",
                    "INSERT INTO t VALUES (5000, 'rest')",
                    "VACUUM FULL t_1");
            long last = number("rest");
            run.await(() -> knows(run.sink(), root, last));
            for (String leaf : new String[] {"later_1", "same", "within", "apart"}) {
                assertTrue(knows(run.sink(), root, number(leaf)), leaf);
            }
            database.execute("INSERT INTO t VALUES (5001, 'rest')");
            run.awaitCaughtUp();
            assertEquals(8, run.sink().rows().size());
        }
    }

    /** The target keeps their rows, as it does with every row that goes from a source by its age. */
    @Test
    void shouldGoOnWhenPartitionsGo() {
        long root = number("t");
        long detached = number("t_0");
        long dropped = number("t_2");
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            run.await(() -> knows(run.sink(), root, detached) && knows(run.sink(), root, dropped));
            database.execute(
                    "ALTER TABLE t DETACH PARTITION t_0",
                    "DROP TABLE t_2",
                    "TRUNCATE t_1",
                    "INSERT INTO t VALUES (100, 'again')");
            run.await(() -> !knows(run.sink(), root, detached) && !knows(run.sink(), root, dropped));
            database.execute("INSERT INTO t VALUES (101, 'further')");
            run.awaitCaughtUp();
            assertEquals(2, run.sink().rows().size());
        }
    }

    @Test
    void shouldStopWhenAPartitionIsTakenOffAndPutBack() {
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            database.execute(
                    "ALTER TABLE t DETACH PARTITION t_1",
                    "DELETE FROM t_1 WHERE id = 150",
                    "ALTER TABLE t ATTACH PARTITION t_1 FOR VALUES FROM (100) TO (200)");
            assertStopped(run.awaitFailure(), RETURNED);
        }
    }

    @Test
    void shouldStopWhenAPartitionIsNotInTheWal() {
        String silent =
                "rows of a partition are in no stream, for it is unlogged, or a foreign table: table=public.t, partition=";
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            database.execute("ALTER TABLE t_1 SET UNLOGGED", "UPDATE t SET v = 'unseen' WHERE id = 101");
            assertStopped(run.awaitFailure(), silent + "public.t_1");
            database.execute("ALTER TABLE t_1 SET LOGGED");
            run.connectAgain();
            database.execute("CREATE UNLOGGED TABLE u PARTITION OF t FOR VALUES FROM (300) TO (400)");
            assertStopped(run.awaitFailure(), silent + "public.u");
        }
    }

    /** It is in the WAL before and behind: a bulk load does so. VACUUM FULL, CLUSTER and a TRUNCATE with rows behind it leave the same traces but one. */
    @Test
    void shouldStopWhenAPartitionWasUnloggedWhileNothingRan() {
        RecordingSink sink = StreamRun.ended(database, database.request("t"));
        database.execute("VACUUM FULL t_0", "CLUSTER t_0 USING t_0_pkey", "VACUUM FULL t_2");
        database.execute("BEGIN; TRUNCATE t_2; INSERT INTO t VALUES (200, 'seen'); COMMIT");
        database.execute(
                "ALTER TABLE t_1 SET UNLOGGED",
                "UPDATE t SET v = 'unseen' WHERE id = 101",
                "ALTER TABLE t_1 SET LOGGED");
        try (StreamRun run = StreamRun.reconnect(database, database.request("t"), sink)) {
            MillraceException stop = run.awaitFailure();
            assertStopped(stop, "rows of a partition were written anew by ALTER TABLE");
            assertStopped(stop, "partition=public.t_1");
            assertFalse(stop.getMessage().contains("t_0") || stop.getMessage().contains("t_2"), stop.getMessage());
        }
    }

    @Test
    void shouldStopWhenAPartitionCameWithRowsWhileNothingRan() {
        RecordingSink sink = StreamRun.ended(database, database.request("t"));
        database.execute(
                "CREATE TABLE parts (LIKE t INCLUDING ALL) PARTITION BY RANGE (id)",
                "CREATE TABLE filled PARTITION OF parts FOR VALUES FROM (300) TO (350)",
                "INSERT INTO parts VALUES (300, 'not in the stream')",
                "ALTER TABLE t ATTACH PARTITION parts FOR VALUES FROM (300) TO (400)",
                "DROP TABLE t_0");
        try (StreamRun run = StreamRun.reconnect(database, database.request("t"), sink)) {
            assertStopped(run.awaitFailure(), CAME + "public.filled");
        }
    }

    /** VACUUM FULL, and an ALTER that writes a large table anew, lock it for hours: neither a connect nor a look waits for them. */
    @Test
    void shouldConnectAndLookWhileTablesAreLocked() throws SQLException {
        long root = number("t");
        database.execute(
                "CREATE TABLE plain (id int PRIMARY KEY, n int DEFAULT 3, g int GENERATED ALWAYS AS (n + 1) STORED)",
                "CREATE TABLE filled (LIKE t INCLUDING ALL)",
                "INSERT INTO filled VALUES (400, 'not in the stream')");
        ChangeRequest request = database.request("t", "plain");
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute("ALTER TABLE t ATTACH PARTITION filled FOR VALUES FROM (400) TO (500)");
        try (Connection user = database.connect()) {
            user.setAutoCommit(false);
            TestDatabase.execute(user, "LOCK TABLE t_1, plain, filled IN ACCESS EXCLUSIVE MODE");
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                run.await(() -> run.reader().status().isStreaming());
                database.execute("CREATE TABLE later PARTITION OF t FOR VALUES FROM (300) TO (400)");
                long later = number("later");
                run.await(() -> knows(run.sink(), root, later));
                database.execute("UPDATE t_0 SET v = 'w' WHERE id = 1");
                run.awaitCaughtUp();
                assertEquals(1, run.sink().rows().size());
                user.rollback();
                assertStopped(run.awaitFailure(), CAME + "public.filled");
            }
        }
    }

    /** Rows of all partitions are in the load. */
    @Test
    void shouldKnowAllThatIsThereWhenItBegins() {
        long root = number("t");
        try (StreamRun run = StreamRun.begin(database, database.request("t"))) {
            run.await(() -> !note(run.sink(), root).isBlank());
            Map<String, String> notes = run.sink().schemas().orElseThrow().collations();
            assertEquals(3, notes.get("partitions " + root).split(" ").length, notes.toString());
        }
    }
}
