package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that break in every way, servers that are not the same any more, and users that may not. */
abstract class BinlogFailureContract {
    private static final int TRANSACTIONS = 60;

    private Server server;
    private String database;
    private RecordingSink sink;

    abstract Server server();

    /** A server of the test's own, whose binlog it may reset. */
    abstract Server freshServer();

    @BeforeEach
    void makeTable() {
        use(server());
    }

    private void use(Server next) {
        server = next;
        database = server.freshDatabase("failure");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, v varchar(5000))");
        sink = new RecordingSink(StreamRun.now(server));
    }

    private void write(int from, int until) {
        List<String> statements = new ArrayList<>();
        for (int i = from; i < until; i++) {
            statements.add("INSERT INTO t VALUES (" + 3 * i + ", repeat('a', " + (i * 37 % 5000) + ")), (" + (3 * i + 1)
                    + ", 'b'), (" + (3 * i + 2) + ", NULL)");
        }
        server.execute(database, statements.toArray(String[]::new));
    }

    private void assertAllOnce(int count) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 3 * count; i++) {
            expected.add(Integer.toString(i));
        }
        assertEquals(
                expected, sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    /** Runs until the sink has everything, again after each failure that a retry answers; returns the failures. */
    private List<MillraceException> runThrough(FaultProxy proxy, TlsMode tls) {
        List<MillraceException> failures = new ArrayList<>();
        while (true) {
            BinlogReader reader = StreamRun.reader(
                    StreamRun.dataSource(server, proxy.host(), proxy.port(), tls), database, 4_000_000_001L);
            try (StreamRun run = new StreamRun(reader, sink)) {
                run.awaitCaughtUp(server);
                return failures;
            } catch (MillraceException e) {
                assertEquals(Retry.BACKOFF, e.code().retry(), e.display());
                failures.add(e);
                assertTrue(failures.size() < 200, e.display());
                sink.endStream();
            }
        }
    }

    @Test
    void shouldLoseAndRepeatNothingWhenCutAnywhere() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        write(0, TRANSACTIONS);
        try (FaultProxy proxy = FaultProxy.to(server)) {
            int failures = 0;
            for (int i = 0; i < 25; i++) {
                proxy.cutAfter(Direction.TO_CLIENT, random.nextInt(60_000));
                failures += runThrough(proxy, i % 3 == 0 ? TlsMode.REQUIRED : TlsMode.DISABLED)
                        .size();
                if (i == 12) {
                    write(TRANSACTIONS, 2 * TRANSACTIONS);
                }
            }
            runThrough(proxy, TlsMode.DISABLED);
            assertTrue(failures > 0, "no cut hit");
        }
        assertAllOnce(2 * TRANSACTIONS);
    }

    @Test
    void shouldNoticeWhenAByteIsDamaged() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        write(0, TRANSACTIONS);
        try (FaultProxy proxy = FaultProxy.to(server)) {
            BinlogReader reader = StreamRun.reader(
                    StreamRun.dataSource(server, proxy.host(), proxy.port(), TlsMode.DISABLED), database);
            try (StreamRun run = new StreamRun(reader, sink)) {
                run.awaitCaughtUp(server);
                proxy.corruptAfter(Direction.TO_CLIENT, 500 + random.nextInt(20_000), 1 << random.nextInt(8));
                write(TRANSACTIONS, 2 * TRANSACTIONS);
                MillraceException failure = run.awaitFailure();
                assertEquals(Retry.BACKOFF, failure.code().retry(), failure.display());
            }
            sink.endStream();
            runThrough(proxy, TlsMode.DISABLED);
        }
        assertAllOnce(2 * TRANSACTIONS);
    }

    @Test
    void shouldGiveUpWhenTheServerIsSilent() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            BinlogReader reader = StreamRun.reader(
                    StreamRun.dataSource(server, proxy.host(), proxy.port(), TlsMode.DISABLED), database);
            try (StreamRun run = new StreamRun(reader, sink)) {
                write(0, 1);
                run.awaitCaughtUp(server);
                proxy.hold();
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, failure.code());
                assertTrue(failure.getMessage().contains("silent"), failure.getMessage());
            }
        }
    }

    @Test
    void shouldReturnWhenStopped() {
        StreamRun run = StreamRun.of(server, database, sink);
        write(0, 1);
        run.awaitCaughtUp(server);
        run.close();
        assertTrue(run.isEnded());
    }

    @Test
    void shouldNameTheCollisionWhenTwoReadersHaveOneServerId() {
        long serverId = 4_000_000_002L;
        try (StreamRun first = new StreamRun(
                StreamRun.reader(StreamRun.dataSource(server, TlsMode.DISABLED), database, serverId), sink)) {
            write(0, 1);
            first.awaitCaughtUp(server);
            RecordingSink other = new RecordingSink(StreamRun.now(server));
            try (StreamRun second = new StreamRun(
                    StreamRun.reader(StreamRun.dataSource(server, TlsMode.DISABLED), database, serverId), other)) {
                write(1, 2);
                second.awaitCaughtUp(server);
                MillraceException failure = first.awaitFailure();
                assertEquals(ErrorCode.SOURCE_SERVER_ID_TAKEN, failure.code(), failure.display());
            }
        }
    }

    @Test
    void shouldSayWhoWasRefusedWhenThePasswordIsWrong() {
        MillraceException failure =
                failureOf(StreamRun.withLogin(StreamRun.dataSource(server, TlsMode.REQUIRED), "root", "wrong-canary"));
        assertEquals(ErrorCode.SOURCE_LOGIN_REFUSED, failure.code(), failure.display());
        assertTrue(!failure.getMessage().contains("canary"), failure.getMessage());
    }

    @Test
    void shouldNameThePrivilegeWhenItIsMissing() {
        server.execute(null, "CREATE USER " + database + "_u IDENTIFIED BY 'Mill.race-2'");
        MillraceException failure = failureOf(
                StreamRun.withLogin(StreamRun.dataSource(server, TlsMode.PREFERRED), database + "_u", "Mill.race-2"));
        assertEquals(ErrorCode.SOURCE_PRIVILEGE, failure.code(), failure.display());
        assertTrue(failure.getMessage().contains("REPLICATION SLAVE"), failure.getMessage());
    }

    @Test
    void shouldSayUnreachableWhenNobodyListens() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            proxy.refuse();
            MillraceException failure =
                    failureOf(StreamRun.dataSource(server, proxy.host(), proxy.port(), TlsMode.DISABLED));
            assertEquals(ErrorCode.SOURCE_UNREACHABLE, failure.code(), failure.display());
        }
    }

    private MillraceException failureOf(io.millrace.datasource.DataSource dataSource) {
        try (StreamRun run = new StreamRun(StreamRun.reader(dataSource, database), sink)) {
            return run.awaitFailure();
        }
    }

    @Test
    void shouldStopWhenTransactionsWereIssuedAgain() {
        assertStopsWhenIssuedAgain("SELECT 1");
    }

    /** @param issuedBy a statement before those that have the numbers again */
    final void assertStopsWhenIssuedAgain(String issuedBy) {
        try (Server own = freshServer()) {
            use(own);
            StreamRun.resetBinlogs(own);
            sink = new RecordingSink(SourcePosition.parse(emptyPosition()));
            own.execute(database, "INSERT INTO t VALUES (1, 'a')", "INSERT INTO t VALUES (2, 'b')");
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                run.awaitCaughtUp(own);
            }
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                own.execute(database, "INSERT INTO t VALUES (3, 'c')");
                run.awaitCaughtUp(own);
            }
            assertEquals(3, sink.rows().size());
            sleepPastASecond();
            StreamRun.resetBinlogs(own);
            own.execute(
                    database,
                    issuedBy,
                    "INSERT INTO t VALUES (4, 'd')",
                    "INSERT INTO t VALUES (5, 'e')",
                    "INSERT INTO t VALUES (6, 'f')",
                    "INSERT INTO t VALUES (7, 'g')");
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                assertEquals(ErrorCode.SOURCE_IDENTITY, run.awaitFailure().code());
            }
            assertEquals(3, sink.rows().size());
        }
    }

    abstract String emptyPosition();

    /** MariaDB's proof has whole seconds. */
    private static void sleepPastASecond() {
        try {
            Thread.sleep(1100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldNameWhatIsMissingWhenPurged() {
        try (Server own = freshServer()) {
            use(own);
            SourcePosition before = StreamRun.now(own);
            write(0, 3);
            own.execute(null, "FLUSH BINARY LOGS");
            write(3, 4);
            BinlogPurge.to(own, StreamRun.endOfBinlog(own).file());
            sink = new RecordingSink(before);
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.SOURCE_POSITION_PURGED, failure.code(), failure.display());
                assertTrue(
                        failure.getMessage()
                                .matches(".* missing=gtid:.*, oldest=binlog\\.\\d+, since=\\d{4}-\\d\\d-\\d\\dT.*Z"),
                        failure.getMessage());
                assertTrue(failure.getMessage().contains(firstMissing(before)), failure.getMessage());
            }
        }
    }

    /** How the error begins to name what was committed behind a position. */
    abstract String firstMissing(SourcePosition position);

    @Test
    void shouldStopWhenTheBinlogsAreResetUnderTheStream() {
        try (Server own = freshServer()) {
            use(own);
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                write(0, 5);
                run.awaitCaughtUp(own);
                StreamRun.resetBinlogs(own);
                write(5, 6);
                // A server may say nothing of it to who is connected, and go on with heartbeats.
                run.awaitFailure();
                sink.endStream();
            }
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.SOURCE_IDENTITY, failure.code(), failure.display());
            }
            assertAllOnce(5);
        }
    }

    @Test
    void shouldStopWhenTheServerIsAForeignOne() {
        sink = new RecordingSink(SourcePosition.parse(foreignPosition()));
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.SOURCE_IDENTITY, failure.code(), failure.display());
        }
    }

    abstract String foreignPosition();

    /** EXACTNESS 9, 34: a server may have been set back to an earlier state, by a restored backup or a lost crash. */
    @Test
    void shouldStopWhenTheServerWasSetBack() {
        try (Server own = freshServer()) {
            use(own);
            StreamRun.resetBinlogs(own);
            sink = new RecordingSink(SourcePosition.parse(emptyPosition()));
            write(0, 3);
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                run.awaitCaughtUp(own);
            }
            StreamRun.resetBinlogs(own);
            write(3, 4);
            try (StreamRun run = StreamRun.of(own, database, sink)) {
                MillraceException failure = run.awaitFailure();
                assertEquals(ErrorCode.SOURCE_IDENTITY, failure.code(), failure.display());
            }
            assertAllOnce(3);
        }
    }

    @Test
    void shouldGoOnByGtidWhenStartedByFileAndOffset() {
        write(0, 1);
        server.execute(null, "FLUSH BINARY LOGS");
        write(1, 2);
        BinlogPosition start = StreamRun.endOfBinlog(server);
        write(2, 3);
        sink = new RecordingSink(start);
        try (StreamRun run = StreamRun.of(server, database, sink)) {
            run.awaitCaughtUp(server);
        }
        assertEquals(
                List.of("6", "7", "8"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
        assertEquals(StreamRun.now(server).text(), sink.position().text());
    }
}
