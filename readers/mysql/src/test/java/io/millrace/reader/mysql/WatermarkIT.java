package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.CollectedRows;
import io.millrace.reader.Source;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.SemiSync;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * EXACTNESS 33: a snapshot holds every transaction of its watermark, whatever is being committed meanwhile. What belongs to
 * which transaction is taken from the binlog afterwards.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class WatermarkIT {
    private static final int WRITERS = 10;
    private static final long NANOS_OF_WRITING = 3_000_000_000L;
    private static final long ROTATION_MILLIS = 40;

    private record Snapshot(SourcePosition watermark, BitSet rows) {}

    @Test
    void shouldSeeWholeWatermarkWhenMySqlHasGtids(MySqlServer server) throws Exception {
        assertWatermarksAreVisible(server, false);
    }

    @Test
    void shouldSeeWholeWatermarkWhenMariaDbSyncsItsBinlog() throws Exception {
        try (MariaDbServer server =
                MariaDbServer.builder().set("sync_binlog", 1).start()) {
            assertWatermarksAreVisible(server, false);
        }
    }

    @Test
    void shouldSeeWholeWatermarkWhenMySqlHasNoGtidsAndRotates() throws Exception {
        try (MySqlServer server = MySqlServer.builder()
                .unset("gtid_mode")
                .unset("enforce_gtid_consistency")
                .start()) {
            assertWatermarksAreVisible(server, true);
        }
    }

    @Test
    void shouldSeeWholeWatermarkWhenMySqlWaitsForAReplica() throws Exception {
        try (SemiSync pair = SemiSync.mySql()) {
            assertWatermarksAreVisibleBesideWaitingCommits(pair);
        }
    }

    @Test
    void shouldSeeWholeWatermarkWhenMariaDbWaitsForAReplica() throws Exception {
        try (SemiSync pair = SemiSync.mariaDb()) {
            assertWatermarksAreVisibleBesideWaitingCommits(pair);
        }
    }

    /** What waits stands in the binlog, and no snapshot shows it. */
    private static void assertWatermarksAreVisibleBesideWaitingCommits(SemiSync pair) throws Exception {
        pair.delay(Duration.ofMillis(30));
        long before = pair.acknowledged();
        assertWatermarksAreVisible(pair.source(), false);
        assertTrue(pair.acknowledged() > before + 50, "commits wait: acknowledged=" + pair.acknowledged());
    }

    private static void assertWatermarksAreVisible(Server server, boolean rotates) throws Exception {
        String database = server.freshDatabase("watermark");
        server.execute(database, "CREATE TABLE w (id int PRIMARY KEY, v varchar(100)) CHARACTER SET utf8mb4");
        TableSchema table = TestSource.schema(server, database, "w");
        try (Source source = TestSource.open(server)) {
            SourcePosition start = source.committedPosition();
            AtomicInteger rows = new AtomicInteger();
            List<Snapshot> snapshots = snapshotsWhileWriting(server, source, table, rows, rotates);
            RecordingSink sink = new RecordingSink(start);
            try (StreamRun run = StreamRun.of(server, database, sink)) {
                run.await(() -> sink.rows().size() >= rows.get());
            }
            assertEquals(rows.get(), sink.rows().size());
            int proven = snapshots.stream()
                    .mapToInt(snapshot -> assertVisible(snapshot, sink))
                    .sum();
            assertTrue(proven > 0, "no watermark held anything: snapshots=" + snapshots.size());
        }
    }

    /** How many transactions the watermark holds, all of which must be in the snapshot. */
    private static int assertVisible(Snapshot snapshot, RecordingSink sink) {
        List<TransactionId> ids = sink.ids();
        List<List<RecordingSink.Row>> transactions = sink.transactions();
        int contained = 0;
        for (int i = 0; i < ids.size(); i++) {
            if (snapshot.watermark().contains(ids.get(i))) {
                contained++;
                for (RecordingSink.Row row : transactions.get(i)) {
                    int id = Integer.parseInt(row.after().get(0));
                    assertTrue(
                            snapshot.rows().get(id),
                            "row of the watermark is not in the snapshot: id=" + id + ", watermark="
                                    + snapshot.watermark());
                }
            }
        }
        return contained;
    }

    private static List<Snapshot> snapshotsWhileWriting(
            Server server, Source source, TableSchema table, AtomicInteger rows, boolean rotates)
            throws InterruptedException, ExecutionException {
        List<Snapshot> snapshots = new ArrayList<>();
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            running.add(threads.submit(() -> write(server, table.table().namespace(), rows, isOver)));
        }
        if (rotates) {
            running.add(threads.submit(() -> rotate(server, isOver)));
        }
        try (ChunkReader chunks = source.chunks()) {
            long end = System.nanoTime() + NANOS_OF_WRITING;
            for (int i = 0; System.nanoTime() < end; i++) {
                // Every so often the place where a load would begin, which any later snapshot must hold too.
                SourcePosition load = i % 16 == 0 ? source.loadPosition() : null;
                SourcePosition watermark = chunks.begin();
                CollectedRows seen = new CollectedRows(table, ImageText::of);
                chunks.read(table, Optional.empty(), Optional.empty(), seen);
                chunks.end();
                BitSet ids = new BitSet();
                seen.rows().forEach(row -> ids.set(Integer.parseInt(row.get(0))));
                snapshots.add(new Snapshot(watermark, ids));
                if (load != null) {
                    snapshots.add(new Snapshot(load, ids));
                }
            }
        } finally {
            isOver.set(true);
            threads.shutdown();
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        return snapshots;
    }

    private static Void write(Server server, String database, AtomicInteger rows, AtomicBoolean isOver)
            throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            while (!isOver.get()) {
                statement.execute("INSERT INTO w VALUES (" + rows.incrementAndGet() + ", REPEAT('x', 50))");
            }
        }
        return null;
    }

    private static Void rotate(Server server, AtomicBoolean isOver) throws InterruptedException {
        while (!isOver.get()) {
            server.execute(null, "FLUSH BINARY LOGS");
            Thread.sleep(ROTATION_MILLIS);
        }
        return null;
    }
}
