package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partition that a task names, while it does not take the table that it is part of. */
class PartitionAloneIT {
    @TempDir
    Path directory;

    private static TaskSpec task(RealTask it, String... names) {
        return it.task()
                .tables(new TableRules(Stream.of(names)
                        .map(name -> TableRule.include(TablePattern.of(it.shop + "." + name)))
                        .toList()))
                .build();
    }

    /** Orders up to 999 in one part, the others in a second. */
    private RealTask begin(ServerKind source, Server target) throws Exception {
        RealTask it = new RealTask(Servers.shared(source), target, directory);
        it.source.execute(
                it.shop, "CREATE SCHEMA " + it.shop, "ALTER DATABASE " + it.shop + " SET search_path = " + it.shop);
        it.source.execute(
                it.shop,
                "CREATE TABLE customer (id int PRIMARY KEY, name text)",
                "CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customer, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE orders_0 PARTITION OF orders FOR VALUES FROM (0) TO (1000)",
                "CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (1000) TO (9000)",
                "INSERT INTO customer SELECT i, 'c' || i FROM generate_series(1, 20) i",
                "INSERT INTO orders SELECT i * 20, i % 20 + 1, 'v' || i FROM generate_series(1, 99) i");
        return it;
    }

    private void follow(ServerKind source, Server target) throws Exception {
        RealTask it = begin(source, target);
        TaskSpec task = task(it, "customer", "orders_1");

        it.catchUp(task);
        it.assertEqual("customer", "orders_1");

        // From one part into another, and back.
        it.source.execute(
                it.shop,
                "INSERT INTO orders SELECT i, 1, 'new' FROM generate_series(981, 1020) i ON CONFLICT DO NOTHING",
                "UPDATE orders SET id = id + 5000 WHERE id IN (20, 40)",
                "UPDATE orders SET id = id - 1500 WHERE id IN (1500, 1520)",
                "UPDATE orders SET v = v || '!' WHERE id % 40 = 0",
                "DELETE FROM orders WHERE id % 60 = 0");
        it.catchUp(task);
        it.assertEqual("orders_1");

        // A statement on the table changes its parts, and is on none of them by name.
        it.source.execute(
                it.shop,
                "ALTER TABLE orders ADD COLUMN note text",
                "UPDATE orders SET note = 'n' || id WHERE id % 3 = 0",
                "INSERT INTO orders VALUES (1, 1, 'other', 'x'), (8000, 2, 'own', 'y')");
        it.catchUp(task);
        it.assertEqual("orders_1");

        // By itself: then again a part.
        it.source.execute(
                it.shop,
                "ALTER TABLE orders DETACH PARTITION orders_1",
                "INSERT INTO orders_1 VALUES (8001, 3, 'alone', 'z')",
                "ALTER TABLE orders ATTACH PARTITION orders_1 FOR VALUES FROM (1000) TO (9000)",
                "INSERT INTO orders VALUES (8002, 4, 'again', 'z')");
        it.catchUp(task);
        it.assertEqual("orders_1");

        it.source.execute(
                it.shop, "TRUNCATE orders_0", "TRUNCATE orders", "INSERT INTO orders VALUES (8003, 5, 'behind', NULL)");
        it.catchUp(task);
        it.assertEqual("orders_1");
        assertEquals(List.of("1"), it.atTarget("SELECT COUNT(*) FROM SHOP.orders_1"));
        assertEquals(
                List.of("1"),
                it.atTarget("SELECT COUNT(*) FROM information_schema.referential_constraints WHERE constraint_schema"
                        + " = 'SHOP'"));
    }

    @Test
    void shouldFollowAPartitionIntoPostgres() throws Exception {
        follow(ServerKind.POSTGRES_18, Servers.postgres());
    }

    @Test
    @Tag("full")
    void shouldFollowAPartitionIntoMySql() throws Exception {
        follow(ServerKind.POSTGRES_15, Servers.mysql());
    }

    @Test
    void shouldTakeRowsOfAPartitionOnceWhereItsTableIsTaken() throws Exception {
        RealTask it = begin(ServerKind.POSTGRES_16, Servers.postgres());
        it.catchUp(task(it, "*"));
        it.assertEqual("customer", "orders");
        assertEquals(
                List.of("0"),
                it.atTarget("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'SHOP' AND table_name"
                        + " LIKE 'orders\\_%'"));

        List<String> findings = it.findings(task(it, "*", "orders_1"));
        assertTrue(findings.stream().anyMatch(each -> each.contains("orders_1")), findings.toString());
    }
}
