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
import io.millrace.task.Mapping;
import io.millrace.task.ResourceSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change a row, on real servers. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class AppendIT {
    private static final String TOLD = "(millrace_operation = 'load') = (millrace_commit_time IS NULL)";

    @TempDir
    Path directory;

    @Test
    void shouldKeepEveryChangeWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        follow(source, target);
    }

    @Test
    @Tag("full")
    void shouldKeepEveryChangeWhenMariaDbGoesToPostgres(MariaDbServer source, PostgresServer target) throws Exception {
        follow(source, target);
    }

    private void follow(Server source, PostgresServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(8) NOT NULL UNIQUE DEFAULT 'x',"
                        + " v VARCHAR(20) NOT NULL, twice INT AS (LENGTH(v)) STORED)",
                "INSERT INTO orders (id, code, v) VALUES (1000, 'a', 'one'), (2000, 'b', 'two')");
        TaskSpec task = real.task()
                .target(TargetSpec.of("warehouse").appending())
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
        real.catchUp(task);
        source.execute(
                real.shop,
                "UPDATE orders SET v = 'new'",
                "UPDATE orders SET v = 'newer' WHERE id = 1000",
                "DELETE FROM orders WHERE id = 2000",
                "INSERT INTO orders (id, code, v) VALUES (2000, 'b', 'again')",
                "UPDATE orders SET id = 20000 WHERE id = 2000");
        PipelineStatus status = real.catchUp(task);

        assertEquals(6, status.counters().applied(), status.counters().toString());
        assertTrue(status.counters().conserve(), status.counters().toString());
        assertEquals(
                List.of(
                        "delete|2000|b|again|0",
                        "delete|2000|b|new|0",
                        "insert|2000|b|again|0",
                        "load|1000|a|one|null",
                        "load|2000|b|two|null",
                        "update|1000|a|newer|0",
                        "update|1000|a|new|0",
                        "update|20000|b|again|0",
                        "update|2000|b|new|1"),
                real.atTarget("SELECT millrace_operation, id, code, v, millrace_ordinal FROM SHOP.orders"));
        assertEquals(
                List.of("0"),
                real.atTarget(
                        "SELECT count(*) FROM SHOP.orders WHERE NOT (" + TOLD + ") OR millrace_position IS NULL"));
    }

    @Test
    void shouldKeepEveryChangeOfATableWithoutKeyWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target)
            throws Exception {
        followKeyless(source, target);
    }

    @Test
    @Tag("full")
    void shouldKeepEveryChangeOfATableWithoutKeyWhenPostgresGoesToMariaDb(PostgresServer source, MariaDbServer target)
            throws Exception {
        followKeyless(source, target);
    }

    private void followKeyless(PostgresServer source, Server target) throws Exception {
        String shop = source.freshDatabase("shop");
        String schema = "append_" + shop;
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema + ".events (what text NOT NULL, n int)",
                "ALTER TABLE " + schema + ".events REPLICA IDENTITY FULL",
                "CREATE TABLE " + schema + ".orders (id bigint PRIMARY KEY, n int NOT NULL)");
        TaskSpec task = TaskSpec.builder("it_" + schema)
                .source("shop")
                .target(TargetSpec.of("warehouse").appending())
                .tables(schema + ".*")
                .mapping(Mapping.of("copy_${db_name_src_transed}", "${db_table_name_src_transed}"))
                .steps(Step.STRUCTURE, Step.INCREMENTAL)
                .start(new StartPosition.Now())
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
        catchUp(task, source, shop, target);
        source.execute(
                shop,
                "INSERT INTO " + schema + ".events VALUES ('a', 1), ('a', 1)",
                "UPDATE " + schema + ".events SET n = 2",
                "DELETE FROM " + schema + ".events WHERE n = 2",
                "INSERT INTO " + schema + ".orders VALUES (1000, 1)",
                "UPDATE " + schema + ".orders SET id = 2000, n = 2",
                "DELETE FROM " + schema + ".orders");
        catchUp(task, source, shop, target);

        String copy = "copy_" + schema;
        assertEquals(
                List.of("delete|a|2|0", "delete|a|2|1", "insert|a|1|0", "insert|a|1|1", "update|a|2|0", "update|a|2|1"),
                RealTask.rows(
                        target, copy, "SELECT millrace_operation, what, n, millrace_ordinal FROM " + copy + ".events"));
        assertEquals(
                List.of("delete|1000|null", "delete|2000|null", "insert|1000|1", "update|2000|2"),
                RealTask.rows(target, copy, "SELECT millrace_operation, id, n FROM " + copy + ".orders"));
        assertEquals(
                List.of("0"),
                RealTask.rows(
                        target,
                        copy,
                        "SELECT count(*) FROM " + copy + ".orders WHERE NOT (" + TOLD
                                + ") OR millrace_position NOT LIKE 'lsn:%'"));
    }

    private void catchUp(TaskSpec task, PostgresServer source, String shop, Server target) throws Exception {
        Runs.catchUp(
                task,
                DataSources.of("shop", source, shop),
                DataSources.of("warehouse", target, ""),
                directory.resolve(shop));
    }
}
