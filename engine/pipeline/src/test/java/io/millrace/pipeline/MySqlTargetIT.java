package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.Mapping;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * To MySQL and MariaDB on real servers: structure, load beside a writer, stream, a restart, and a comparison by SQL. From the same
 * server into another database of it, and from PostgreSQL.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class MySqlTargetIT {
    private static final int ROWS = 700;

    @TempDir
    Path directory;

    @Test
    void shouldEndEqualWhenMySqlGoesToMySql(MySqlServer server) throws Exception {
        copyWithin(server, "mysql");
    }

    @Test
    void shouldEndEqualWhenMariaDbGoesToMariaDb(MariaDbServer server) throws Exception {
        copyWithin(server, "mariadb");
    }

    private static String copyOf(String shop) {
        return "copy_" + shop;
    }

    private static TaskSpec.Builder task(String name, String shop) {
        return TaskSpec.builder("it_" + name)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .mapping(Mapping.of("copy_${db_name_src_transed}", "${db_table_name_src_transed}"))
                .resources(ResourceSpec.defaults().withWriteConcurrency(2));
    }

    private void copyWithin(Server server, String type) throws Exception {
        String shop = server.freshDatabase("shop");
        server.execute(
                shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, customer INT NOT NULL, amount DECIMAL(10,2),"
                        + " note VARCHAR(200), raw VARBINARY(20), seen TIMESTAMP(3) NULL, zero DATE, doc JSON,"
                        + " twice INT AS (customer * 2) STORED)",
                "CREATE TABLE region (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(8) NOT NULL UNIQUE COMMENT 'it''s')",
                "CREATE TABLE person (id INT PRIMARY KEY, region INT, mail VARCHAR(60) DEFAULT 'a''b', kind ENUM('x','y')"
                        + " DEFAULT 'y', UNIQUE KEY mail (mail), KEY by_kind (kind, id), CONSTRAINT lives FOREIGN KEY (region)"
                        + " REFERENCES region (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                "INSERT INTO region VALUES (1, 'n'), (2, 's'), (3, 'e')",
                "INSERT INTO person VALUES (1, 1, 'one', 'x'), (2, 2, 'two', NULL), (3, 3, NULL, 'y'), (4, 3, 'four', 'x')");
        fill(
                server,
                shop,
                "INSERT INTO orders (id, customer, amount, note, raw, seen, zero, doc) VALUES (%d, %d, 1.5,"
                        + " 'note', x'00ff275c', '2024-03-31 01:30:00.123', '2024-02-29', '{\"a\": 1}')");
        server.execute(
                shop,
                "SET SESSION sql_mode = ''",
                "UPDATE orders SET zero = '0000-00-00', doc = NULL WHERE id % 5 = 0");
        TaskSpec task = task(type, shop).build();
        DataSource from = DataSources.of("shop", type, server, shop);
        DataSource to = DataSources.of("warehouse", type, server, "");
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(server, shop, isDone));
        writer.start();
        try {
            run(task, from, to);
        } finally {
            isDone.set(true);
            writer.join();
        }
        PipelineStatus status = run(task, from, to);
        assertTrue(status.counters().conserve(), status.counters().toString());
        assertTrue(status.counters().changesIn() > 0, status.toString());
        assertSame(server, shop);
        assertEquals(
                List.of("PRIMARY|id", "by_kind|kind,id", "lives|region", "mail|mail"),
                rows(
                        server,
                        "SELECT INDEX_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM"
                                + " information_schema.STATISTICS WHERE TABLE_SCHEMA = '" + copyOf(shop)
                                + "' AND TABLE_NAME = 'person' GROUP BY INDEX_NAME"));
        assertEquals(
                List.of("lives|CASCADE|CASCADE"),
                rows(
                        server,
                        "SELECT CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM"
                                + " information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '"
                                + copyOf(shop) + "'"));

        // Tied by the target itself, with a key whose action the source runs without a trace.
        server.execute(
                shop,
                "INSERT INTO region VALUES (9, 'w')",
                "UPDATE person SET region = 9, mail = CONCAT('w', id) WHERE id < 3",
                "UPDATE region SET id = 7 WHERE id = 3",
                "DELETE FROM region WHERE id = 9",
                "UPDATE person SET mail = 'moved' WHERE id = 4",
                "INSERT INTO person VALUES (5, 7, 'four', NULL)");
        run(task, from, to);
        assertSame(server, shop);
        assertEquals(
                List.of("3|7|y", "4|7|x", "5|7|null"),
                rows(server, "SELECT id, region, kind FROM " + copyOf(shop) + ".person"));
    }

    private static void assertSame(Server server, String shop) throws SQLException {
        for (String table : List.of("region", "person")) {
            assertEquals(
                    rows(server, "SELECT * FROM " + shop + "." + table),
                    rows(server, "SELECT * FROM " + copyOf(shop) + "." + table),
                    table);
        }
        String orders = "SELECT id, customer, amount, note, HEX(raw), seen, zero, doc FROM %s.orders";
        assertEquals(rows(server, String.format(orders, shop)), rows(server, String.format(orders, copyOf(shop))));
    }

    /** The engine runs the action where the target has no such key. */
    @Test
    void shouldRunActionsOfForeignKeysWhenTheTargetShallNot(MySqlServer server) throws Exception {
        String shop = server.freshDatabase("shop");
        server.execute(
                shop,
                "CREATE TABLE parent (id INT PRIMARY KEY, code VARBINARY(8) NOT NULL UNIQUE)",
                "CREATE TABLE child (id INT PRIMARY KEY, parent INT, CONSTRAINT c1 FOREIGN KEY (parent) REFERENCES"
                        + " parent (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE pet (id INT PRIMARY KEY, owner INT, code VARBINARY(8), CONSTRAINT p1 FOREIGN KEY (owner)"
                        + " REFERENCES child (id) ON DELETE SET NULL, CONSTRAINT p2 FOREIGN KEY (code) REFERENCES"
                        + " parent (code) ON UPDATE SET NULL)",
                "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, x'00275c')",
                "INSERT INTO child VALUES (1, 1), (2, 2), (3, 3)",
                "INSERT INTO pet VALUES (1, 1, 'b'), (2, 2, x'00275c'), (3, 3, NULL)");
        TaskSpec task =
                task("apply", shop).foreignKeyActions(ForeignKeyActions.APPLY).build();
        DataSource from = DataSources.of("shop", "mysql", server, shop);
        DataSource to = DataSources.of("warehouse", "mysql", server, "");
        run(task, from, to);
        server.execute(
                shop,
                "DELETE FROM parent WHERE id = 1",
                "UPDATE parent SET code = 'c' WHERE id = 3",
                "UPDATE parent SET id = 20 WHERE id = 2");
        run(task, from, to);
        for (String table : List.of("parent", "child", "pet")) {
            assertEquals(
                    rows(server, "SELECT * FROM " + shop + "." + table),
                    rows(server, "SELECT * FROM " + copyOf(shop) + "." + table),
                    table);
        }
        assertEquals(
                List.of("1|null|b", "2|2|null", "3|3|null"), rows(server, "SELECT * FROM " + copyOf(shop) + ".pet"));
    }

    @Test
    void shouldEndEqualWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        copyFromPostgres(source, target, "mysql");
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenPostgresGoesToMariaDb(PostgresServer source, MariaDbServer target) throws Exception {
        copyFromPostgres(source, target, "mariadb");
    }

    private void copyFromPostgres(PostgresServer source, Server target, String type) throws Exception {
        String shop = source.freshDatabase("shop");
        String schema = "s_" + shop;
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE " + schema
                        + ".orders (id bigint PRIMARY KEY, ok boolean, amount numeric(10,2), note text,"
                        + " raw bytea, at timestamptz, day date, tags text[], nums int[], doc jsonb, who uuid, feels mood,"
                        + " size double precision, big numeric, addr inet)",
                "CREATE TABLE " + schema + ".customers (code text PRIMARY KEY, name varchar(40))",
                "INSERT INTO " + schema + ".orders SELECT n, n % 2 = 0, n + 0.5, 'Grüße ' || n, '\\x00275cff',"
                        + " '2024-03-31 01:30:00.123456+00', '2024-02-29', ARRAY['a', NULL, 'q\"'], ARRAY[n, 2],"
                        + " '{\"a\": 1}', '0f8fad5b-d9cb-469f-a165-70867728950e', 'ok', 0.1, 1.25, '10.0.0.1'"
                        + " FROM generate_series(0, " + (ROWS - 1) + ") n",
                "INSERT INTO " + schema + ".customers VALUES ('a', 'A'), ('A', 'other'), ('a ', 'blank')");
        TaskSpec task = task("pg_" + type, schema).build();
        DataSource from = DataSources.of("shop", "postgres", source, shop);
        DataSource to = DataSources.of("warehouse", type, target, "");
        try {
            run(task, from, to);
            source.execute(
                    shop,
                    "UPDATE " + schema + ".orders SET note = 'new', ok = NULL, tags = '{}' WHERE id % 3 = 0",
                    "DELETE FROM " + schema + ".orders WHERE id % 7 = 0",
                    "UPDATE " + schema + ".orders SET id = id + 100000 WHERE id % 11 = 0",
                    "UPDATE " + schema + ".customers SET name = 'still' WHERE code = 'a '",
                    "INSERT INTO " + schema + ".customers VALUES ('ä', 'umlaut')");
            PipelineStatus status = run(task, from, to);
            assertTrue(status.counters().conserve(), status.counters().toString());
        } finally {
            Runs.dropSlots(source, shop);
        }
        assertEquals(
                RealTask.rows(
                        source,
                        shop,
                        "SELECT id, ok::int, amount, note, upper(encode(raw, 'hex')), to_char(at AT TIME ZONE 'UTC',"
                                + " 'YYYY-MM-DD HH24:MI:SS.US'), day, array_length(tags, 1), nums[1], doc->>'a', who, feels, size,"
                                + " addr FROM " + schema + ".orders"),
                rows(
                        target,
                        "SELECT id, ok, amount, note, HEX(raw), CAST(at AS CHAR), CAST(day AS CHAR),"
                                + " NULLIF(JSON_LENGTH(tags), 0), JSON_EXTRACT(nums, '$[0]'), JSON_EXTRACT(doc, '$.a'), who, feels,"
                                + " size, addr FROM " + copyOf(schema) + ".orders"));
        assertEquals(
                RealTask.rows(source, shop, "SELECT code, name FROM " + schema + ".customers"),
                rows(target, "SELECT code, name FROM " + copyOf(schema) + ".customers"));
    }

    private PipelineStatus run(TaskSpec task, DataSource from, DataSource to) throws InterruptedException {
        return Runs.catchUp(task, from, to, directory.resolve("data-" + task.name()));
    }

    private static void fill(Server source, String shop, String insert) throws SQLException {
        try (Connection connection = source.connect(shop);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ROWS; i++) {
                statement.addBatch(String.format(insert, i, i % 97));
            }
            statement.executeBatch();
            connection.commit();
        }
    }

    /** Transactions of inserts, updates, key changes and deletes. */
    private static void write(Server source, String shop, AtomicBoolean isDone) {
        Random random = new Random(11);
        int next = ROWS;
        try (Connection connection = source.connect(shop);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isDone.get()) {
                for (int i = random.nextInt(20); i >= 0; i--) {
                    int id = random.nextInt(next);
                    switch (random.nextInt(5)) {
                        case 0 ->
                            statement.executeUpdate("INSERT INTO orders (id, customer) VALUES (" + next++ + ", 1)");
                        case 1 -> statement.executeUpdate("UPDATE orders SET amount = amount + 1 WHERE id = " + id);
                        case 2 -> statement.executeUpdate("DELETE FROM orders WHERE id = " + id);
                        case 3 -> statement.executeUpdate("UPDATE orders SET id = " + next++ + " WHERE id = " + id);
                        default ->
                            statement.executeUpdate(
                                    "UPDATE person SET mail = CONCAT('m" + id + "_', id) WHERE id = " + (1 + id % 4));
                    }
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> rows(Server server, String sql) throws SQLException {
        return RealTask.rows(server, null, sql);
    }
}
