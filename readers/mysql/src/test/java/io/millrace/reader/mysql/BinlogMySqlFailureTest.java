package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.servers.Server;
import io.millrace.servers.ServerBuilder;
import io.millrace.servers.ServerKind;
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
        return Servers.orSkip(() -> builder().start());
    }

    ServerBuilder<? extends Server> builder() {
        return ServerKind.MYSQL_8_0.builder();
    }

    @Override
    String emptyPosition() {
        return "gtid:";
    }

    @Override
    String firstMissing(SourcePosition position) {
        String[] last = position.text().split("[:-]", -1);
        return ":" + (Long.parseLong(last[last.length - 1]) + 1) + "-";
    }

    @Override
    String foreignPosition() {
        return "gtid:00000000-0000-0000-0000-00000000000f:1-5";
    }

    @Test
    void shouldProveTheLastTransactionByItsPlaceWhenThereAreNoGtids() {
        Server server = builder()
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
    void shouldStopWhenThePositionIsOfAnotherProduct() {
        RecordingSink sink = new RecordingSink(SourcePosition.parse("gtid:0-1-5"));
        try (StreamRun run = StreamRun.of(server(), "none", sink)) {
            assertEquals(ErrorCode.SOURCE_IDENTITY, run.awaitFailure().code());
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenTheFileWasPurgedOrNeverWas() {
        try (Server own = Servers.orSkip(() -> builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .start())) {
            String database = own.freshDatabase("files");
            own.execute(database, "CREATE TABLE t (id int PRIMARY KEY)");
            BinlogPosition before = StreamRun.endOfBinlog(own);
            own.execute(database, "INSERT INTO t VALUES (1)", "FLUSH BINARY LOGS");
            BinlogPurge.to(own, StreamRun.endOfBinlog(own).file());
            MillraceException purged = failureAt(own, database, before);
            assertEquals(ErrorCode.SOURCE_POSITION_PURGED, purged.code(), purged.display());
            assertTrue(purged.getMessage().contains("from=" + before.text()), purged.getMessage());
            assertTrue(purged.getMessage().contains("since="), purged.getMessage());
            MillraceException never = failureAt(own, database, BinlogPosition.of("binlog.000099", 4));
            assertEquals(ErrorCode.SOURCE_IDENTITY, never.code(), never.display());
            BinlogPosition end = StreamRun.endOfBinlog(own);
            MillraceException beyond =
                    failureAt(own, database, BinlogPosition.of(end.file(), end.offset() + 1_000_000));
            assertEquals(ErrorCode.SOURCE_IDENTITY, beyond.code(), beyond.display());
        }
    }

    private static MillraceException failureAt(Server server, String database, SourcePosition position) {
        try (StreamRun run = StreamRun.of(server, database, new RecordingSink(position))) {
            return run.awaitFailure();
        }
    }
}
