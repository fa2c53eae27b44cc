package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChunkReader;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.ServerKind;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The primary is killed, and its standby takes over: with the slot, without it, and without all that was read. */
@Timeout(180)
class PgOutputFailoverFailureTest {
    private static List<String> keys(RecordingSink sink) {
        return sink.rows().stream().map(row -> row.after().get(0)).toList();
    }

    private static List<String> numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList();
    }

    private static String insert(int from, int to) {
        return "INSERT INTO a SELECT generate_series(" + from + ", " + to + ")";
    }

    private static MillraceException failure(TestDatabase database, ChangeRequest request, SourcePosition position) {
        try (StreamRun run = StreamRun.resume(database, request, position)) {
            return run.awaitFailure();
        }
    }

    /** The slot on the standby lies behind what was read: what lies between is not sent twice. */
    @Test
    void shouldGoOnWhereItStoodWhenAStandbyWithTheSlotIsPromoted() {
        try (StandbyPair pair = StandbyPair.start(ServerKind.POSTGRES_18)) {
            pair.primary()
                    .execute(
                            null,
                            "ALTER SYSTEM SET synchronized_standby_slots = '" + StandbyPair.PHYSICAL_SLOT + "'",
                            "SELECT pg_reload_conf()");
            TestDatabase database = new TestDatabase(pair.primary());
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            ChangeRequest request = database.request();
            RecordingSink sink;
            try (StreamRun run = StreamRun.begin(database, request)) {
                sink = run.sink();
                database.execute(insert(1, 10));
                pair.awaitSynced(
                        database.slot(),
                        () -> run.reader().acknowledge(run.sink().position()));
                database.execute(insert(11, 20));
                run.awaitCaughtUp();
                database.execute(insert(21, 30));
                pair.awaitReplay();
                pair.primary().kill();
                assertEquals(
                        ErrorCode.SOURCE_CONNECTION_LOST, run.awaitFailure().code());
            }
            try (TestDatabase promoted = database.at(pair.standby())) {
                try (StreamRun early = StreamRun.reconnect(promoted, request, sink)) {
                    assertEquals(ErrorCode.SOURCE_BUSY, early.awaitFailure().code());
                }
                pair.promote();
                promoted.execute(insert(31, 40));
                try (StreamRun run = StreamRun.reconnect(promoted, request, sink)) {
                    promoted.execute(insert(41, 50));
                    run.awaitCaughtUp();
                    assertEquals(numbers(50), keys(sink));
                    assertEquals(2, ((PostgresPosition) sink.position()).timeline());
                }
                promoted.awaitInactive();
                PostgresPosition last = (PostgresPosition) sink.position();
                PostgresPosition foreign = new PostgresPosition(last.system() + 1, 1, last.lsn());
                assertEquals(
                        ErrorCode.SOURCE_IDENTITY,
                        failure(promoted, request, foreign).code());
            }
        }
    }

    /** A chunk showed rows that the standby never received, while the stream had not come so far. */
    private static void assertLoadIsRefused(PostgresSource source, ChangeRequest request, SourcePosition position) {
        MillraceException inStream = assertThrows(
                MillraceException.class, () -> source.changes(request).run(new RecordingSink(position)));
        assertEquals(ErrorCode.SOURCE_IDENTITY, inStream.code());
        assertTrue(inStream.getMessage().contains("was loaded from the old one"), inStream.getMessage());
        try (ChunkReader reader = source.chunks()) {
            assertEquals(
                    ErrorCode.SOURCE_IDENTITY,
                    assertThrows(MillraceException.class, reader::begin).code());
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenThePromotedStandbyLacksIt() {
        try (StandbyPair pair = StandbyPair.start(ServerKind.POSTGRES_18);
                FaultProxy address = FaultProxy.to(pair.primary())) {
            pair.keepSlotsApart();
            TestDatabase database = new TestDatabase(pair.primary());
            database.execute("CREATE TABLE a (id int PRIMARY KEY)");
            ChangeRequest request = database.request();
            PostgresSource loading = new PostgresSource(database.dataSource(address.host(), address.port()));
            SourcePosition common;
            PostgresPosition ahead;
            try (StreamRun run = StreamRun.begin(database, request)) {
                database.execute(insert(1, 10));
                run.awaitCaughtUp();
                common = run.sink().position();
                pair.awaitReplay();
                pair.cut();
                database.execute(insert(11, 20));
                run.awaitCaughtUp();
                ahead = (PostgresPosition) run.sink().position();
                try (ChunkReader reader = loading.chunks()) {
                    reader.begin();
                    reader.end();
                }
                pair.primary().kill();
                run.awaitFailure();
            }
            address.redirect(pair.standby().host(), pair.standby().port());
            pair.promote();
            try (TestDatabase promoted = database.at(pair.standby())) {
                assertLoadIsRefused(loading, request, common);
                MillraceException lacks = failure(promoted, request, ahead);
                assertEquals(ErrorCode.SOURCE_IDENTITY, lacks.code());
                assertTrue(
                        lacks.getMessage().contains("to=" + PostgresPosition.lsnText(ahead.lsn())), lacks.getMessage());
                MillraceException hasNoSlot = failure(promoted, request, common);
                assertEquals(ErrorCode.SOURCE_SLOT, hasNoSlot.code());
                assertTrue(hasNoSlot.getMessage().contains("not synchronized"), hasNoSlot.getMessage());
                promoted.execute(
                        insert(11, 12),
                        "SELECT pg_create_logical_replication_slot('" + promoted.slot() + "', 'pgoutput')");
                MillraceException isAhead = failure(promoted, request, common);
                assertEquals(ErrorCode.SOURCE_SLOT, isAhead.code());
                assertTrue(isAhead.getMessage().contains("ahead"), isAhead.getMessage());
            }
        }
    }

    /** What is read before and after is one stream, and each connect knows the timeline that it came to. */
    @Test
    void shouldGoOnWhenTheStandbyThatIsReadIsPromoted() {
        try (StandbyPair pair = StandbyPair.start(ServerKind.POSTGRES_16)) {
            TestDatabase database = new TestDatabase(pair.primary());
            ChangeRequest request = database.request();
            database.execute(
                    "CREATE TABLE a (id int PRIMARY KEY)",
                    "CREATE PUBLICATION " + database.slot()
                            + " FOR TABLE ONLY a WITH (publish_via_partition_root = true)");
            pair.awaitReplay();
            try (TestDatabase replica = database.at(pair.standby())) {
                RecordingSink sink;
                try (StreamRun run = pair.begin(replica, request)) {
                    sink = run.sink();
                    database.execute(insert(1, 10));
                    pair.awaitReplay();
                    run.awaitCaughtUp();
                    pair.primary().kill();
                    pair.promote();
                    replica.execute(insert(11, 20));
                    run.awaitCaughtUp();
                    run.await(() -> ((PostgresPosition) sink.position()).timeline() == 2);
                }
                replica.awaitInactive();
                replica.execute(insert(21, 30));
                try (StreamRun run = StreamRun.resume(replica, request, sink.position())) {
                    run.awaitCaughtUp();
                    assertEquals(numbers(20), keys(sink));
                    assertEquals(10, run.sink().rows().size());
                }
            }
        }
    }
}
