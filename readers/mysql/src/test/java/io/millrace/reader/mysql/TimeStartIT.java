package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code start: time:…} finds the first transaction of that time or later, in whichever file it stands. */
class TimeStartIT {
    /** MariaDB tells the second of a commit, no more. */
    private static final long PAST_A_SECOND_MILLIS = 1_100;

    @Test
    void shouldFindThePlaceWhenServerIsMySql() {
        try (Server server = Servers.orSkip(() -> MySqlServer.builder().start())) {
            assertFinds(server);
        }
    }

    @Test
    void shouldFindThePlaceWhenServerHasNoGtids() {
        try (Server server = Servers.orSkip(() -> MySqlServer.builder()
                .unset("gtid_mode")
                .unset("enforce_gtid_consistency")
                .start())) {
            assertFinds(server);
        }
    }

    @Test
    void shouldFindThePlaceWhenServerIsMariaDb() {
        try (Server server = Servers.orSkip(() -> MariaDbServer.builder().start())) {
            assertFinds(server);
        }
    }

    private static void assertFinds(Server server) {
        Instant before = Instant.now().minusSeconds(86_400);
        server.execute(null, "CREATE DATABASE time");
        server.execute("time", "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        Instant second = later();
        server.execute("time", "INSERT INTO t VALUES (2)", "FLUSH BINARY LOGS", "INSERT INTO t VALUES (3)");
        Instant fourth = later();
        server.execute(
                "time",
                "FLUSH BINARY LOGS",
                "FLUSH BINARY LOGS",
                "INSERT INTO t VALUES (4)",
                "FLUSH BINARY LOGS",
                "INSERT INTO t VALUES (5)");
        assertEquals(earliest(server), position(server, before));
        assertRows(server, second, 2);
        assertRows(server, fourth, 4);
        Instant future = Instant.now().plusSeconds(3_600);
        SourcePosition end = position(server, future);
        server.execute("time", "INSERT INTO t VALUES (6)");
        assertRows(server, end, 6);
        String current = StreamRun.endOfBinlog(server).file();
        BinlogPurge.to(server, current);
        MillraceException purged = assertThrows(MillraceException.class, () -> position(server, second));
        assertEquals(ErrorCode.SOURCE_POSITION_PURGED, purged.code(), purged.display());
        assertTrue(purged.getMessage().contains("since="), purged.getMessage());
    }

    /** A moment that lies a whole second behind all that was committed so far, and before all that follows. */
    private static Instant later() {
        pause();
        Instant moment = Instant.ofEpochSecond(Instant.now().getEpochSecond());
        pause();
        return moment.plusSeconds(1);
    }

    private static void pause() {
        try {
            Thread.sleep(PAST_A_SECOND_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SourcePosition position(Server server, Instant time) {
        try (Source source = TestSource.open(server)) {
            return source.positionAt(time);
        }
    }

    private static SourcePosition earliest(Server server) {
        try (Source source = TestSource.open(server)) {
            return source.earliestPosition();
        }
    }

    private static void assertRows(Server server, Instant time, int first) {
        assertRows(server, position(server, time), first);
    }

    /** From the place on come the rows from that one to the last. */
    private static void assertRows(Server server, SourcePosition position, int first) {
        RecordingSink sink = new RecordingSink(position);
        int last = Integer.parseInt(StreamRun.value(server, "SELECT MAX(id) FROM time.t"));
        try (StreamRun run = StreamRun.of(server, "time", sink)) {
            run.await(() -> sink.rows().size() >= last - first + 1);
        }
        List<String> expected =
                IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
        assertEquals(
                expected,
                sink.rows().stream().map(row -> row.after().get(0)).toList(),
                server + ", position=" + position);
    }
}
