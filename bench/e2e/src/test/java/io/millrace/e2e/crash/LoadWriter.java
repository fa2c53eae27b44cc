package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of several sessions that change all of {@link LoadTables} at once, each row a thing of all of them, a few of them much more than the
 * others: new rows, updates, deletes and changes of keys, some transactions undone. One that lingers keeps its transactions open for up
 * to two seconds. What locks forbid is given up. Confined to its thread, but for {@link #stop} and {@link #committed}.
 */
final class LoadWriter implements Runnable {
    private static final List<LoadTables> TABLES = List.of(LoadTables.values());
    private static final int HOT = 6;
    private static final int LINGER_MILLIS = 2_000;

    /** Deadlocks, keys that are there, and PostgreSQL's time-outs of locks. */
    private static final Set<String> GIVEN_UP = Set.of("40001", "40P01", "55P03", "23000", "23505");

    /** MySQL's and MariaDB's, whose state says nothing. */
    private static final int LOCK_WAIT_TIMEOUT = 1205;

    private final LoadSource source;
    private final SplittableRandom random;
    private final boolean lingers;
    private final AtomicLong numbers;
    private final AtomicLong committed = new AtomicLong();
    private volatile boolean isStopped;
    private volatile SQLException failure;

    LoadWriter(LoadSource source, long seed, boolean lingers, AtomicLong numbers) {
        this.source = source;
        this.lingers = lingers;
        this.numbers = numbers;
        random = new SplittableRandom(seed);
    }

    void stop() {
        isStopped = true;
    }

    /** Transactions; throws what ended it. */
    long committed() throws SQLException {
        if (failure != null) {
            throw failure;
        }
        return committed.get();
    }

    @Override
    public void run() {
        try (Connection connection = source.connect();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isStopped) {
                transaction(connection, sql);
            }
        } catch (SQLException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void transaction(Connection connection, Statement sql) throws SQLException, InterruptedException {
        try {
            for (int i = random.nextInt(lingers ? 30 : 12); i >= 0; i--) {
                sql.executeUpdate(change());
            }
            if (lingers) {
                Thread.sleep(random.nextInt(LINGER_MILLIS));
            }
            if (random.nextInt(12) == 0) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            if (!GIVEN_UP.contains(e.getSQLState()) && e.getErrorCode() != LOCK_WAIT_TIMEOUT) {
                throw e;
            }
            connection.rollback();
        }
    }

    private String change() {
        LoadTables table = TABLES.get(random.nextInt(TABLES.size()));
        boolean isPostgres = source.kind().isPostgres;
        long of = anyOf(table);
        long n = numbers.incrementAndGet();
        return switch (random.nextInt(6)) {
            case 0 -> "INSERT INTO " + table.table() + " VALUES " + table.row(of, n, isPostgres);
            case 1 -> "DELETE FROM " + table.table() + table.where(of, isPostgres);
            case 2 -> table.move(of, anyOf(table), n, isPostgres);
            default -> table.update(of, n, random.nextInt(5) == 0, isPostgres);
        };
    }

    /** Half as many again as there are at first; those that linger leave the hot ones alone, for which all others would wait. */
    private long anyOf(LoadTables table) {
        return !lingers && random.nextInt(4) == 0
                ? random.nextInt(HOT) * (table.rows / HOT)
                : random.nextInt(table.rows + table.rows / 2);
    }
}
