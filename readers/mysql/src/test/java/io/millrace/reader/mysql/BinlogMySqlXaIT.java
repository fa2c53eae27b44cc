package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import org.junit.jupiter.api.Test;

class BinlogMySqlXaIT extends BinlogXaContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    /** A place by file and offset cannot hold a PREPARE out, so its rows could be lost with the log. */
    @Test
    void shouldStopWhenRowsArePreparedOnAServerWithoutGtids() {
        Server server = MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
        String database = server.freshDatabase("xa");
        server.execute(database, "CREATE TABLE t (id bigint PRIMARY KEY, v varchar(100))");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            server.execute(
                    database,
                    "INSERT INTO t VALUES (1,'a')",
                    "XA START 'e" + database + "'",
                    "INSERT INTO t VALUES (2,'a')",
                    "XA END 'e" + database + "'",
                    "XA PREPARE 'e" + database + "'");
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.EVENT_UNSUPPORTED, failure.code(), failure.display());
            assertTrue(failure.getMessage().contains("XA"), failure.getMessage());
        } finally {
            server.execute(null, "XA ROLLBACK 'e" + database + "'");
        }
        assertEquals(1, sink.rows().size());
    }
}
