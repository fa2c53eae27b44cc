package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A task that goes on at another server: at a replica that was promoted, and not at one that lacks something or is foreign. */
class FailoverIT {
    @Test
    void shouldGoOnAtThePromotedReplicaWhenServersAreMySql() {
        try (ReplicaPair pair = ReplicaPair.ofMySql()) {
            assertGoesOn(pair, Servers.mysql());
        }
    }

    @Test
    void shouldGoOnAtThePromotedReplicaWhenServersAreMariaDb() {
        try (ReplicaPair pair = ReplicaPair.ofMariaDb()) {
            assertGoesOn(pair, Servers.mariadb());
        }
    }

    private static void assertGoesOn(ReplicaPair pair, Server foreign) {
        Server source = pair.source();
        Server replica = pair.replica();
        source.execute(null, "CREATE DATABASE failover");
        source.execute("failover", "CREATE TABLE t (id int PRIMARY KEY)");
        RecordingSink sink = new RecordingSink(StreamRun.now(source));
        source.execute("failover", "INSERT INTO t VALUES (1)");
        try (StreamRun run = StreamRun.of(source, "failover", sink)) {
            source.execute("failover", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            run.awaitCaughtUp(source);
        }
        pair.awaitReplica();
        // Its last transaction is asked for again there, and is the same (EXACTNESS 9).
        assertSharesHistory(source, replica, sink.position());
        pair.promote();
        replica.execute("failover", "INSERT INTO t VALUES (4)", "INSERT INTO t VALUES (5)");
        for (int i = 0; i < 2; i++) { // the second time the last one is the replica's own
            try (StreamRun run = StreamRun.of(replica, "failover", sink)) {
                replica.execute("failover", "INSERT INTO t VALUES (" + (6 + i) + ")");
                run.awaitCaughtUp(replica);
            }
        }
        assertIds(7, sink);
        assertStopsAt(source, sink, "lacks what was committed at its replica since");
        assertStopsAt(foreign, sink, "foreign");
        assertForeign(foreign, sink.position());
        assertIds(7, sink);
        // Back to the replica all the same.
        try (StreamRun run = StreamRun.of(replica, "failover", sink)) {
            run.awaitCaughtUp(replica);
        }
    }

    /** What the reader has seen and the replica has not is lost there; to go on would hide it. */
    @Test
    void shouldStopWhenTheReplicaLacksWhatWasReadAndServersAreMySql() {
        try (ReplicaPair pair = ReplicaPair.ofMySql()) {
            assertStopsAtReplicaThatLacks(pair);
        }
    }

    @Test
    void shouldStopWhenTheReplicaLacksWhatWasReadAndServersAreMariaDb() {
        try (ReplicaPair pair = ReplicaPair.ofMariaDb()) {
            assertStopsAtReplicaThatLacks(pair);
        }
    }

    private static void assertStopsAtReplicaThatLacks(ReplicaPair pair) {
        pair.source().execute(null, "CREATE DATABASE failover");
        pair.source().execute("failover", "CREATE TABLE t (id int PRIMARY KEY)");
        RecordingSink sink = new RecordingSink(StreamRun.now(pair.source()));
        pair.source().execute("failover", "INSERT INTO t VALUES (1)");
        pair.awaitReplica();
        pair.promote();
        pair.source().execute("failover", "INSERT INTO t VALUES (2)");
        try (StreamRun run = StreamRun.of(pair.source(), "failover", sink)) {
            run.awaitCaughtUp(pair.source());
        }
        pair.replica().execute("failover", "INSERT INTO t VALUES (3)");
        assertStopsAt(pair.replica(), sink, "lacks what the reader has seen");
        assertForeign(pair.replica(), sink.position());
        assertIds(2, sink);
    }

    private static void assertStopsAt(Server server, RecordingSink sink, String why) {
        try (StreamRun run = StreamRun.of(server, "failover", sink)) {
            MillraceException failure = run.awaitFailure();
            assertEquals(ErrorCode.SOURCE_IDENTITY, failure.code(), why + ": " + failure.display());
        }
    }

    private static void assertSharesHistory(Server one, Server other, SourcePosition position) {
        try (Source first = TestSource.open(one);
                Source second = TestSource.open(other)) {
            assertNotEquals(first.identity(), second.identity());
            assertTrue(first.holds(position));
            assertTrue(second.holds(position));
            assertFalse(second.holds(SourcePosition.parse("gtid:")));
            assertFalse(second.holds(SourcePosition.parse("binlog:binlog.000001:4")));
        }
    }

    private static void assertForeign(Server server, SourcePosition position) {
        try (Source source = TestSource.open(server)) {
            assertFalse(source.holds(position));
        }
    }

    private static void assertIds(int count, RecordingSink sink) {
        List<String> expected =
                IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
        assertEquals(
                expected, sink.rows().stream().map(row -> row.after().get(0)).toList());
    }
}
