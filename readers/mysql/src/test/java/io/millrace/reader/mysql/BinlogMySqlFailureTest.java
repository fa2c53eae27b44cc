package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.List;
import org.junit.jupiter.api.Test;

class BinlogMySqlFailureTest extends BinlogFailureContract {
    @Override
    Server server() {
        return Servers.mysql();
    }

    @Override
    Server freshServer() {
        return Servers.orSkip(() -> MySqlServer.builder().start());
    }

    @Override
    String emptyPosition() {
        return "gtid:";
    }

    @Override
    String foreignPosition() {
        return "gtid:00000000-0000-0000-0000-00000000000f:1-5";
    }

    @Test
    void shouldProveTheLastTransactionByItsPlaceWhenThereAreNoGtids() {
        Server server = MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
        String database = server.freshDatabase("anonymous");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY)");
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        for (int i = 0; i < 4; i++) {
            try (StreamRun run = StreamRun.of(server, database, sink)) {
                server.execute(
                        database, "INSERT INTO t VALUES (" + 2 * i + ")", "INSERT INTO t VALUES (" + (2 * i + 1) + ")");
                if (i == 2) {
                    server.execute(database, "FLUSH BINARY LOGS");
                }
                run.awaitCaughtUp(server);
            }
        }
        assertEquals(
                List.of("0", "1", "2", "3", "4", "5", "6", "7"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    @Test
    void shouldLogInWhenThePasswordIsNative() {
        Server server = server();
        String user = server.freshDatabase("native");
        server.execute(
                null,
                "CREATE USER " + user + " IDENTIFIED WITH mysql_native_password BY 'Mill.race-3'",
                "GRANT REPLICATION SLAVE ON *.* TO " + user);
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        for (TlsMode tls : List.of(TlsMode.DISABLED, TlsMode.REQUIRED)) {
            try (StreamRun run = new StreamRun(
                    StreamRun.reader(
                            StreamRun.withLogin(StreamRun.dataSource(server, tls), user, "Mill.race-3"), "none"),
                    sink)) {
                server.execute(null, "CREATE DATABASE " + user + "_" + tls);
                run.awaitCaughtUp(server);
            }
        }
    }

    @Test
    void shouldLogInWhenThePasswordIsNotCachedAndTheConnectionIsPlain() {
        Server server = server();
        String user = server.freshDatabase("sha2");
        server.execute(
                null,
                "CREATE USER " + user + " IDENTIFIED WITH caching_sha2_password BY 'Mill.race-4'",
                "GRANT REPLICATION SLAVE ON *.* TO " + user);
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = new StreamRun(
                StreamRun.reader(
                        StreamRun.withLogin(StreamRun.dataSource(server, TlsMode.DISABLED), user, "Mill.race-4"),
                        "none"),
                sink)) {
            server.execute(null, "CREATE DATABASE " + user + "_x");
            run.awaitCaughtUp(server);
        }
    }

    @Test
    void shouldStopWhenThePositionIsOfAnotherProduct() {
        RecordingSink sink = new RecordingSink(io.millrace.position.SourcePosition.parse("gtid:0-1-5"));
        try (StreamRun run = StreamRun.of(server(), "none", sink)) {
            assertEquals(ErrorCode.SOURCE_IDENTITY, run.awaitFailure().code());
        }
    }
}
