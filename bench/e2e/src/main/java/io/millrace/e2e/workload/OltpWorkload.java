package io.millrace.e2e.workload;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A shop's traffic over twelve tables tied by foreign keys and further unique keys: orders placed, paid, shipped,
 * cancelled and purged, stock moved, and pairs of rows that swap a unique value inside one transaction, which only
 * arrives whole if its changes keep their order.
 *
 * <p>A seed fixes every statement. One thread at a time; the connection's transactions are this object's.
 */
public final class OltpWorkload implements Workload {
    private static final int CUSTOMERS = 2_000;
    private static final int PRODUCTS = 500;
    private static final int WAREHOUSES = 4;
    private static final int MAX_LINES = 8;
    private static final int FOREIGN_KEYS = 16;

    /** Beside the primary ones. */
    private static final int UNIQUE_KEYS = 7;

    private final SplittableRandom random;
    private final List<Long> openOrders = new ArrayList<>();
    private final List<Long> shippedOrders = new ArrayList<>();
    private long lastOrder;
    private long lastCustomer;
    private long changes;

    public OltpWorkload(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public List<String> tables() {
        return OltpSchema.TABLES;
    }

    @Override
    public String compared(String table) {
        return OltpSchema.COMPARED.get(table);
    }

    /** Throws where the tables of a target, whose database the connection is in, lack one of the source's unique or foreign keys. */
    public static void requireKeys(Connection target) throws SQLException {
        DatabaseMetaData catalog = target.getMetaData();
        int foreign = 0;
        int unique = 0;
        for (String table : OltpSchema.TABLES) {
            try (ResultSet keys = catalog.getImportedKeys(target.getCatalog(), target.getSchema(), table)) {
                foreign += keys(keys, "KEY_SEQ");
            }
            try (ResultSet indexes = catalog.getIndexInfo(target.getCatalog(), target.getSchema(), table, true, true)) {
                unique += keys(indexes, "ORDINAL_POSITION") - 1;
            }
        }
        if (foreign != FOREIGN_KEYS || unique != UNIQUE_KEYS) {
            throw new IllegalStateException(
                    "the target has not the source's keys: foreign=" + foreign + ", unique=" + unique);
        }
    }

    /** A row is a column of a key. */
    private static int keys(ResultSet columns, String place) throws SQLException {
        int keys = 0;
        while (columns.next()) {
            keys += columns.getInt(place) == 1 ? 1 : 0;
        }
        return keys;
    }

    /** Creates the tables and fills those that orders refer to, always with as many rows. */
    @Override
    public void prepare(Connection source, int size) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            for (String create : OltpSchema.STATEMENTS) {
                statement.execute(create);
            }
            run(statement, rows("region", 5, i -> "(" + i + ",'region " + i + "')"));
            run(statement, rows("warehouse", WAREHOUSES, i -> "(" + i + "," + (1 + i % 5) + ",'W" + i + "')"));
            run(
                    statement,
                    rows(
                            "category",
                            20,
                            i -> "(" + i + "," + (i <= 4 ? "NULL" : Long.toString(i / 5)) + ",'category " + i + "')"));
            run(
                    statement,
                    rows(
                            "product",
                            PRODUCTS,
                            i -> "(" + i + "," + (1 + i % 20) + ",'SKU-" + i + "','product " + i + "'," + (100 + i)
                                    + ".50,1)"));
            for (int warehouse = 1; warehouse <= WAREHOUSES; warehouse++) {
                int w = warehouse;
                run(
                        statement,
                        rows("stock", PRODUCTS, i -> "(" + w + "," + i + ",100000,'2026-01-01 00:00:00.000000')"));
            }
            for (int i = 0; i < CUSTOMERS; i++) {
                newCustomer(statement);
            }
            source.commit();
        }
    }

    /** Runs that many transactions. */
    @Override
    public void run(Connection source, int transactions) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            for (int i = 0; i < transactions; i++) {
                int kind = random.nextInt(100);
                if (kind < 45) {
                    placeOrder(statement);
                } else if (kind < 70) {
                    shipOrder(statement);
                } else if (kind < 78) {
                    cancelOrder(statement);
                } else if (kind < 84) {
                    newCustomer(statement);
                } else if (kind < 90) {
                    review(statement);
                } else if (kind < 94) {
                    swapSkus(statement);
                } else if (kind < 97) {
                    swapEmails(statement);
                } else {
                    purgeOrder(statement);
                }
                source.commit();
            }
        }
    }

    @Override
    public long changes() {
        return changes;
    }

    private void placeOrder(Statement statement) throws SQLException {
        long order = ++lastOrder;
        long customer = 1 + random.nextLong(lastCustomer);
        int warehouse = 1 + random.nextInt(WAREHOUSES);
        run(
                statement,
                "INSERT INTO orders VALUES (" + order + "," + customer + "," + customer + ",'O-" + order
                        + "',0,0,'2026-04-01 00:00:00.000000')");
        int lines = 1 + random.nextInt(MAX_LINES);
        StringBuilder sql = new StringBuilder("INSERT INTO order_line VALUES ");
        int cents = 0;
        int firstProduct = 1 + random.nextInt(PRODUCTS - MAX_LINES);
        for (int line = 1; line <= lines; line++) {
            int price = 100 + random.nextInt(10_000);
            cents += price;
            sql.append(line == 1 ? "(" : ",(")
                    .append(order)
                    .append(',')
                    .append(line)
                    .append(',');
            sql.append(firstProduct + line).append(",1,").append(decimal(price)).append(')');
        }
        run(statement, sql.toString());
        run(
                statement,
                "UPDATE stock SET quantity = quantity - 1 WHERE warehouse_id = " + warehouse
                        + " AND product_id BETWEEN " + (firstProduct + 1) + " AND " + (firstProduct + lines));
        run(statement, "UPDATE orders SET total = " + decimal(cents) + " WHERE id = " + order);
        run(
                statement,
                "INSERT INTO payment VALUES (" + order + "," + order + ",'P-" + order + "'," + decimal(cents) + ",0)");
        openOrders.add(order);
    }

    private void shipOrder(Statement statement) throws SQLException {
        if (openOrders.isEmpty()) {
            placeOrder(statement);
            return;
        }
        long order = draw(openOrders);
        shippedOrders.add(order);
        run(statement, "UPDATE orders SET status = 1 WHERE id = " + order);
        run(statement, "UPDATE payment SET captured = 1 WHERE order_id = " + order);
        run(
                statement,
                "INSERT INTO shipment VALUES (" + order + "," + order + "," + (1 + random.nextInt(WAREHOUSES)) + ",'T-"
                        + order + "','2026-04-02 00:00:00.000000')");
    }

    private void cancelOrder(Statement statement) throws SQLException {
        if (openOrders.isEmpty()) {
            placeOrder(statement);
            return;
        }
        delete(statement, draw(openOrders));
    }

    private void purgeOrder(Statement statement) throws SQLException {
        if (shippedOrders.isEmpty()) {
            shipOrder(statement);
            return;
        }
        delete(statement, draw(shippedOrders));
    }

    /** Children before their parent, as the keys demand. */
    private void delete(Statement statement, long order) throws SQLException {
        for (String child : List.of("shipment", "payment", "order_line")) {
            run(statement, "DELETE FROM " + child + " WHERE order_id = " + order);
        }
        run(statement, "DELETE FROM orders WHERE id = " + order);
    }

    private void newCustomer(Statement statement) throws SQLException {
        long customer = ++lastCustomer;
        run(
                statement,
                "INSERT INTO customer VALUES (" + customer + "," + (1 + random.nextInt(5)) + ",'user" + customer
                        + "@example.org','Customer " + customer + "',0)");
        run(
                statement,
                "INSERT INTO address VALUES (" + customer + "," + customer + ",'" + random.nextInt(10_000)
                        + " Mill Lane','" + (10_000 + random.nextInt(90_000)) + "')");
    }

    private void review(Statement statement) throws SQLException {
        long customer = 1 + random.nextLong(lastCustomer);
        int product = 1 + random.nextInt(PRODUCTS);
        run(statement, "DELETE FROM review WHERE customer_id = " + customer + " AND product_id = " + product);
        run(
                statement,
                "INSERT INTO review (customer_id, product_id, stars, body) VALUES (" + customer + "," + product + ","
                        + (1 + random.nextInt(5)) + ",'good " + random.nextInt() + "')");
    }

    private void swapSkus(Statement statement) throws SQLException {
        int first = 1 + random.nextInt(PRODUCTS - 1);
        swap(statement, "product", "sku", first, first + 1, "SKU-swap");
    }

    private void swapEmails(Statement statement) throws SQLException {
        long first = 1 + random.nextLong(lastCustomer - 1);
        swap(statement, "customer", "email", first, first + 1, "swap@example.org");
    }

    /** Each step is legal and so is the result, but not every order of the same steps. */
    private void swap(Statement statement, String table, String column, long first, long second, String aside)
            throws SQLException {
        String set = "UPDATE " + table + " SET " + column + " = ";
        statement.execute("SELECT a." + column + ", b." + column + " INTO @first, @second FROM " + table + " a, "
                + table + " b WHERE a.id = " + first + " AND b.id = " + second);
        run(statement, set + "'" + aside + "' WHERE id = " + first);
        run(statement, set + "@first WHERE id = " + second);
        run(statement, set + "@second WHERE id = " + first);
    }

    private long draw(List<Long> orders) {
        int index = random.nextInt(orders.size());
        long order = orders.get(index);
        orders.set(index, orders.get(orders.size() - 1));
        orders.remove(orders.size() - 1);
        return order;
    }

    private void run(Statement statement, String sql) throws SQLException {
        changes += statement.executeUpdate(sql);
    }

    private static String decimal(int cents) {
        return cents / 100 + "." + cents / 10 % 10 + cents % 10;
    }

    private interface Row {
        String of(int number);
    }

    private static String rows(String table, int count, Row row) {
        StringBuilder sql = new StringBuilder("INSERT INTO " + table + " VALUES ");
        for (int number = 1; number <= count; number++) {
            sql.append(number == 1 ? "" : ",").append(row.of(number));
        }
        return sql.toString();
    }
}
