package io.millrace.e2e.rates;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Writes small transactions at a steady rate, from some connections; late ones are made up for at once. */
final class ClockWriter implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LatencyArguments asked;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicReference<SQLException> failure = new AtomicReference<>();
    private final LatencyCounts statements;
    private volatile boolean isStopped;

    /** @param statements how long each took, its commit included */
    ClockWriter(SourceSide source, LatencyArguments asked, LatencyCounts statements) {
        this.statements = statements;
        this.asked = asked;
        for (int i = 0; i < asked.writers(); i++) {
            connections.add(source.connect());
        }
    }

    /** Writes one row now. */
    void writeOne() throws SQLException {
        try (Statement statement = connections.get(0).createStatement()) {
            statement.execute(ClockTable.insert(rows.incrementAndGet(), 1, new SplittableRandom(0)));
        }
    }

    void start() {
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            int seed = i;
            Thread thread = new Thread(() -> run(connection, new SplittableRandom(seed)), "writer-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(Connection connection, SplittableRandom random) {
        long interval = TimeUnit.SECONDS.toNanos(1) * asked.transaction() * asked.writers() / asked.rate();
        long next = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            while (!isStopped) {
                long first = rows.getAndAdd(asked.transaction()) + 1;
                String insert = ClockTable.insert(first, asked.transaction(), random);
                long begun = System.nanoTime();
                statement.execute(insert);
                statements.add(System.nanoTime() - begun);
                next += interval;
                long wait = next - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
        }
    }

    void stop() throws InterruptedException, SQLException {
        isStopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /** Rows that were begun; all are committed once it has stopped. */
    long written() {
        return rows.get();
    }

    @Override
    public void close() throws SQLException {
        isStopped = true;
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
