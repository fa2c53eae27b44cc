package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Seeded random transactions over a small bank: inserts, updates, deletes, key changes, rows of many kilobytes, savepoints and
 * rollbacks. {@code event} is insert-only, and each key is used once.
 *
 * <p>One thread runs it; {@link #stop} may be called from any.
 */
final class BankWorkload implements Runnable {
    static final String[] TABLES = {"account", "entry", "setting", "event"};

    private final Connection connection;
    private final SplittableRandom random;
    private final int accounts;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong committed = new AtomicLong();
    private long nextEvent;
    private long nextAccount;

    BankWorkload(Connection connection, long seed, int accounts) {
        this.connection = connection;
        this.random = new SplittableRandom(seed);
        this.accounts = accounts;
        nextAccount = accounts + 1L;
    }

    /** Names its new rows from here on: for a further workload over the same tables. */
    BankWorkload after(long key) {
        nextAccount = key;
        nextEvent = key;
        return this;
    }

    /** Makes the tables and fills {@code account}. The connection's database must be {@code bank}. */
    void create() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE account (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, owner VARCHAR(80) NOT NULL,"
                    + " balance DECIMAL(20,4) NOT NULL, opened DATETIME(6) NULL, touched TIMESTAMP(6) NULL,"
                    + " flags INT NULL, photo BLOB NULL) DEFAULT CHARSET=utf8mb4");
            sql.execute("CREATE TABLE entry (account BIGINT NOT NULL, line INT NOT NULL, amount DECIMAL(12,2) NULL,"
                    + " note TEXT NULL, PRIMARY KEY (account, line)) DEFAULT CHARSET=utf8mb4");
            sql.execute("CREATE TABLE setting (name VARCHAR(60) NOT NULL PRIMARY KEY, content LONGTEXT NULL)"
                    + " DEFAULT CHARSET=utf8mb4");
            sql.execute("CREATE TABLE event (id BIGINT NOT NULL PRIMARY KEY, kind ENUM('in','out','fee') NOT NULL,"
                    + " happened DATETIME(3) NOT NULL, detail VARCHAR(200) NULL) DEFAULT CHARSET=utf8mb4");
        }
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO account VALUES (?, ?, ?, '2024-02-29 23:59:59.999999', NULL, ?, ?)")) {
            for (int id = 1; id <= accounts; id++) {
                insert.setLong(1, id);
                insert.setString(2, "owner " + id + " Ünï\uD83D\uDE00");
                insert.setString(3, (id % 5000) + "." + (1000 + id % 9000));
                insert.setInt(4, id);
                insert.setBytes(5, new byte[] {(byte) id, 0, 92, 10, (byte) (id >> 8)});
                insert.addBatch();
                if (id % 1000 == 0) {
                    insert.executeBatch();
                    connection.commit();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    @Override
    public void run() {
        try {
            while (!stopping.get()) {
                transaction();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("workload failed: code=" + e.getErrorCode(), e);
        }
    }

    void stop() {
        stopping.set(true);
    }

    long committed() {
        return committed.get();
    }

    /** One random transaction. */
    void transaction() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int statements = 1 + random.nextInt(12);
            boolean isSaved = false;
            for (int i = 0; i < statements; i++) {
                if (i == statements / 2 && random.nextInt(12) == 0) {
                    sql.execute("SAVEPOINT half");
                    isSaved = true;
                }
                sql.execute(statement());
            }
            if (isSaved && random.nextBoolean()) {
                sql.execute("ROLLBACK TO SAVEPOINT half");
            }
            if (random.nextInt(20) == 0) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        }
    }

    private String statement() {
        long account = 1 + random.nextLong(accounts);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 ->
                "UPDATE account SET balance = balance + " + random.nextInt(-500, 500)
                        + ".25, touched = '2025-03-30 02:30:00." + (100000 + random.nextInt(899999)) + "' WHERE id = "
                        + account;
            case 3 -> "UPDATE account SET id = " + nextAccount++ + " WHERE id = " + account;
            case 4 -> "DELETE FROM account WHERE id = " + account;
            case 5 ->
                "INSERT INTO account VALUES (" + nextAccount++ + ", 'new \\\\ \\n\\t ''quoted''', "
                        + random.nextInt(100000) + ", '1000-01-01 00:00:00.000001', NULL, NULL, NULL)";
            case 6, 7 ->
                "REPLACE INTO entry VALUES (" + account % 200 + ", " + random.nextInt(20) + ", "
                        + random.nextInt(1000000) + ".07, REPEAT('ä', " + random.nextInt(300) + "))";
            case 8 -> "DELETE FROM entry WHERE account = " + account % 200;
            case 9 ->
                "REPLACE INTO setting VALUES ('Name " + random.nextInt(50) + "', REPEAT('x" + random.nextInt(10) + "', "
                        + (random.nextInt(40) == 0 ? 200_000 : random.nextInt(500)) + "))";
            default ->
                "INSERT INTO event VALUES (" + ++nextEvent + ", '" + (random.nextBoolean() ? "in" : "fee")
                        + "', '2025-06-01 12:00:00.123', 'event " + nextEvent + "')";
        };
    }
}
