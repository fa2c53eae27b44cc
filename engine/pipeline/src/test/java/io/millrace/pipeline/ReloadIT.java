package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.Reload;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.ExistingRows;
import io.millrace.task.Mapping;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that stood at the target, and tables that are loaded again: by ranges of a number, at once by text, and together where foreign keys
 * tie them, beside a writer while the task runs.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_16, POSTGRES_18})
class ReloadIT {
    private static final int ROWS = 3_000;
    private static final List<String> TABLES = List.of("big", "named", "parent", "child");

    @TempDir
    Path directory;

    private Server source;
    private Server target;
    private String shop;
    private String warehouse;
    /** Schemas of the tables, as SQL names them. */
    private String from;

    private String into;

    private void use(Server server, Server other) {
        source = server;
        target = other;
        shop = server.freshDatabase("shop");
        warehouse = target instanceof PostgresServer ? target.freshDatabase("warehouse") : shop;
        from = server instanceof PostgresServer ? "public" : shop;
        into = "copy_" + shop;
    }

    @AfterEach
    void dropSlot() {
        if (source instanceof PostgresServer) {
            Runs.dropSlots(source, shop);
        }
    }

    @Test
    void shouldEndEqualWhenMySqlIsLoadedAgainIntoPostgres(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer other) throws Exception {
        use(server, other);
        runAll();
    }

    @Test
    void shouldEndEqualWhenMySqlIsLoadedAgainIntoMySql(MySqlServer server) throws Exception {
        use(server, server);
        runAll();
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenMariaDbIsLoadedAgainIntoMariaDb(MariaDbServer server) throws Exception {
        use(server, server);
        runAll();
    }

    @Test
    void shouldEndEqualWhenPostgresIsLoadedAgainIntoPostgres(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer other)
            throws Exception {
        use(server, other);
        runAll();
    }

    /**
     * A commit that waits for a standby is at the target before any snapshot shows it. Its row must not go with what a chunk replaces, for
     * nobody would bring it again.
     */
    @Test
    void shouldLoseNothingThatNoSnapshotShowsYet(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer other)
            throws Exception {
        use(server, other);
        source.execute(
                shop, "CREATE TABLE big (id bigint PRIMARY KEY, v varchar(60))", "INSERT INTO big VALUES (1, 'x')");
        TaskSpec task = task(ExistingRows.ERROR);
        catchUp(task);
        Thread late = new Thread(() -> source.execute(shop, "INSERT INTO big VALUES (2, 'late')"));
        try (Pipeline pipeline = pipeline(task, new Goal.None())) {
            pipeline.start();
            Runs.await(pipeline, "it runs", () -> pipeline.status().isPresent());
            waitForStandby("'nobody'");
            late.start();
            Runs.await(pipeline, "the target has it", () -> there("big").contains("2|late"));
            ask(task, "big", Optional.empty());
            Runs.await(pipeline, "it is waited for", () -> ledger("chunk = -4") == 1 && isWaitedFor());
            assertEquals(List.of("1|x", "2|late"), there("big"));
            waitForStandby("''");
            late.join();
            Runs.await(pipeline, "nothing is asked for", () -> ledger("chunk < -2") == 0);
            assertTrue(pipeline.stop(Duration.ofMinutes(2)));
            assertEquals(List.of("1|x", "2|late"), there("big"));
        } finally {
            waitForStandby("''");
        }
    }

    /** Nothing there tells whether a snapshot shows what was applied: nothing is asked for, and the target stays as it is. */
    @Test
    void shouldRefuseWhenPositionsAreOffsetsOfFiles(@RealServers(POSTGRES_18) PostgresServer other) throws Exception {
        use(
                MySqlServer.builder()
                        .set("gtid_mode", "OFF")
                        .set("enforce_gtid_consistency", "OFF")
                        .shared(),
                other);
        source.execute(
                shop, "CREATE TABLE big (id bigint PRIMARY KEY, v varchar(60))", "INSERT INTO big VALUES (1, 'x')");
        TaskSpec task = task(ExistingRows.ERROR);
        catchUp(task);
        target.execute(warehouse, "UPDATE " + into + ".big SET v = 'damaged'");
        for (Optional<String> where : List.of(Optional.<String>empty(), Optional.of("id = 1"))) {
            MillraceException refused = assertThrows(MillraceException.class, () -> ask(task, "big", where));
            assertEquals(ErrorCode.NOT_SUPPORTED_YET, refused.code());
            assertTrue(
                    refused.getMessage().contains("table=" + from + ".big, reason=positions of files do not tell"),
                    refused.getMessage());
        }
        assertEquals(0, ledger("chunk < -2"));
        source.execute(shop, "INSERT INTO big VALUES (2, 'y')");
        catchUp(task);
        assertEquals(List.of("1|damaged", "2|y"), there("big"));
    }

    private void waitForStandby(String names) {
        source.execute(shop, "ALTER SYSTEM SET synchronous_standby_names = " + names, "SELECT pg_reload_conf()");
    }

    private boolean isWaitedFor() throws Exception {
        return !RealTask.rows(
                        source,
                        shop,
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                                + " AND query LIKE '%pg_locks%transactionid%' AND state_change > clock_timestamp()"
                                + " - interval '300 ms'")
                .isEmpty();
    }

    private void runAll() throws Exception {
        create();
        existingRows();
        whileRunning();
        range();
    }

    private void create() {
        StringBuilder big = new StringBuilder();
        StringBuilder named = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            big.append(i == 0 ? "" : ", ").append("(").append(i).append(", 'row')");
            named.append(i == 0 ? "" : ", ").append("('n").append(i).append("', 'row')");
        }
        source.execute(
                shop,
                "CREATE TABLE big (id bigint PRIMARY KEY, v varchar(60))",
                "CREATE TABLE named (id varchar(40) PRIMARY KEY, v varchar(60))",
                "CREATE TABLE parent (id int PRIMARY KEY, v varchar(60) UNIQUE)",
                "CREATE TABLE child (id int PRIMARY KEY, v varchar(60), parent int, FOREIGN KEY (parent)"
                        + " REFERENCES parent (id))",
                "INSERT INTO big VALUES " + big,
                "INSERT INTO named VALUES " + named,
                "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                "INSERT INTO child VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL)");
        target.execute(
                warehouse,
                (target instanceof PostgresServer ? "CREATE SCHEMA " : "CREATE DATABASE ") + into,
                "CREATE TABLE " + into + ".big (id bigint PRIMARY KEY, v varchar(60))",
                "INSERT INTO " + into + ".big VALUES (1, 'stood'), (-1, 'stood')",
                "CREATE TABLE " + into + ".other (id int PRIMARY KEY, big bigint, FOREIGN KEY (big) REFERENCES " + into
                        + ".big (id))");
    }

    private void existingRows() throws Exception {
        assertFails(ErrorCode.TARGET_ROWS_EXIST, ExistingRows.ERROR, "holds rows before the load");
        assertFails(ErrorCode.TARGET_ROWS_EXIST, ExistingRows.TRUNCATE, "foreign keys of other tables refer to rows");
        target.execute(warehouse, "DROP TABLE " + into + ".other");
        TaskPreview preview = TaskPreview.of(task(ExistingRows.TRUNCATE), from(), to());
        assertTrue(
                preview.findings().stream()
                        .anyMatch(each -> each.message().contains("all rows of the table are removed")),
                preview.toString());
        assertEquals(1, preview.emptying().size(), preview.toString());
        assertEquals("2", count("big"));
        catchUp(task(ExistingRows.TRUNCATE));
        assertEqual();
        target.execute(warehouse, "INSERT INTO " + into + ".big VALUES (-2, 'later')");
        catchUp(task(ExistingRows.TRUNCATE));
        assertEquals("" + (ROWS + 1), count("big"));
    }

    private void assertFails(ErrorCode code, ExistingRows rows, String words) throws Exception {
        try (Pipeline pipeline = pipeline(task(rows), new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(code, pipeline.failure().orElseThrow().code());
            assertTrue(pipeline.failure().orElseThrow().getMessage().contains(words), words);
        }
        assertEquals("2", count("big"));
    }

    private String count(String table) throws Exception {
        return RealTask.rows(target, warehouse, "SELECT count(*) FROM " + into + "." + table)
                .get(0);
    }

    private void damage(String table, String id, String further) {
        target.execute(
                warehouse,
                "DELETE FROM " + into + "." + table + " WHERE id IN (" + id + ")",
                "UPDATE " + into + "." + table + " SET v = "
                        + (target instanceof PostgresServer ? "v || '!'" : "CONCAT(v, '!')"),
                "INSERT INTO " + into + "." + table + " (id, v) VALUES (" + further + ", 'further')");
    }

    private void whileRunning() throws Exception {
        TaskSpec task = task(ExistingRows.ERROR);
        try (Pipeline pipeline = pipeline(task, new Goal.None())) {
            pipeline.start();
            Runs.await(pipeline, "it runs", () -> pipeline.status().isPresent());
            damage("big", "3, 4, 5", "-9");
            damage("named", "'n3', 'n4'", "'zzz'");
            damage("child", "2", "99");
            damage("parent", "3", "99");
            assertEquals(List.of("big"), ask(task, "big", Optional.empty()));
            assertEquals(List.of("named"), ask(task, "named", Optional.empty()));
            assertEquals(List.of("child", "parent"), ask(task, "parent", Optional.empty()));
            AtomicBoolean isDone = new AtomicBoolean();
            Thread writer = new Thread(() -> write(isDone));
            writer.start();
            try {
                Runs.await(pipeline, "nothing is asked for", () -> ledger("chunk < -2") == 0);
            } finally {
                isDone.set(true);
                writer.join();
            }
            Runs.await(pipeline, "the target is equal", this::isEqual);
            assertTrue(pipeline.stop(Duration.ofMinutes(2)));
            assertEquals(Optional.empty(), pipeline.failure());
            PipelineStatus status = pipeline.status().orElseThrow();
            assertTrue(status.counters().conserve(), status.counters().toString());
            assertTrue(status.loadedRows() - status.loadedRowsBefore() >= 2 * ROWS / 2, status.toString());
        }
    }

    private long ledger(String where) throws Exception {
        return Long.parseLong(RealTask.rows(
                        target,
                        warehouse,
                        "SELECT count(*) FROM millrace.load_ledger WHERE task = 'it_" + shop + "' AND " + where)
                .get(0));
    }

    /** Outside of the range nothing is touched. */
    private void range() throws Exception {
        TaskSpec task = task(ExistingRows.ERROR);
        source.execute(shop, "INSERT INTO big VALUES (100001, 'x'), (100002, 'x'), (100003, 'x')");
        catchUp(task);
        target.execute(
                warehouse,
                "UPDATE " + into + ".big SET v = 'damaged' WHERE id > 100000",
                "INSERT INTO " + into + ".big VALUES (100004, 'further'), (100005, 'further')");
        ask(task, "big", Optional.of("id between 100002 and 100004"));
        source.execute(shop, "UPDATE big SET v = 'y' WHERE id = 100003");
        catchUp(task);
        assertEquals(
                List.of("100001|damaged", "100002|x", "100003|y", "100005|further"),
                RealTask.rows(
                        target, warehouse, "SELECT id, v FROM " + into + ".big WHERE id BETWEEN 100000 AND 200000"));
        ask(task, "big", Optional.empty());
        catchUp(task);
        assertEqual();
    }

    private void write(AtomicBoolean isDone) {
        Random random = new Random(7);
        int next = 10_000;
        while (!isDone.get()) {
            int id = random.nextInt(2 * ROWS);
            source.execute(
                    shop,
                    switch (random.nextInt(6)) {
                        case 0 -> "DELETE FROM big WHERE id = " + id;
                        case 1 -> "UPDATE big SET id = " + next++ + " WHERE id = " + id;
                        case 2 -> "DELETE FROM named WHERE id = 'n" + id + "'";
                        case 3 -> "UPDATE named SET v = 'v" + random.nextInt() + "' WHERE id = 'n" + id + "'";
                        case 4 -> "UPDATE parent SET v = 'v" + random.nextInt() + "' WHERE id = " + (1 + id % 3);
                        default -> "UPDATE big SET v = 'v" + random.nextInt() + "' WHERE id = " + id;
                    });
        }
    }

    private List<String> ask(TaskSpec task, String table, Optional<String> where) {
        return Reload.request(task, from(), to(), directory.resolve(shop), from + "." + table, where).tables().stream()
                .map(each -> each.name())
                .sorted()
                .toList();
    }

    private TaskSpec task(ExistingRows rows) {
        return TaskSpec.builder("it_" + shop)
                .source("shop")
                .target(TargetSpec.of("warehouse").withExistingRows(rows))
                .tables(from + ".*")
                .mapping(Mapping.of(into, "${db_table_name_src_transed}"))
                .build();
    }

    private DataSource from() {
        return DataSources.of("shop", source, shop);
    }

    private DataSource to() {
        return DataSources.of("warehouse", target, target instanceof PostgresServer ? warehouse : "");
    }

    private Pipeline pipeline(TaskSpec task, Goal goal) {
        return Pipeline.builder()
                .task(task)
                .dataSources(from(), to())
                .dataDirectory(directory.resolve(shop))
                .until(goal)
                .build();
    }

    private void catchUp(TaskSpec task) throws Exception {
        Runs.finish(pipeline(task, new Goal.CaughtUp()));
    }

    private boolean isEqual() throws Exception {
        for (String table : TABLES) {
            if (!here(table).equals(there(table))) {
                return false;
            }
        }
        return true;
    }

    private void assertEqual() throws Exception {
        for (String table : TABLES) {
            assertNotEquals(0, here(table).size());
            assertEquals(here(table), there(table));
        }
    }

    private List<String> here(String table) throws Exception {
        return RealTask.rows(source, shop, "SELECT * FROM " + from + "." + table);
    }

    private List<String> there(String table) throws Exception {
        return RealTask.rows(target, warehouse, "SELECT * FROM " + into + "." + table);
    }
}
