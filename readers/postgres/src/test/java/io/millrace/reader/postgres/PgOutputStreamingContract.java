package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a server streams of transactions that are open, and what a reader makes of it; one subclass a server version. {@code -Dsteps=}
 * asks for a longer random workload, {@code -Dseed=} replays one.
 */
abstract class PgOutputStreamingContract {
    private static final int STEPS = Integer.getInteger("steps", 400);

    private TestDatabase database;

    abstract PostgresServer server();

    /** Of the walsender, so that it streams small transactions. */
    abstract List<String> settings();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
        settings().forEach(setting -> database.execute("ALTER DATABASE " + database.name() + " SET " + setting));
        database.execute("CREATE TABLE a (id int PRIMARY KEY, n int, v text)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Rows of 1 KB, each of them two changes' worth of the walsender's memory. */
    private static String insert(int from, int to) {
        return "INSERT INTO a SELECT i, 0, repeat('x', 1000) FROM generate_series(" + from + ", " + to + ") i";
    }

    private static List<String> keys(StreamRun run) {
        return run.sink().rows().stream().map(row -> row.after().get(0)).toList();
    }

    private static List<String> numbers(IntStream numbers) {
        return numbers.mapToObj(Integer::toString).toList();
    }

    /** A task that goes on behind such statements: a transaction that changes a table and is met while it is open would be read again. */
    private StreamRun behind(String... statements) {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute(statements);
        return StreamRun.reconnect(database, request, sink);
    }

    private Connection transaction(String... statements) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        TestDatabase.execute(connection, statements);
        return connection;
    }

    @Test
    void shouldCarryWhatWasKeptWhenSavepointsAreRolledBack() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute("BEGIN; " + insert(1, 200) + "; SAVEPOINT s; " + insert(201, 400) + "; SAVEPOINT t; "
                    + insert(401, 600) + "; ROLLBACK TO s; " + insert(601, 800) + "; SAVEPOINT u; " + insert(801, 1_000)
                    + "; RELEASE u; COMMIT");
            run.awaitCaughtUp();
            assertEquals(numbers(IntStream.rangeClosed(1, 1_000).filter(i -> i <= 200 || i > 600)), keys(run));
            assertEquals(1, run.sink().transactions().size());
            assertTrue(run.sink().chainsBegun() > 0, "nothing was streamed");
        }
    }

    @Test
    void shouldLeaveNothingWhenAStreamedTransactionIsRolledBack() throws SQLException {
        try (StreamRun run = StreamRun.begin(database, database.request());
                Connection open = transaction(insert(1, 300))) {
            run.await(() -> run.sink().openRows() > 200);
            open.rollback();
            database.execute("INSERT INTO a VALUES (301)");
            run.awaitCaughtUp();
            assertEquals(List.of("301"), keys(run));
            assertEquals(0, run.sink().openRows());
        }
    }

    @Test
    void shouldTakeRowsBeforeTheirCommitWhenOthersCommitMeanwhile() throws SQLException {
        try (StreamRun run = StreamRun.begin(database, database.request());
                Connection first = transaction(insert(1, 300));
                Connection second = transaction(insert(1_001, 1_300))) {
            run.await(() -> run.sink().openRows() > 200);
            database.execute("INSERT INTO a VALUES (5000)");
            run.awaitCaughtUp();
            assertEquals(List.of("5000"), keys(run));
            TestDatabase.execute(first, insert(301, 600));
            second.commit();
            first.commit();
            run.awaitCaughtUp();
            assertEquals(
                    List.of(1, 300, 600),
                    run.sink().transactions().stream().map(List::size).toList());
            assertEquals("1001", run.sink().transactions().get(1).get(0).after().get(0));
        }
    }

    /** EXACTNESS 17. */
    @Test
    void shouldForgetAShapeWhenItsStreamIsRolledBack() {
        try (StreamRun run = behind(
                "BEGIN; ALTER TABLE a ADD w int; " + insert(1, 300) + "; ROLLBACK",
                "INSERT INTO a VALUES (1)",
                "BEGIN; " + insert(2, 300) + "; SAVEPOINT s; ALTER TABLE a ADD w int; " + insert(301, 600)
                        + "; ROLLBACK TO s; INSERT INTO a VALUES (601); COMMIT",
                "INSERT INTO a VALUES (602)")) {
            run.awaitCaughtUp();
            assertEquals(numbers(IntStream.rangeClosed(1, 602).filter(i -> i <= 300 || i > 600)), keys(run));
            run.sink().rows().forEach(row -> assertEquals(3, row.after().size()));
        }
    }

    @Test
    void shouldKeepAShapeWhenItsStreamIsCommitted() {
        try (StreamRun run = behind(
                "INSERT INTO a VALUES (1)",
                "BEGIN; " + insert(2, 200) + "; ALTER TABLE a ADD w int; " + insert(201, 400) + "; COMMIT",
                "INSERT INTO a VALUES (401, 0, 'x', 7)")) {
            run.awaitCaughtUp();
            assertEquals(
                    List.of(200), statements(run), "between the rows of its transaction that it found and the others");
            List<RecordingSink.Row> rows = run.sink().rows().stream()
                    .filter(row -> row.statement() == null)
                    .toList();
            assertEquals(
                    numbers(IntStream.rangeClosed(1, 401).map(i -> i <= 200 ? 3 : 4)),
                    rows.stream()
                            .map(row -> Integer.toString(row.after().size()))
                            .toList());
            assertEquals("7", rows.get(400).after().get(3));
        }
    }

    /** Whatever the server says of it, once it finds the transaction aborted before it sends a block. */
    @Test
    void shouldGoOnWhenTransactionsWereRolledBackBeforeTheyAreRead() {
        ChangeRequest request = database.request();
        RecordingSink sink = StreamRun.ended(database, request);
        database.execute("ALTER DATABASE " + database.name() + " RESET ALL");
        database.execute("ALTER DATABASE " + database.name() + " SET logical_decoding_work_mem = '64kB'");
        database.execute(
                "BEGIN; " + insert(1, 300) + "; SAVEPOINT s; " + insert(301, 600) + "; ROLLBACK TO s; SAVEPOINT t; "
                        + insert(601, 900) + "; ROLLBACK",
                "BEGIN; SAVEPOINT s; " + insert(1, 300) + "; ROLLBACK TO s; " + insert(301, 600) + "; COMMIT",
                "INSERT INTO a VALUES (1000)");
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(numbers(IntStream.concat(IntStream.rangeClosed(301, 600), IntStream.of(1_000))), keys(run));
        }
    }

    private static List<Integer> statements(StreamRun run) {
        List<RecordingSink.Row> rows = run.sink().rows();
        return IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).statement() != null)
                .boxed()
                .toList();
    }

    /** It stands between the rows that it found and those that came behind it, and is nothing where it was taken back. */
    @Test
    void shouldTellOfATruncationAtItsPlaceWhenItsTransactionIsStreamed() {
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            database.execute(
                    "BEGIN; " + insert(1, 300) + "; TRUNCATE a; " + insert(1, 300) + "; ROLLBACK",
                    "BEGIN; " + insert(1, 300) + "; SAVEPOINT s; TRUNCATE a; " + insert(1_000, 1_300)
                            + "; ROLLBACK TO s; COMMIT");
            run.awaitCaughtUp();
            assertEquals(numbers(IntStream.rangeClosed(1, 300)), keys(run));
            database.execute("BEGIN; " + insert(301, 600) + "; SAVEPOINT s; TRUNCATE a; " + insert(1, 300)
                    + "; RELEASE s; TRUNCATE a; INSERT INTO a VALUES (7); COMMIT");
            run.awaitCaughtUp();
            assertEquals(List.of(600, 901), statements(run));
            assertEquals(
                    "statement=TRUNCATE TABLE, tables=public.a",
                    run.sink().rows().get(600).statement().describe().replaceFirst(", lsn=.*", ""));
            assertEquals("7", run.sink().rows().get(902).after().get(0));
            assertEquals(2, run.sink().transactions().size());
        }
    }

    @Test
    void shouldTellOfATruncationWhenAStreamHasNothingElseOfOurs() {
        database.execute("CREATE TABLE other (id int, v text)");
        String others = "INSERT INTO other SELECT i, repeat('x', 1000) FROM generate_series(1, 300) i";
        try (StreamRun run = StreamRun.begin(database, database.request("a"))) {
            database.execute(
                    "BEGIN; " + others + "; SAVEPOINT s; TRUNCATE a; " + others + "; ROLLBACK TO s; COMMIT",
                    "BEGIN; " + others + "; TRUNCATE a; " + others + "; COMMIT");
            run.awaitCaughtUp();
            assertEquals(List.of(0), statements(run));
            assertEquals(1, run.sink().transactions().size());
        }
    }

    @Test
    void shouldCarryEachRowOnceWhenTheConnectionIsCutInAStream() throws SQLException {
        ChangeRequest request = database.request();
        try (Connection open = transaction()) {
            RecordingSink sink;
            try (StreamRun run = StreamRun.begin(database, request)) {
                TestDatabase.execute(open, insert(1, 300));
                run.await(() -> run.sink().openRows() > 200);
                database.endStream();
                assertEquals(
                        ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
                sink = run.sink();
            }
            TestDatabase.execute(open, insert(301, 600));
            database.awaitInactive();
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                run.await(() -> sink.openRows() > 500);
                open.commit();
                run.awaitCaughtUp();
                assertEquals(numbers(IntStream.rangeClosed(1, 600)), keys(run));
            }
        }
    }

    /** Many transactions mixed, with savepoints, key changes, columns that are not sent, DDL and cut connections. */
    @Test
    void shouldEqualTheTablesWhenAnyTransactionsAreMixed() throws SQLException {
        long seed = Long.getLong("seed", System.nanoTime());
        database.execute("DROP TABLE a", MixedTransactions.TABLE_A, MixedTransactions.TABLE_B);
        ChangeRequest request = database.request();
        try (MixedTransactions workload = new MixedTransactions(database, seed)) {
            RecordingSink sink;
            try (StreamRun run = StreamRun.begin(database, request)) {
                workload.run(STEPS / 2);
                sink = run.sink();
                run.await(() -> sink.chainsBegun() > 0);
                database.endStream();
                assertEquals(
                        ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
            }
            database.awaitInactive();
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                workload.run(STEPS / 2);
                workload.end();
                run.awaitCaughtUp();
                workload.assertEqual(sink.rows());
                assertEquals(0, sink.openRows(), () -> "seed=" + seed);
            }
        }
    }
}
