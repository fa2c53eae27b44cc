package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.servers.Server;
import io.millrace.wal.ChainSink;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EXACTNESS 11: XA transactions as a real server writes them, over reconnects, new binlog files and a lost log. */
abstract class BinlogXaContract {
    private Server server;
    private String database;
    private RecordingSink sink;

    abstract Server server();

    @BeforeEach
    void useServer() {
        server = server();
        database = server.freshDatabase("xa");
        server.execute(
                database,
                "CREATE TABLE t (id bigint PRIMARY KEY, v varchar(100))",
                "CREATE TABLE other_t (id bigint PRIMARY KEY, v varchar(100))");
        sink = new RecordingSink(StreamRun.now(server));
    }

    private void prepare(String name, String... statements) {
        String[] all = new String[statements.length + 3];
        all[0] = "XA START '" + name + database + "'";
        System.arraycopy(statements, 0, all, 1, statements.length);
        all[all.length - 2] = "XA END '" + name + database + "'";
        all[all.length - 1] = "XA PREPARE '" + name + database + "'";
        server.execute(database, all);
    }

    private void end(String how, String name) {
        server.execute(database, "XA " + how + " '" + name + database + "'");
    }

    private static List<List<String>> ids(RecordingSink sink) {
        return sink.transactions().stream()
                .map(rows -> rows.stream().map(row -> row.after().get(0)).toList())
                .filter(rows -> !rows.isEmpty())
                .toList();
    }

    @Test
    void shouldCommitInTheOtherOrderWhenTwoArePreparedAtOnce() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            prepare("a", "INSERT INTO t VALUES (1,'a'),(2,'a')");
            prepare("b", "INSERT INTO t VALUES (11,'b')", "UPDATE t SET v='B' WHERE id=11");
            server.execute(database, "INSERT INTO t VALUES (20,'plain')", "FLUSH BINARY LOGS");
            run.await(() -> ids(sink).size() == 1 && sink.prepared().size() == 2);
            assertEquals(List.of(List.of("20")), ids(sink));
            end("COMMIT", "b");
            end("COMMIT", "a");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(List.of("20"), List.of("11", "11"), List.of("1", "2")), ids(sink));
        assertEquals(List.of(), sink.prepared());
    }

    @Test
    void shouldKeepWhatIsPreparedWhenTheConnectionIsMadeAnew() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            prepare("a", "INSERT INTO t VALUES (1,'a')");
            server.execute(database, "INSERT INTO t VALUES (20,'plain')");
            run.await(() -> ids(sink).size() == 1);
        }
        sink.endStream();
        ChainSink.Prepared prepared = sink.prepared().get(0);
        assertEquals(1, prepared.rows());
        assertFalse(
                sink.position().contains(prepared.transaction()),
                sink.position().text());
        server.execute(database, "FLUSH BINARY LOGS");
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            end("COMMIT", "a");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(List.of("20"), List.of("1")), ids(sink));
        assertTrue(
                sink.position().contains(prepared.transaction()),
                sink.position().text());
    }

    @Test
    void shouldReadItsRowsAgainWhenTheLogIsLost() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            prepare("a", "INSERT INTO t VALUES (1,'a')");
            server.execute(database, "INSERT INTO t VALUES (20,'plain')");
            run.await(() -> ids(sink).size() == 1);
        }
        RecordingSink anew =
                new RecordingSink(SourcePosition.parse(sink.position().text()));
        try (StreamRun run = StreamRun.of(server, database, anew)) {
            run.await(() -> anew.prepared().size() == 1);
            end("COMMIT", "a");
            server.execute(database, "INSERT INTO t VALUES (21,'plain')");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(List.of("1"), List.of("21")), ids(anew), "what the position holds is not repeated");
    }

    @Test
    void shouldLeaveNothingWhenItIsRolledBack() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            prepare("a", "INSERT INTO t VALUES (1,'a')");
            run.await(() -> sink.prepared().size() == 1);
            end("ROLLBACK", "a");
            server.execute(database, "INSERT INTO t VALUES (2,'a')");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(List.of("2")), ids(sink));
        assertEquals(List.of(), sink.prepared());
    }

    @Test
    void shouldCommitAtOnceWhenThereIsOnePhase() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            String name = "'c" + database + "'";
            server.execute(
                    database,
                    "XA START " + name,
                    "INSERT INTO t VALUES (1,'a'),(2,'b')",
                    "XA END " + name,
                    "XA COMMIT " + name + " ONE PHASE",
                    "INSERT INTO t VALUES (3,'c')");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(List.of("1", "2"), List.of("3")), ids(sink));
    }

    @Test
    void shouldPassItWhenNothingOfItIsSelectedAndTheConnectionIsMadeAnew() {
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            prepare("o", "INSERT INTO other_t VALUES (1,'a')");
            run.await(() -> sink.prepared().size() == 1);
        }
        sink.endStream();
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            end("COMMIT", "o");
            run.awaitCaughtUp(server);
        }
        assertEquals(List.of(), ids(sink));
    }

    @Test
    void shouldStopWhenItWasPreparedBeforeTheStream() {
        prepare("e", "INSERT INTO t VALUES (2,'a')");
        RecordingSink late = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, late)) {
            end("COMMIT", "e");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.EVENT_UNSUPPORTED, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("XA"), failure.getMessage());
        }
        assertEquals(List.of(), ids(late));
    }
}
