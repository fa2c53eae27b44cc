package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server sends of transactions that are prepared, and what a reader makes of it; one subclass a server version. */
abstract class PgOutputTwoPhaseContract {
    private TestDatabase database;

    abstract PostgresServer server();

    @BeforeEach
    void open() {
        database = new TestDatabase(server());
        database.execute("CREATE TABLE a (id int PRIMARY KEY, v text)");
    }

    @AfterEach
    void close() {
        // A slot is not made while anything is prepared anywhere on the server.
        for (List<String> row :
                database.rows("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            database.execute("ROLLBACK PREPARED '" + row.get(0) + "'");
        }
        database.close();
    }

    private String gid(String name) {
        return "'" + database.name() + "_" + name + "'";
    }

    private void prepare(String name, String... statements) {
        database.execute("BEGIN");
        database.execute(statements);
        database.execute("PREPARE TRANSACTION " + gid(name));
    }

    private void commit(String name) {
        database.execute("COMMIT PREPARED " + gid(name));
    }

    private static List<String> keys(RecordingSink sink) {
        return sink.rows().stream().map(row -> row.after().get(0)).toList();
    }

    private static List<String> numbers(int... numbers) {
        return IntStream.of(numbers).mapToObj(Integer::toString).toList();
    }

    private static PostgresPosition position(StreamRun run) {
        return (PostgresPosition) run.sink().position();
    }

    @Test
    void shouldCarryRowsWithTheirCommitWhenTheyWerePrepared() {
        try (StreamRun run = StreamRun.begin(database, database.twoPhaseRequest())) {
            prepare("kept", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)");
            prepare("gone", "INSERT INTO a VALUES (3)");
            prepare("empty", "SELECT pg_logical_emit_message(true, 'other', '')");
            database.execute("BEGIN; INSERT INTO a VALUES (5); PREPARE TRANSACTION ''", "INSERT INTO a VALUES (4)");
            run.awaitCaughtUp();
            assertEquals(numbers(4), keys(run.sink()));
            assertEquals(
                    2,
                    run.sink().prepared(database.name() + "_kept").orElseThrow().rows());
            commit("kept");
            database.execute("ROLLBACK PREPARED " + gid("gone"), "INSERT INTO a VALUES (3)");
            commit("empty");
            database.execute("COMMIT PREPARED ''");
            run.awaitCaughtUp();
            assertEquals(numbers(4, 1, 2, 3, 5), keys(run.sink()));
            assertEquals(List.of(), run.sink().prepared());
            assertEquals(List.of(), position(run).held());
        }
    }

    @Test
    void shouldPrepareWhatWasStreamedWhenItIsLarge() {
        database.execute("ALTER DATABASE " + database.name() + " SET logical_decoding_work_mem = '64kB'");
        String rows = "INSERT INTO a SELECT i, repeat('x', 1000) FROM generate_series(%d, %d) i";
        try (StreamRun run = StreamRun.begin(database, database.twoPhaseRequest())) {
            prepare(
                    "kept",
                    String.format(rows, 1, 300),
                    "SAVEPOINT s",
                    String.format(rows, 301, 600),
                    "ROLLBACK TO s",
                    String.format(rows, 601, 900));
            prepare("gone", String.format(rows, 1_001, 1_300));
            database.execute("INSERT INTO a VALUES (5000)");
            run.awaitCaughtUp();
            assertTrue(run.sink().chainsBegun() > 1, "nothing was streamed");
            assertEquals(
                    600,
                    run.sink().prepared(database.name() + "_kept").orElseThrow().rows());
            database.execute("ROLLBACK PREPARED " + gid("gone"));
            commit("kept");
            run.awaitCaughtUp();
            assertEquals(
                    numbers(IntStream.concat(
                                    IntStream.of(5000),
                                    IntStream.rangeClosed(1, 900).filter(i -> i <= 300 || i > 600))
                            .toArray()),
                    keys(run.sink()));
        }
    }

    /** EXACTNESS 11. */
    @Test
    void shouldCarryEachRowOnceWhenStartedAgainBetweenPrepareAndCommit() {
        ChangeRequest request = database.twoPhaseRequest();
        RecordingSink sink;
        try (StreamRun run = StreamRun.begin(database, request)) {
            prepare("a", "INSERT INTO a VALUES (1)");
            database.execute("INSERT INTO a VALUES (2)");
            run.awaitCaughtUp();
            sink = run.sink();
            run.reader().acknowledge(sink.position());
            String confirmed = database.confirmed();
            run.await(() -> !database.confirmed().equals(confirmed));
            assertEquals(PostgresPosition.lsnText(position(run).neededLsn()), database.confirmed());
            database.endStream();
            assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
        }
        commit("a");
        database.awaitInactive();
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.awaitCaughtUp();
            assertEquals(numbers(2, 1), keys(sink));
            assertEquals(List.of(), position(run).held());
        }
    }

    /** EXACTNESS 11: what the position holds out is sent again, and nothing else counts twice. */
    @Test
    void shouldBeSentAgainWhenTheLogIsLost() {
        ChangeRequest request = database.twoPhaseRequest();
        SourcePosition position;
        try (StreamRun run = StreamRun.begin(database, request)) {
            prepare("a", "INSERT INTO a VALUES (1)");
            prepare("b", "INSERT INTO a VALUES (2)");
            prepare("c", "INSERT INTO a VALUES (3)");
            database.execute("INSERT INTO a VALUES (4)");
            commit("b");
            database.execute("ROLLBACK PREPARED " + gid("c"));
            run.awaitCaughtUp();
            assertEquals(numbers(4, 2), keys(run.sink()));
            position = run.sink().position();
        }
        database.awaitInactive();
        database.execute("INSERT INTO a VALUES (5)");
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            run.awaitCaughtUp();
            assertEquals(numbers(5), keys(run.sink()));
            commit("a");
            run.awaitCaughtUp();
            assertEquals(numbers(5, 1), keys(run.sink()));
            assertEquals(List.of(), run.sink().prepared());
            assertEquals(List.of(), position(run).held());
        }
    }

    /** Each has an id, and nothing that the server would send. */
    @Test
    void shouldPassOverWhatChangedNothingWhenItWasPrepared() {
        database.execute("INSERT INTO a VALUES (1)", "CREATE SEQUENCE s");
        ChangeRequest request = database.twoPhaseRequest();
        RecordingSink sink;
        try (StreamRun run = StreamRun.begin(database, request)) {
            prepare("a", "SELECT * FROM a FOR UPDATE");
            prepare("b", "SELECT nextval('s')");
            database.execute("INSERT INTO a VALUES (2)");
            commit("a");
            commit("b");
            prepare("c", "SELECT pg_current_xact_id()", "SELECT * FROM a FOR UPDATE", "SELECT nextval('s')");
            database.execute("INSERT INTO a VALUES (3)");
            run.awaitCaughtUp();
            sink = run.sink();
            database.endStream();
            assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
        }
        database.awaitInactive();
        try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
            run.await(() -> run.reader().status().isStreaming());
            commit("c");
            database.execute("INSERT INTO a VALUES (4)");
            run.awaitCaughtUp();
            assertEquals(numbers(2, 3, 4), keys(sink));
        }
    }

    @Test
    void shouldCarryEachRowOnceWhenTheSlotIsAnotherThanTheTask() {
        RecordingSink sink;
        try (StreamRun run = StreamRun.begin(database, database.request())) {
            prepare("a", "INSERT INTO a VALUES (1)");
            database.execute("INSERT INTO a VALUES (2)");
            run.awaitCaughtUp();
            assertEquals(List.of(), run.sink().prepared());
            sink = run.sink();
        }
        database.awaitInactive();
        prepare("b", "INSERT INTO a VALUES (3)");
        try (StreamRun run = StreamRun.reconnect(database, database.twoPhaseRequest(), sink)) {
            run.await(() -> sink.prepared().size() == 1);
            commit("a");
            run.awaitCaughtUp();
            assertEquals(numbers(2, 1), keys(sink));
        }
        database.awaitInactive();
        try (StreamRun run = StreamRun.reconnect(database, database.request(), sink)) {
            commit("b");
            prepare("c", "INSERT INTO a VALUES (4)");
            run.await(() -> sink.prepared().size() == 1);
            commit("c");
            run.awaitCaughtUp();
            assertEquals(numbers(2, 1, 3, 4), keys(sink));
        }
    }

    @Test
    void shouldCarryWhatWasPreparedAfterTheSlotWasMadeWhenATaskBeginsNow() {
        PostgresSource source = new PostgresSource(database.dataSource());
        source.prepare(database.twoPhaseRequest());
        prepare("a", "INSERT INTO a VALUES (1)");
        try (StreamRun run = StreamRun.resume(database, database.twoPhaseRequest(), source.nowPosition())) {
            run.await(() -> run.sink().prepared().size() == 1);
            commit("a");
            run.awaitCaughtUp();
            assertEquals(numbers(1), keys(run.sink()));
        }
    }

    @Test
    void shouldSayThatRowsWereNeverSentWhenTheStreamBeganBehindTheirPrepare() {
        ChangeRequest request = database.twoPhaseRequest();
        PostgresSource source = new PostgresSource(database.dataSource());
        source.prepare(request);
        prepare("a", "INSERT INTO a VALUES (1)");
        SourcePosition behind = source.committedPosition();
        commit("a");
        try (StreamRun run = StreamRun.resume(database, request, behind)) {
            assertEquals(ErrorCode.SOURCE_SLOT, run.awaitFailure().code());
        }
    }
}
