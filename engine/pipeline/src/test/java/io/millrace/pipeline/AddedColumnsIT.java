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
import io.millrace.task.AddedColumn;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.Parsed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that the source does not have, on real servers: made, loaded, and kept up by changes of all kinds. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class AddedColumnsIT {
    private static final String COLUMNS = """
            tables: ['*']
            mapping:
              add:
                - {name: tenant, value: north, type: varchar(8), key: true}
                - {name: src_db, value: '${DB_NAME_SRC}', type: varchar(64)}
                - {name: place, value: '${datasource_name_src}:${table_name_src}>${table_name_dest}'}
                - {name: op, value: '${operation}', type: varchar(16)}
                - {name: at, value: '${source_position}', type: text}
                - {name: committed, value: '${commit_time}'}
                - {name: written, value: '${execute_time}', type: timestamp(3)}
                - {name: told, value: 'at ${commit_time}', type: varchar(40)}
                - {name: grade, value: '7', type: smallint}
                - {name: rate, value: '0.50', type: 'decimal(6,2)'}
                - {name: live, value: 'true', type: boolean}
                - {name: since, value: '2024-02-29', type: date}
                - {name: big_only, value: x, tables: ['*.big*']}
            """;

    @TempDir
    Path directory;

    @Test
    void shouldHaveAddedColumnsWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        toPostgres(source, target, "gtid:[0-9a-f-]{36}:[0-9]+");
    }

    @Test
    @Tag("full")
    void shouldHaveAddedColumnsWhenMariaDbGoesToPostgres(MariaDbServer source, PostgresServer target) throws Exception {
        toPostgres(source, target, "gtid:[0-9]+-[0-9]+-[0-9]+");
    }

    private void toPostgres(Server source, PostgresServer target, String position) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, note VARCHAR(200), n INT)",
                "CREATE TABLE big_orders (id INT PRIMARY KEY)",
                "INSERT INTO orders VALUES (1, 'one', 1), (2, 'two', 2), (3, NULL, 3), (4, 'four', 4)",
                "INSERT INTO big_orders VALUES (1)");
        TaskSpec task = with(real.task(), COLUMNS);
        real.catchUp(task);
        source.execute(
                real.shop,
                "UPDATE orders SET n = 20 WHERE id = 2",
                "DELETE FROM orders WHERE id = 3",
                "UPDATE orders SET id = 40 WHERE id = 4",
                "INSERT INTO orders VALUES (5, 'five', 5)");
        PipelineStatus status = real.catchUp(task);

        assertTrue(status.counters().conserve(), status.counters().toString());
        assertEquals(4, status.counters().applied());
        real.assertSame("SELECT id, note, n FROM SHOP.orders");
        assertEquals(
                List.of("1|load", "2|update", "40|update", "5|insert"),
                real.atTarget("SELECT id, op FROM SHOP.orders"));
        assertEquals(
                List.of("north|" + real.shop + "|shop:orders>orders|7|0.50|t|2024-02-29"),
                real.atTarget("SELECT DISTINCT tenant, src_db, place, grade, rate, live, since FROM SHOP.orders"));
        assertEquals(
                List.of("3"),
                real.atTarget("SELECT count(*) FROM SHOP.orders WHERE at ~ '^" + position
                        + "$' AND committed BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'"
                        + " AND told = to_char(committed AT TIME ZONE 'UTC', '\"at \"YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " AND written BETWEEN now() - interval '1 hour' AND now() AND op <> 'load'"));
        assertEquals(
                List.of("null|null|t|t"),
                real.atTarget(
                        "SELECT committed, told, at LIKE 'gtid:%', written < now() FROM SHOP.orders WHERE op = 'load'"));
        assertEquals(List.of("1|x"), real.atTarget("SELECT id, big_only FROM SHOP.big_orders"));
        assertEquals(
                List.of("PRIMARY KEY (id, tenant)"),
                real.atTarget(
                        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'SHOP.orders'::regclass AND contype = 'p'"));
    }

    @Test
    void shouldHaveAddedColumnsWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        String shop = source.freshDatabase("shop");
        String schema = "added_" + shop;
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema + ".orders (id bigint PRIMARY KEY, note text, n int)",
                "INSERT INTO " + schema + ".orders VALUES (1, 'one', 1), (2, repeat('two', 40000), 2), (3, NULL, 3)");
        DataSource from = DataSources.of("shop", "postgres", source, shop);
        DataSource to = DataSources.of("warehouse", "mysql", target, "");
        TaskSpec task = with(
                TaskSpec.builder("it_" + schema)
                        .source("shop")
                        .target("warehouse")
                        .tables(schema + ".*"),
                COLUMNS);
        try {
            run(task, from, to);
            source.execute(
                    shop,
                    "UPDATE " + schema + ".orders SET n = 20 WHERE id = 2",
                    "DELETE FROM " + schema + ".orders WHERE id = 3",
                    "UPDATE " + schema + ".orders SET id = 4, note = 'moved' WHERE id = 1");
            PipelineStatus status = run(task, from, to);
            assertTrue(status.counters().conserve(), status.counters().toString());
        } finally {
            Runs.dropSlots(source, shop);
        }
        assertEquals(
                List.of("2|120000|20|update", "4|5|null|update"),
                RealTask.rows(target, schema, "SELECT id, LENGTH(note), NULLIF(n, 1), op FROM orders"));
        assertEquals(
                List.of("1|north|" + schema + "|shop:orders>orders|7|0.50|1|2024-02-29|2"),
                RealTask.rows(
                        target,
                        schema,
                        "SELECT MIN(at LIKE 'lsn:%/%'), tenant, src_db, place, grade, rate, live, since, COUNT(committed) FROM orders"
                                + " WHERE ABS(TIMESTAMPDIFF(MINUTE, committed, written)) < 60 GROUP BY tenant, src_db, place, grade, rate,"
                                + " live, since"));
    }

    private static TaskSpec with(TaskSpec.Builder task, String yaml) {
        Parsed<TaskSpec> parsed = TaskFile.parse("task.yaml", "name: t\nsource: a\ntarget: b\n" + yaml);
        assertEquals(List.of(), parsed.findings());
        List<AddedColumn> added = parsed.value().orElseThrow().transforms().added();
        assertEquals(13, added.size());
        return task.transforms(parsed.value().orElseThrow().transforms()).build();
    }

    private PipelineStatus run(TaskSpec task, DataSource from, DataSource to) throws InterruptedException {
        return Runs.catchUp(task, from, to, directory.resolve("data-" + task.name()));
    }
}
