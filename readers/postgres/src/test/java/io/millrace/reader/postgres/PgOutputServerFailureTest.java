package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.error.ErrorCode;
import io.millrace.reader.ChangeRequest;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The server is killed while transactions are open: what was not committed has no end in its WAL. */
class PgOutputServerFailureTest {
    @Test
    void shouldKeepWhatIsPreparedAndNothingElseOfWhatIsOpenWhenTheServerIsKilled() {
        try (PostgresServer server = PostgresServer.builder()
                .set("logical_decoding_work_mem", "64kB")
                .set("debug_logical_replication_streaming", "immediate")
                .start()) {
            TestDatabase database = new TestDatabase(server);
            database.execute("CREATE TABLE a (id int PRIMARY KEY, v text)");
            ChangeRequest request = database.twoPhaseRequest();
            RecordingSink sink;
            try (StreamRun run = StreamRun.begin(database, request)) {
                database.execute("BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'kept'");
                Connection open = database.connect();
                TestDatabase.execute(open, "BEGIN; INSERT INTO a SELECT generate_series(100, 400)");
                run.await(() -> run.sink().openRows() > 200);
                database.execute("INSERT INTO a VALUES (2)");
                run.awaitCaughtUp();
                sink = run.sink();
                server.kill();
                assertEquals(
                        ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
            }
            server.start();
            database.reopen();
            try (StreamRun run = StreamRun.reconnect(database, request, sink)) {
                database.execute("INSERT INTO a VALUES (3)", "CHECKPOINT", "COMMIT PREPARED 'kept'");
                run.awaitCaughtUp();
                assertEquals(
                        List.of("2", "3", "1"),
                        sink.rows().stream().map(row -> row.after().get(0)).toList());
                assertEquals(0, sink.openRows());
            }
            database.close();
        }
    }
}
