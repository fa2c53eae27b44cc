package io.millrace.e2e;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/**
 * The demo's database: six tables with keys of several kinds, columns of nearly every type, and a table of markers by which
 * latency is measured. Its first rows are made by the server itself.
 */
final class Shop {
    static final String DATABASE = "shop";

    /** Numbers from 0; in a database of its own, which is not replicated. */
    private static final String NUMBERS = "demo_numbers.n";

    private static final List<String> TABLES =
            List.of("""
            CREATE TABLE customers (
              id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(80) NOT NULL, email varchar(120),
              country char(2) NOT NULL, born date, credit decimal(12,2) NOT NULL DEFAULT 0,
              tier enum('bronze','silver','gold') NOT NULL DEFAULT 'bronze', flags set('news','beta','staff'),
              prefs json, score double, created timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))
            """, """
            CREATE TABLE products (
              sku varbinary(24) NOT NULL PRIMARY KEY, title varchar(200) NOT NULL, price decimal(10,2) NOT NULL,
              weight float, stock int NOT NULL, active bit(1) NOT NULL DEFAULT b'1', picture blob)
            """, """
            CREATE TABLE orders (
              id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id bigint unsigned NOT NULL,
              status enum('new','paid','sent','done') NOT NULL, total decimal(12,2) NOT NULL,
              placed datetime(3) NOT NULL, ship_year year, note text)
            """, """
            CREATE TABLE order_items (
              order_id bigint NOT NULL, line_no smallint NOT NULL, sku varbinary(24) NOT NULL, quantity int unsigned NOT NULL,
              price decimal(10,2) NOT NULL, PRIMARY KEY (order_id, line_no))
            """, """
            CREATE TABLE payments (
              id binary(16) NOT NULL PRIMARY KEY, order_id bigint NOT NULL, amount decimal(20,4) NOT NULL,
              paid_at timestamp(3) NULL, method varchar(20) NOT NULL, took time(6), digest varbinary(64))
            """, """
            CREATE TABLE events (
              id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, kind tinyint unsigned NOT NULL, at datetime(6) NOT NULL,
              payload json, body mediumblob)
            """, "CREATE TABLE marker (id bigint NOT NULL PRIMARY KEY)");

    private Shop() {}

    /** Makes the tables and about that many rows, and returns how many there are. */
    static long create(Connection connection, long rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES', time_zone = '+00:00'");
            statement.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
            statement.execute("USE " + DATABASE);
            for (String table : TABLES) {
                statement.execute(table);
            }
            numbers(statement, Math.max(rows, 64));
            return fill(statement, rows);
        }
    }

    private static void numbers(Statement statement, long count) throws SQLException {
        statement.execute("CREATE DATABASE demo_numbers");
        statement.execute("CREATE TABLE " + NUMBERS + " (n bigint NOT NULL PRIMARY KEY)");
        statement.execute("INSERT INTO " + NUMBERS + " VALUES (0)");
        for (long have = 1; have < count; have *= 2) {
            statement.execute("INSERT INTO " + NUMBERS + " SELECT n + " + have + " FROM " + NUMBERS + " WHERE n + "
                    + have + " < " + count);
        }
    }

    private static long fill(Statement statement, long rows) throws SQLException {
        long customers = Math.max(10, rows / 10);
        long products = Math.max(10, rows / 20);
        long orders = Math.max(10, rows / 5);
        long items = Math.max(20, rows * 35 / 100);
        long payments = Math.max(10, rows * 15 / 100);
        long events = Math.max(10, rows - customers - products - orders - items - payments);
        insert(statement, customers, """
                INSERT INTO customers (name, email, country, born, credit, tier, flags, prefs, score)
                SELECT concat('Müller № ', n), concat('c', n, '@example.com'), elt(1 + n %% 4, 'DE', 'FR', 'TR', 'CN'),
                  date_add('1940-01-01', INTERVAL n %% 25000 DAY), n %% 1000 / 7, 1 + n %% 3, n %% 8,
                  concat('{"theme": "dark", "tags": [', n, ', "ü"], "limit": ', n / 4, '}'), n / 3
                FROM %s WHERE n < %d
                """);
        insert(statement, products, """
                INSERT INTO products (sku, title, price, weight, stock, active, picture)
                SELECT concat('SKU-', lpad(n, 10, '0')), concat('Thing ', n, ' 漢字'), 1 + n %% 900 / 9, n %% 100 / 3, n %% 500,
                  n %% 2, unhex(sha2(n, 512))
                FROM %s WHERE n < %d
                """);
        insert(statement, orders, """
                INSERT INTO orders (customer_id, status, total, placed, ship_year, note)
                SELECT 1 + n %% 1000, 1 + n %% 4, n %% 5000 / 3, date_add('2024-01-01', INTERVAL n SECOND), 2000 + n %% 30,
                  if(n %% 5 = 0, repeat('careful — fragile! ', 1 + n %% 20), NULL)
                FROM %s WHERE n < %d
                """);
        insert(statement, items, """
                INSERT INTO order_items (order_id, line_no, sku, quantity, price)
                SELECT 1 + n DIV 2, 1 + n %% 2, concat('SKU-', lpad(n %% 1000, 10, '0')), 1 + n %% 9, 1 + n %% 900 / 9
                FROM %s WHERE n < %d
                """);
        insert(statement, payments, """
                INSERT INTO payments (id, order_id, amount, paid_at, method, took, digest)
                SELECT unhex(md5(n)), 1 + n, n / 13, date_add('2024-01-01', INTERVAL n SECOND), elt(1 + n %% 3, 'card', 'cash', 'wire'),
                  sec_to_time(n %% 100000 / 7), unhex(sha1(n))
                FROM %s WHERE n < %d
                """);
        insert(statement, events, """
                INSERT INTO events (kind, at, payload, body)
                SELECT n %% 200, date_add('2024-01-01', INTERVAL n SECOND), concat('{"n": ', n, ', "ok": true, "path": ["a", null]}'),
                  if(n %% 50 = 0, repeat(unhex(md5(n)), 200), NULL)
                FROM %s WHERE n < %d
                """);
        return customers + products + orders + items + payments + events;
    }

    private static void insert(Statement statement, long rows, String sql) throws SQLException {
        statement.execute(String.format(Locale.ROOT, sql, NUMBERS, rows));
    }
}
