package io.millrace.e2e;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Measures how long a row takes from the source's commit until it is visible at the target: one thread commits a marker now and
 * then, another one looks for it at the target. Both use this process's own clock.
 */
final class MarkerProbe {
    private static final long SEND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ConcurrentMap<Long, Long> sent = new ConcurrentHashMap<>();
    private final Histogram micros = new Histogram(TimeUnit.HOURS.toMicros(1), 3);
    private volatile boolean isStopped;
    private long last;

    /** Commits markers until stopped. */
    void send(Connection source) throws SQLException {
        try (PreparedStatement insert = source.prepareStatement("INSERT INTO marker VALUES (?)")) {
            while (!isStopped) {
                last++;
                insert.setLong(1, last);
                insert.executeUpdate();
                sent.put(last, System.nanoTime());
                LockSupport.parkNanos(SEND_NANOS);
            }
        }
    }

    /** Looks for markers until stopped. */
    void receive(Connection target) throws SQLException {
        long seen = 0;
        try (PreparedStatement select =
                target.prepareStatement("SELECT id FROM " + Shop.DATABASE + ".marker WHERE id > ? ORDER BY id")) {
            while (!isStopped) {
                select.setLong(1, seen);
                try (ResultSet rows = select.executeQuery()) {
                    long now = System.nanoTime();
                    while (rows.next()) {
                        seen = rows.getLong(1);
                        record(seen, now);
                    }
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private synchronized void record(long marker, long nowNanos) {
        // A marker may be seen before its sender has noted the time: then it took no time that matters.
        Long at = sent.remove(marker);
        micros.recordValue(at == null ? 0 : Math.max(0, (nowNanos - at) / 1_000));
    }

    void stop() {
        isStopped = true;
    }

    synchronized long count() {
        return micros.getTotalCount();
    }

    synchronized double percentileMillis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1_000.0;
    }
}
