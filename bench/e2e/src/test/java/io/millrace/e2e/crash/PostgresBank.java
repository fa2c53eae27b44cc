package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bank of {@link BankWorkload} in PostgreSQL: seeded random transactions of inserts, updates, deletes, key changes, values of
 * many kilobytes that lie out of line and that an update leaves alone, savepoints and rollbacks; some are large, with savepoints in
 * between that are rolled back, and some are prepared and resolved while others commit. {@code event} is insert-only, and each key is
 * used once.
 *
 * <p>One thread runs it; {@link #stop} may be called from any.
 */
final class PostgresBank implements Runnable {
    private final Connection connection;
    private final SplittableRandom random;
    private final int accounts;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong committed = new AtomicLong();
    private long nextEvent;
    private int prepared;
    private boolean isPrepared;
    private long nextAccount;

    PostgresBank(Connection connection, long seed, int accounts) {
        this.connection = connection;
        this.random = new SplittableRandom(seed);
        this.accounts = accounts;
        nextAccount = accounts + 1L;
    }

    /** Names its new rows from here on: for a further workload over the same tables. */
    PostgresBank after(long key) throws SQLException {
        nextAccount = key;
        nextEvent = key;
        try (Statement sql = connection.createStatement()) {
            sql.execute("SET search_path = bank");
        }
        connection.setAutoCommit(false);
        return this;
    }

    /** So many steps, with nothing prepared behind them. */
    void steps(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            next();
        }
        resolve();
    }

    /** Makes the tables and fills {@code account}. */
    void create() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("CREATE SCHEMA bank");
            sql.execute("SET search_path = bank");
            sql.execute(
                    "CREATE TABLE account (id bigint PRIMARY KEY, owner varchar(80) NOT NULL,"
                            + " balance numeric(20,4) NOT NULL, opened timestamp, touched timestamptz, flags int, photo bytea)");
            sql.execute("CREATE TABLE entry (account bigint, line int, amount numeric(12,2), note text,"
                    + " PRIMARY KEY (account, line))");
            sql.execute("CREATE TABLE setting (name varchar(60) PRIMARY KEY, content text)");
            sql.execute("CREATE TYPE kind AS ENUM ('in', 'out', 'fee')");
            sql.execute("CREATE TABLE event (id bigint PRIMARY KEY, kind kind NOT NULL, happened timestamp(3) NOT NULL,"
                    + " detail varchar(200))");
            sql.execute(
                    "CREATE TABLE document (name text PRIMARY KEY, revision int NOT NULL, tags text[], content text)");
            sql.execute("ALTER TABLE document ALTER content SET STORAGE EXTERNAL");
            sql.execute("ALTER TABLE document REPLICA IDENTITY FULL");
            sql.execute("INSERT INTO account SELECT n, 'owner ' || n || ' Ünï😀', n % 5000 + 0.1234,"
                    + " '2024-02-29 23:59:59.999999', NULL, n, int8send(n) FROM generate_series(1, " + accounts
                    + ") n");
            sql.execute("INSERT INTO document SELECT 'd' || n, 0, ARRAY['t', n::text], repeat(md5(n::text), 300)"
                    + " FROM generate_series(0, 49) n");
        }
        connection.setAutoCommit(false);
    }

    @Override
    public void run() {
        try {
            while (!stopping.get()) {
                next();
            }
            resolve();
        } catch (SQLException e) {
            throw new IllegalStateException("workload failed: sqlState=" + e.getSQLState(), e);
        }
    }

    void stop() {
        stopping.set(true);
    }

    long committed() {
        return committed.get();
    }

    private void next() throws SQLException {
        switch (random.nextInt(24)) {
            case 0 -> large();
            case 1 -> prepare();
            case 2, 3 -> resolve();
            default -> transaction();
        }
    }

    /** Larger than what the walsender keeps in memory. */
    private void large() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            int parts = 2 + random.nextInt(4);
            for (int i = 0; i < parts; i++) {
                sql.execute("SAVEPOINT part");
                sql.execute(events(50 + random.nextInt(400)));
                long account = 1 + random.nextLong(accounts);
                sql.execute("UPDATE account SET flags = flags + 1 WHERE id BETWEEN " + account + " AND "
                        + (account + random.nextInt(400)));
                if (random.nextInt(3) == 0) {
                    sql.execute("ROLLBACK TO SAVEPOINT part");
                }
            }
            end();
        }
    }

    private void end() throws SQLException {
        if (random.nextInt(6) == 0) {
            connection.rollback();
        } else {
            connection.commit();
            committed.incrementAndGet();
        }
    }

    /** Rows that no other transaction touches: what is prepared keeps its locks. */
    private void prepare() throws SQLException {
        resolve();
        try (Statement sql = connection.createStatement()) {
            sql.execute(events(1 + random.nextInt(20)));
            sql.execute("SAVEPOINT part");
            sql.execute(events(1 + random.nextInt(500)));
            if (random.nextBoolean()) {
                sql.execute("ROLLBACK TO SAVEPOINT part");
            }
            sql.execute("PREPARE TRANSACTION 'bank_" + ++prepared + "'");
        }
        connection.commit();
        isPrepared = true;
    }

    private void resolve() throws SQLException {
        if (!isPrepared) {
            return;
        }
        isPrepared = false;
        boolean isKept = random.nextInt(4) > 0;
        connection.setAutoCommit(true);
        try (Statement sql = connection.createStatement()) {
            sql.execute((isKept ? "COMMIT" : "ROLLBACK") + " PREPARED 'bank_" + prepared + "'");
        }
        connection.setAutoCommit(false);
        committed.addAndGet(isKept ? 1 : 0);
    }

    private String events(int count) {
        long first = nextEvent + 1;
        nextEvent += count;
        return "INSERT INTO event SELECT n, 'out', '2025-06-01 12:00:00.123', 'event ' || n || repeat(' of many', 12)"
                + " FROM generate_series(" + first + ", " + nextEvent + ") n";
    }

    private void transaction() throws SQLException {
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
        return switch (random.nextInt(14)) {
            case 0, 1, 2 ->
                "UPDATE account SET balance = balance + " + random.nextInt(-500, 500)
                        + ".25, touched = '2025-03-30 02:30:00." + (100000 + random.nextInt(899999))
                        + "+00' WHERE id = "
                        + account;
            case 3 -> "UPDATE account SET id = " + nextAccount++ + " WHERE id = " + account;
            case 4 -> "DELETE FROM account WHERE id = " + account;
            case 5 ->
                "INSERT INTO account VALUES (" + nextAccount++ + ", E'new \\\\ \\n\\t ''quoted''', "
                        + random.nextInt(100000) + ", 'infinity', '0044-03-15 12:00:00+00 BC', NULL, NULL)";
            case 6, 7 ->
                "INSERT INTO entry VALUES (" + account % 200 + ", " + random.nextInt(20) + ", "
                        + random.nextInt(1000000) + ".07, repeat('ä', " + random.nextInt(300)
                        + ")) ON CONFLICT (account, line) DO UPDATE SET amount = EXCLUDED.amount, note = EXCLUDED.note";
            case 8 -> "DELETE FROM entry WHERE account = " + account % 200;
            case 9 ->
                "INSERT INTO setting VALUES ('Name " + random.nextInt(50) + "', repeat('x" + random.nextInt(10) + "', "
                        + (random.nextInt(40) == 0 ? 200_000 : random.nextInt(500))
                        + ")) ON CONFLICT (name) DO UPDATE SET content = EXCLUDED.content";
            case 10 ->
                "UPDATE document SET revision = revision + 1 WHERE revision % 50 = " + account % 50 + " OR name = 'd"
                        + account % 50 + "'";
            case 11 ->
                "UPDATE document SET tags = tags || ARRAY['n" + account % 7
                        + "'], name = name || 'x' WHERE name LIKE 'd" + account % 50 + "%' AND cardinality(tags) < 9";
            default ->
                "INSERT INTO event VALUES (" + ++nextEvent + ", '" + (random.nextBoolean() ? "in" : "fee")
                        + "', '2025-06-01 12:00:00.123', 'event " + nextEvent + "')";
        };
    }
}
