package io.millrace.e2e;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A shop's traffic over one connection: orders with their lines in one transaction, updates of one row and of many, changes of
 * key columns, deletes, large rows, and transactions that are rolled back, wholly or to a savepoint. Confined to its thread,
 * but for the counts.
 */
final class ShopLoad implements Traffic {
    private static final int MOST_BODY_BYTES = 1 << 20;
    private static final int LOCK_ERROR_CLASS = 40;

    private final Connection connection;
    private final Random random;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();

    ShopLoad(Connection connection, long seed) throws SQLException {
        this.connection = connection;
        random = new Random(seed);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES', time_zone = '+00:00'");
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
        }
    }

    @Override
    public long transactions() {
        return transactions.get();
    }

    /** Row changes committed so far. */
    long rows() {
        return rows.get();
    }

    @Override
    public void step() throws SQLException {
        try {
            long changed = act();
            if (changed > 0) {
                connection.commit();
                transactions.incrementAndGet();
                rows.addAndGet(changed);
            } else {
                connection.rollback();
            }
        } catch (SQLException e) {
            connection.rollback();
            // Two connections that lock each other's rows: the shop tries another transaction.
            if (!String.valueOf(e.getSQLState()).startsWith(Integer.toString(LOCK_ERROR_CLASS))) {
                throw e;
            }
        }
    }

    private long act() throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 40) {
            return order();
        }
        if (dice < 60) {
            return update(
                    "UPDATE customers SET credit = credit + 1.5, score = score * 1.01, prefs = NULL WHERE id = ?",
                    1_000);
        }
        if (dice < 70) {
            return update(
                    "UPDATE orders SET status = 1 + (status + 0) % 4, note = 'moved on' WHERE id BETWEEN ? AND ? + 20",
                    10_000);
        }
        if (dice < 78) {
            return update(
                    "UPDATE order_items SET line_no = line_no + 100 WHERE order_id = ? AND line_no < 30000", 10_000);
        }
        if (dice < 84) {
            return update("DELETE FROM events WHERE id BETWEEN ? AND ? + 5", 20_000);
        }
        if (dice < 90) {
            return update("DELETE FROM order_items WHERE order_id = ? LIMIT 1", 10_000);
        }
        if (dice < 96) {
            return event(random.nextInt(200) == 0 ? MOST_BODY_BYTES : random.nextInt(4_000));
        }
        if (dice < 98) {
            return savepoint();
        }
        order();
        return 0;
    }

    private long order() throws SQLException {
        long id;
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO orders (customer_id, status, total, placed, ship_year, note) VALUES (?, 'new', ?, now(3), 2026, ?)",
                Statement.RETURN_GENERATED_KEYS)) {
            insert.setLong(1, 1 + random.nextInt(1_000));
            insert.setDouble(2, random.nextInt(100_000) / 100.0);
            insert.setString(3, random.nextBoolean() ? "présent, 礼物 🎁" : null);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                id = keys.getLong(1);
            }
        }
        int lines = 1 + random.nextInt(8);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO order_items VALUES (?, ?, ?, ?, ?)")) {
            for (int line = 1; line <= lines; line++) {
                insert.setLong(1, id);
                insert.setInt(2, line);
                insert.setBytes(3, ("SKU-" + random.nextInt(1_000)).getBytes(StandardCharsets.US_ASCII));
                insert.setInt(4, 1 + random.nextInt(9));
                insert.setDouble(5, random.nextInt(10_000) / 100.0);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        byte[] payment = new byte[16];
        random.nextBytes(payment);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO payments VALUES (?, ?, ?, now(3), 'card', sec_to_time(?), NULL)")) {
            insert.setBytes(1, payment);
            insert.setLong(2, id);
            insert.setDouble(3, random.nextInt(100_000) / 100.0);
            insert.setDouble(4, random.nextInt(1_000_000) / 1_000.0);
            insert.executeUpdate();
        }
        return lines + 2L;
    }

    /** Runs a statement whose every parameter is the same random number. */
    private long update(String sql, int below) throws SQLException {
        int number = 1 + random.nextInt(below);
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 1; i <= sql.chars().filter(c -> c == '?').count(); i++) {
                update.setInt(i, number);
            }
            return update.executeUpdate();
        }
    }

    private long event(int bodyBytes) throws SQLException {
        byte[] body = new byte[bodyBytes];
        random.nextBytes(body);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO events (kind, at, payload, body) VALUES (?, now(6), ?, ?)")) {
            insert.setInt(1, random.nextInt(200));
            insert.setString(2, "{\"size\": " + bodyBytes + ", \"text\": \"grüße\"}");
            insert.setBytes(3, body);
            return insert.executeUpdate();
        }
    }

    private long savepoint() throws SQLException {
        long kept = event(100);
        Savepoint savepoint = connection.setSavepoint();
        event(100);
        connection.rollback(savepoint);
        return kept;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
