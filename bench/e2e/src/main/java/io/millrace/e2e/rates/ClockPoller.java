package io.millrace.e2e.rates;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at the target about every millisecond for rows that it has not seen. Lanes commit by themselves, so rows come out of order:
 * it asks for all behind the last key up to which there is no gap.
 */
final class ClockPoller implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final String SEEN_TABLE = "SELECT count(*) FROM pg_class WHERE relname = '" + ClockTable.NAME + "'";

    private final Connection connection;
    private final LatencyCounts counts;
    private final AtomicLong gapless = new AtomicLong();
    private final AtomicReference<SQLException> failure = new AtomicReference<>();
    private BitSet seenBehind = new BitSet();
    private volatile boolean isStopped;

    ClockPoller(Connection connection, LatencyCounts counts) {
        this.connection = connection;
        this.counts = counts;
    }

    /** Waits until the task has made its table, and until a row that is written then has come. */
    void awaitFirst(ClockWriter writer) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (number(SEEN_TABLE) == 0) {
            pause(deadline);
        }
        writer.writeOne();
        while (number("SELECT count(*) FROM " + ClockTable.NAME) == 0) {
            pause(deadline);
        }
    }

    private static void pause(long deadline) throws InterruptedException {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("nothing comes to the target");
        }
        Thread.sleep(20);
    }

    private long number(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    void start() {
        new Thread(this::run, "poller").start();
    }

    private void run() {
        try (Statement session = connection.createStatement();
                PreparedStatement query =
                        connection.prepareStatement("SELECT id, sent FROM " + ClockTable.NAME + " WHERE id > ?")) {
            // A plan for any key reads a third of the table, and that would be what is measured.
            session.execute("SET enable_seqscan = off");
            session.execute("SET enable_bitmapscan = off");
            while (!isStopped) {
                look(query);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            if (!isStopped) {
                failure.set(e);
            }
        }
    }

    private void look(PreparedStatement query) throws SQLException {
        long base = gapless.get();
        query.setLong(1, base);
        try (ResultSet rows = query.executeQuery()) {
            long now = System.nanoTime();
            while (rows.next()) {
                int distance = (int) (rows.getLong(1) - base - 1);
                if (!seenBehind.get(distance)) {
                    seenBehind.set(distance);
                    counts.add(now - rows.getLong(2));
                }
            }
        }
        int gap = seenBehind.nextClearBit(0);
        seenBehind = seenBehind.get(gap, Math.max(gap, seenBehind.length()));
        gapless.set(base + gap);
    }

    /** Waits until every row up to a key was seen. */
    void awaitAll(long id) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (gapless.get() < id) {
            if (failure.get() != null) {
                throw failure.get();
            }
            pause(deadline);
        }
    }

    @Override
    public void close() throws SQLException {
        isStopped = true;
        connection.close();
    }
}
