package io.millrace.e2e;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The traffic of {@link ShopLoad} on a shop in PostgreSQL: orders with their lines in one transaction, updates of one row and of
 * many, changes of key columns, deletes, large rows, and transactions that are rolled back, wholly or to a savepoint.
 */
final class PostgresShopLoad implements Traffic {
    private static final int MOST_BODY_BYTES = 1 << 20;
    private static final String LOCK_ERROR_CLASS = "40";

    private final Connection connection;
    private final Random random;
    private final AtomicLong transactions = new AtomicLong();

    PostgresShopLoad(Connection connection, long seed) throws SQLException {
        this.connection = connection;
        random = new Random(seed);
        connection.setAutoCommit(false);
    }

    @Override
    public long transactions() {
        return transactions.get();
    }

    @Override
    public void step() throws SQLException {
        try {
            if (act() > 0) {
                connection.commit();
                transactions.incrementAndGet();
            } else {
                connection.rollback();
            }
        } catch (SQLException e) {
            connection.rollback();
            // Two connections that lock each other's rows: the shop tries another transaction.
            if (!String.valueOf(e.getSQLState()).startsWith(LOCK_ERROR_CLASS)) {
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
            return update("UPDATE orders SET status = 'sent', note = 'moved on' WHERE id BETWEEN ? AND ? + 20", 10_000);
        }
        if (dice < 78) {
            return update(
                    "UPDATE order_items SET line_no = line_no + 100 WHERE order_id = ? AND line_no < 30000", 10_000);
        }
        if (dice < 84) {
            return update("DELETE FROM events WHERE id BETWEEN ? AND ? + 5", 20_000);
        }
        if (dice < 90) {
            return update("DELETE FROM order_items WHERE order_id = ? AND line_no % 2 = 1", 10_000);
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
                "INSERT INTO orders (customer_id, status, total, placed, note) VALUES (?, 'new', ?, now(), ?) RETURNING id")) {
            insert.setLong(1, 1 + random.nextInt(1_000));
            insert.setBigDecimal(2, BigDecimal.valueOf(random.nextInt(100_000), 2));
            insert.setString(3, random.nextBoolean() ? "présent, 礼物 🎁" : null);
            try (ResultSet keys = insert.executeQuery()) {
                keys.next();
                id = keys.getLong(1);
            }
        }
        int lines = 1 + random.nextInt(8);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO order_items VALUES (?, ?, convert_to('SKU-' || ?, 'UTF8'), ?, ?) ON CONFLICT DO NOTHING")) {
            for (int line = 1; line <= lines; line++) {
                insert.setLong(1, id);
                insert.setInt(2, line);
                insert.setString(3, Integer.toString(random.nextInt(1_000)));
                insert.setInt(4, 1 + random.nextInt(9));
                insert.setBigDecimal(5, BigDecimal.valueOf(random.nextInt(10_000), 2));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO payments VALUES (?, ?, ?, now(), 'card', ? * interval '1 ms', NULL)")) {
            insert.setObject(1, new UUID(random.nextLong(), random.nextLong()));
            insert.setLong(2, id);
            insert.setBigDecimal(3, BigDecimal.valueOf(random.nextInt(100_000), 2));
            insert.setInt(4, random.nextInt(1_000_000));
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
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO events (kind, at, payload, body) VALUES (?, clock_timestamp(), ?::json, ?)")) {
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
