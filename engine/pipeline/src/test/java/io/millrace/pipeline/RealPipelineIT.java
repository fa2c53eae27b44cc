package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way on real servers: structure, load beside a writer, stream, a restart, and a comparison by SQL. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class RealPipelineIT {
    private static final int ROWS = 3_000;

    @TempDir
    Path directory;

    @Test
    void shouldEndEqualWhenMySqlIsLoadedAndFollowed(MySqlServer source, PostgresServer target) throws Exception {
        loadAndFollow(source, "mysql", target);
    }

    @Test
    void shouldEndEqualWhenMariaDbIsLoadedAndFollowed(MariaDbServer source, PostgresServer target) throws Exception {
        loadAndFollow(source, "mariadb", target);
    }

    @Test
    void shouldEndEqualWhenMySqlHasNoGtids(PostgresServer target) throws Exception {
        MySqlServer source = MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
        loadAndFollow(source, "mysql", target);
    }

    @Test
    void shouldCatchUpWhenTheBinlogGoesOnInAFileWithoutTransactions(PostgresServer target) throws Exception {
        MySqlServer source = MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
        String shop = source.freshDatabase("shop");
        String warehouse = target.freshDatabase("warehouse");
        source.execute(
                shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, n INT)",
                "FLUSH BINARY LOGS",
                "INSERT INTO orders VALUES (1, 1)");
        TaskSpec task = TaskSpec.builder("it_rotate")
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .build();
        run(task, source, shop, "mysql", target, warehouse);
        source.execute(shop, "INSERT INTO orders VALUES (2, 2)", "FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
        run(task, source, shop, "mysql", target, warehouse);
        assertEquals(rows(source, shop, shop, "orders"), rows(target, warehouse, shop, "orders"));
    }

    @Test
    void shouldEndEqualWhenMySqlSendsChangedColumnsAloneAndCompresses(MySqlServer source, PostgresServer target)
            throws Exception {
        followPartial(source, "mysql", target, "binlog_transaction_compression");
    }

    @Test
    void shouldEndEqualWhenMariaDbSendsChangedColumnsAloneAndCompresses(MariaDbServer source, PostgresServer target)
            throws Exception {
        followPartial(source, "mariadb", target, "log_bin_compress");
    }

    /** Updates without whole rows, key changes between lanes among them. */
    private void followPartial(Server source, String type, PostgresServer target, String compression) throws Exception {
        String shop = source.freshDatabase("shop");
        String warehouse = target.freshDatabase("warehouse");
        source.execute(
                shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, customer INT NOT NULL, amount DECIMAL(10,2), note VARCHAR(200))",
                "CREATE TABLE customers (code VARCHAR(20) PRIMARY KEY, name VARCHAR(100))");
        fill(source, shop);
        TaskSpec task = TaskSpec.builder("it_partial_" + type)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .resources(ResourceSpec.defaults().withWriteConcurrency(3))
                .build();
        run(task, source, shop, type, target, warehouse);
        source.execute(null, "SET GLOBAL binlog_row_image='MINIMAL'", "SET GLOBAL " + compression + "=ON");
        PipelineStatus status;
        try {
            int[] left = {120};
            write(source, shop, () -> left[0]-- == 0);
            status = run(task, source, shop, type, target, warehouse);
        } finally {
            source.execute(null, "SET GLOBAL binlog_row_image='FULL'", "SET GLOBAL " + compression + "=OFF");
        }

        assertTrue(status.counters().conserve(), status.counters().toString());
        assertTrue(status.counters().changesIn() > 0, status.toString());
        for (String table : List.of("orders", "customers")) {
            assertEquals(rows(source, shop, shop, table), rows(target, warehouse, shop, table), table);
        }
    }

    @Test
    void shouldEndEqualWhenMySqlPreparesOverRuns(PostgresServer target) throws Exception {
        // Servers of its own: what is prepared would stand in the way of other tests' loads.
        try (MySqlServer source = MySqlServer.builder().start()) {
            prepareOverRuns(source, "mysql", target);
        }
    }

    @Test
    void shouldEndEqualWhenMariaDbPreparesOverRuns(PostgresServer target) throws Exception {
        try (MariaDbServer source = MariaDbServer.builder().start()) {
            prepareOverRuns(source, "mariadb", target);
        }
    }

    /** XA transactions that are prepared in one run and end in a later one, with the log kept and with the log lost. */
    private void prepareOverRuns(Server source, String type, PostgresServer target) throws Exception {
        String shop = source.freshDatabase("shop");
        String warehouse = target.freshDatabase("warehouse");
        source.execute(shop, "CREATE TABLE orders (id BIGINT PRIMARY KEY, n INT)", "FLUSH BINARY LOGS");
        TaskSpec task = TaskSpec.builder("it_xa_" + type)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .build();
        run(task, source, shop, type, target, warehouse);
        for (String name : List.of("a", "b", "c", "d")) {
            String xid = "'" + name + shop + "'";
            source.execute(
                    shop,
                    "XA START " + xid,
                    "INSERT INTO orders VALUES (" + (int) name.charAt(0) + ", 1), (" + (name.charAt(0) + 100) + ", 2)",
                    "XA END " + xid,
                    "XA PREPARE " + xid);
            source.execute(shop, "INSERT INTO orders VALUES (" + (name.charAt(0) + 1000) + ", 3)");
        }
        PipelineStatus status = run(task, source, shop, type, target, warehouse);
        assertEquals(4, status.counters().changesIn(), "what is prepared is not there yet");
        assertEquals(rows(source, shop, shop, "orders"), rows(target, warehouse, shop, "orders"));
        source.execute(shop, "XA COMMIT 'b" + shop + "'", "XA ROLLBACK 'd" + shop + "'");
        run(task, source, shop, type, target, warehouse);
        assertEquals(rows(source, shop, shop, "orders"), rows(target, warehouse, shop, "orders"));
        directory = directory.resolve("elsewhere"); // the log is lost
        source.execute(shop, "INSERT INTO orders VALUES (1, 1)");
        run(task, source, shop, type, target, warehouse);
        source.execute(shop, "XA COMMIT 'c" + shop + "'", "XA COMMIT 'a" + shop + "'");
        status = run(task, source, shop, type, target, warehouse);
        assertEquals(rows(source, shop, shop, "orders"), rows(target, warehouse, shop, "orders"));
        assertEquals(11, status.counters().changesIn());
        assertEquals(11, status.counters().inserts(), "nothing twice");
    }

    private void loadAndFollow(Server source, String type, PostgresServer target) throws Exception {
        String shop = source.freshDatabase("shop");
        String warehouse = target.freshDatabase("warehouse");
        source.execute(
                shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, customer INT NOT NULL, amount DECIMAL(10,2), note VARCHAR(200))",
                "CREATE TABLE customers (code VARCHAR(20) PRIMARY KEY, name VARCHAR(100))");
        // Without GTIDs a load's stream begins at the file's start, and must meet no CREATE TABLE there.
        source.execute(shop, "FLUSH BINARY LOGS");
        fill(source, shop);
        TaskSpec task = TaskSpec.builder("it_" + type)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(source, shop, isDone::get));
        writer.start();
        try {
            run(task, source, shop, type, target, warehouse);
        } finally {
            isDone.set(true);
            writer.join();
        }
        PipelineStatus status = run(task, source, shop, type, target, warehouse);

        assertTrue(status.counters().conserve(), status.counters().toString());
        assertTrue(status.counters().changesIn() > 0, status.toString());
        for (String table : List.of("orders", "customers")) {
            assertEquals(rows(source, shop, shop, table), rows(target, warehouse, shop, table), table);
        }
    }

    private PipelineStatus run(
            TaskSpec task, Server source, String shop, String type, PostgresServer target, String warehouse)
            throws InterruptedException {
        return Runs.catchUp(
                task,
                DataSources.of("shop", type, source, shop),
                DataSources.of("warehouse", "postgres", target, warehouse),
                directory.resolve("data-" + type));
    }

    private static void fill(Server source, String shop) throws SQLException {
        try (Connection connection = source.connect(shop);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ROWS; i++) {
                statement.addBatch(
                        "INSERT INTO orders VALUES (" + i + "," + i % 97 + "," + i + ".50,'note " + i + "')");
            }
            for (int i = 0; i < 300; i++) {
                statement.addBatch("INSERT INTO customers VALUES ('c" + i + "','name " + i + "')");
            }
            statement.executeBatch();
            connection.commit();
        }
    }

    /** Transactions of inserts, updates, key changes and deletes. */
    private static void write(Server source, String shop, BooleanSupplier isDone) {
        Random random = new Random(11);
        int next = ROWS;
        try (Connection connection = source.connect(shop);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isDone.getAsBoolean()) {
                for (int i = random.nextInt(20); i >= 0; i--) {
                    int id = random.nextInt(next);
                    switch (random.nextInt(5)) {
                        case 0 -> statement.executeUpdate("INSERT INTO orders VALUES (" + next++ + ",1,2.25,NULL)");
                        case 1 -> statement.executeUpdate("UPDATE orders SET amount = amount + 1 WHERE id = " + id);
                        case 2 -> statement.executeUpdate("DELETE FROM orders WHERE id = " + id);
                        case 3 -> statement.executeUpdate("UPDATE orders SET id = " + next++ + " WHERE id = " + id);
                        default ->
                            statement.executeUpdate(
                                    "UPDATE customers SET name = 'n" + id + "' WHERE code = 'c" + id % 300 + "'");
                    }
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> rows(Server server, String database, String schema, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT * FROM " + schema + "." + table)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(found.getString(i)).append('|');
                }
                rows.add(row.toString());
            }
        }
        rows.sort(null);
        return rows;
    }
}
