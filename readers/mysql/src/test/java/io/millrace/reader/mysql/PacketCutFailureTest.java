package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.position.SourcePosition;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.ProxiedConnection;
import io.millrace.servers.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cuts at every kind of place in the bytes of a connection: computed from the bytes of a first run, each followed by a connection that
 * is not cut, with nothing lost and nothing repeated. In CI a cut in each kind of packet; {@code -Dmillrace.cuts=all} cuts in every
 * packet.
 */
class PacketCutFailureTest {
    private static final int HEADER = 4;
    private static final int MAX_PAYLOAD = 0xFF_FFFF;
    private static final int TLS_HEADER = 5;
    private static final boolean IS_FULL = "all".equals(System.getProperty("millrace.cuts"));
    private static final int BIG = 17 << 20;
    /** The last packets of a run, and every which of the others is cut. */
    private static final int EVENTS = 20;

    private static final int EVERY = 97;

    @Test
    void shouldLoseAndRepeatNothingWhenCutInAnyPacketOfMySql() {
        assertSurvives(mysql(), TlsMode.DISABLED, false);
    }

    @Test
    @Tag("full")
    void shouldLoseAndRepeatNothingWhenCutInAnyPacketOfMariaDb() {
        assertSurvives(mariaDb(), TlsMode.DISABLED, false);
    }

    @Test
    void shouldLoseAndRepeatNothingWhenCutInAnyRecordOfTls() {
        assertSurvives(mysql(), TlsMode.REQUIRED, false);
    }

    @Test
    void shouldLoseAndRepeatNothingWhenCutInASplitPacketOfMySql() {
        assertSurvives(mysql(), TlsMode.DISABLED, true);
    }

    @Tag("full")
    @Test
    void shouldLoseAndRepeatNothingWhenCutInASplitPacketOfMariaDb() {
        assertSurvives(mariaDb(), TlsMode.DISABLED, true);
    }

    private static Server mysql() {
        return MySqlServer.builder().set("max_allowed_packet", "64M").shared();
    }

    private static Server mariaDb() {
        return MariaDbServer.builder().set("max_allowed_packet", "64M").shared();
    }

    private static void assertSurvives(Server server, TlsMode tls, boolean isBig) {
        String database = server.freshDatabase("cut");
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, v longtext CHARACTER SET latin1)");
        SourcePosition start = StreamRun.now(server);
        server.execute(
                database,
                "INSERT INTO t VALUES (0, 'a')",
                isBig
                        ? "INSERT INTO t VALUES (1, REPEAT('b', " + BIG + "))"
                        : "INSERT INTO t VALUES (1, REPEAT('b', 9000))",
                "UPDATE t SET v = 'c' WHERE id = 0",
                "INSERT INTO t VALUES (2, NULL)");
        try (FaultProxy proxy = FaultProxy.to(server)) {
            byte[] bytes = recorded(server, proxy, database, tls, start);
            TreeSet<Long> cuts = tls == TlsMode.DISABLED ? packetCuts(bytes, isBig) : recordCuts(bytes);
            assertTrue(cuts.size() >= 10, "cuts=" + cuts);
            int hits = 0;
            for (long cut : cuts) {
                hits += cutAt(server, proxy, database, tls, start, cut) ? 1 : 0;
            }
            // A number in the prelude may be a byte shorter than in the first run, so that the last cuts come too late.
            assertTrue(hits >= cuts.size() - 3, "hits=" + hits + ", cuts=" + cuts);
        }
    }

    private static byte[] recorded(
            Server server, FaultProxy proxy, String database, TlsMode tls, SourcePosition start) {
        AtomicReference<ProxiedConnection> first = new AtomicReference<>();
        proxy.onConnect(connection -> {
            first.set(connection);
            connection.record(Direction.TO_CLIENT);
        });
        RecordingSink sink = new RecordingSink(start);
        try (StreamRun run = run(server, proxy, database, tls, sink)) {
            run.awaitCaughtUp(server);
        }
        assertAllOnce(sink);
        return first.get().recorded(Direction.TO_CLIENT);
    }

    /** Whether the cut came before the end. */
    private static boolean cutAt(
            Server server, FaultProxy proxy, String database, TlsMode tls, SourcePosition start, long cut) {
        proxy.onConnect(connection -> {
            connection.cutAfter(Direction.TO_CLIENT, cut);
            proxy.onConnect(next -> {});
        });
        RecordingSink sink = new RecordingSink(start);
        boolean isHit = false;
        for (int i = 0; i < 2; i++) {
            try (StreamRun run = run(server, proxy, database, tls, sink)) {
                run.awaitCaughtUp(server);
                break;
            } catch (MillraceException e) {
                assertEquals(Retry.BACKOFF, e.code().retry(), "cut=" + cut + ": " + e.display());
                isHit = true;
                sink.endStream();
            }
        }
        assertAllOnce(sink);
        return isHit;
    }

    private static StreamRun run(Server server, FaultProxy proxy, String database, TlsMode tls, RecordingSink sink) {
        return new StreamRun(
                StreamRun.reader(
                        StreamRun.dataSource(server, proxy.host(), proxy.port(), tls), database, 4_000_000_003L),
                sink);
    }

    private static void assertAllOnce(RecordingSink sink) {
        assertEquals(
                List.of("0", "1", "0", "2"),
                sink.rows().stream().map(row -> row.after().get(0)).toList());
    }

    /** Before a packet, in its header, behind it, behind the first byte, in the event's header, in the middle, before the end. */
    private static List<Long> kinds(int at, int header, int length) {
        return List.of(
                (long) at,
                (long) at + 1,
                (long) at + header - 1,
                (long) at + header,
                (long) at + header + Math.min(1, length),
                (long) at + header + Math.min(14, length),
                (long) at + header + length / 2,
                (long) at + header + length - 1);
    }

    /**
     * Of packets and records alike: all cuts in the first ones and in those that are split; of the last ones, which are the events,
     * one kind after the other; of what lies between, answers of many rows, a few.
     */
    private static TreeSet<Long> cuts(List<int[]> parts, int header, boolean isBig) {
        TreeSet<Long> cuts = new TreeSet<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Long> kinds = kinds(parts.get(i)[0], header, parts.get(i)[1]);
            boolean isOfSplit =
                    isBig && (parts.get(i)[1] == MAX_PAYLOAD || (i > 0 && parts.get(i - 1)[1] == MAX_PAYLOAD));
            boolean isTaken = i >= parts.size() - EVENTS || i % EVERY == 0;
            if (IS_FULL || isOfSplit || (!isBig && i < 2)) {
                cuts.addAll(kinds);
            } else if (!isBig && isTaken) {
                cuts.add(kinds.get(i % kinds.size()));
            }
        }
        int[] last = parts.get(parts.size() - 1);
        cuts.remove(0L);
        cuts.removeIf(cut -> cut >= last[0] + header + last[1]);
        return cuts;
    }

    private static TreeSet<Long> packetCuts(byte[] bytes, boolean isBig) {
        List<int[]> parts = new ArrayList<>();
        for (int at = 0; at + HEADER <= bytes.length; ) {
            int length = (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
            parts.add(new int[] {at, length});
            at += HEADER + length;
        }
        return cuts(parts, HEADER, isBig);
    }

    /** The greeting is in clear; then come records of TLS: a type, a version, a length of two bytes. */
    private static TreeSet<Long> recordCuts(byte[] bytes) {
        List<int[]> parts = new ArrayList<>();
        for (int at = HEADER + (bytes[0] & 0xFF); at + TLS_HEADER <= bytes.length; ) {
            int length = (bytes[at + 3] & 0xFF) << 8 | (bytes[at + 4] & 0xFF);
            parts.add(new int[] {at, length});
            at += TLS_HEADER + length;
        }
        return cuts(parts, TLS_HEADER, false);
    }
}
