package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that a task takes and that were not there when it began, or that it did not take: loaded and merged like the first ones. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_16, POSTGRES_18})
class AddedTablesIT {
    private static final int ROWS = 2_000;

    @TempDir
    Path directory;

    private Server source;
    private PostgresServer target;
    private String shop;
    private String namespace;
    private String warehouse;

    private void use(Server server, PostgresServer into) {
        source = server;
        target = into;
        shop = server.freshDatabase("shop");
        namespace = server instanceof PostgresServer ? "public" : shop;
        warehouse = into.freshDatabase("warehouse");
        source.execute(shop, "CREATE TABLE first (id bigint PRIMARY KEY, n int)", "INSERT INTO first VALUES (1, 1)");
    }

    @AfterEach
    void dropSlot() {
        if (source instanceof PostgresServer) {
            Runs.dropSlots(source, shop);
        }
    }

    @Test
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnMySql(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        addWhileRunning();
    }

    @Test
    @Tag("full")
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnMariaDb(
            MariaDbServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        addWhileRunning();
    }

    @Test
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnPostgres(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, into);
        addWhileRunning();
    }

    @Test
    void shouldLoadATableThatTheFileTakesFromNowOnFromMySql(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        addToTheFile();
    }

    @Test
    @Tag("full")
    void shouldLoadATableThatTheFileTakesFromNowOnFromMariaDb(
            MariaDbServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        addToTheFile();
    }

    @Test
    @Tag("full")
    void shouldLoadATableThatTheFileTakesFromNowOnFromPostgres(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, into);
        addToTheFile();
    }

    /** A transaction that is open over the moment at which the table is taken in, and a writer beside it. */
    private void addWhileRunning() throws Exception {
        try (Pipeline pipeline = pipeline(task("*"), new Goal.None());
                Connection open = source.connect(shop);
                Statement late = open.createStatement()) {
            pipeline.start();
            Runs.await(
                    pipeline,
                    "the load is over",
                    () -> pipeline.status()
                            .flatMap(PipelineStatus::load)
                            .map(load -> load.isOver())
                            .orElse(false));
            create("later");
            open.setAutoCommit(false);
            late.execute("INSERT INTO later VALUES (-1, 'open')");
            Random random = new Random(5);
            for (int i = 0; i < 200; i++) {
                write("later", random);
                Thread.sleep(5);
            }
            late.execute("UPDATE later SET v = 'committed' WHERE id = -1");
            open.commit();
            for (int i = 0; i < 100; i++) {
                write("later", random);
            }
            source.execute(shop, "INSERT INTO first VALUES (2, 2)");
            Runs.await(pipeline, "the target is equal", () -> isEqual("later") && isEqual("first"));
            assertTrue(pipeline.stop(Duration.ofMinutes(2)));
            assertEquals(Optional.empty(), pipeline.failure());
            PipelineStatus status = pipeline.status().orElseThrow();
            assertTrue(status.counters().conserve(), status.counters().toString());
            assertTrue(status.loadedRows() - status.loadedRowsBefore() > ROWS / 2, status.toString());
        }
    }

    private void addToTheFile() throws Exception {
        create("other");
        catchUp(task("first"));
        Random random = new Random(6);
        for (int i = 0; i < 50; i++) {
            write("other", random);
        }
        source.execute(shop, "INSERT INTO first VALUES (2, 2)");
        catchUp(task("*"));
        assertTrue(isEqual("other") && isEqual("first"));
        for (int i = 0; i < 50; i++) {
            write("other", random);
        }
        catchUp(task("*"));
        assertTrue(isEqual("other"));
        catchUp(task("first"));
    }

    private void create(String table) {
        StringBuilder rows = new StringBuilder("(0, 'row 0')");
        for (int i = 1; i < ROWS; i++) {
            rows.append(", (").append(i).append(", 'row ").append(i).append("')");
        }
        source.execute(
                shop,
                "CREATE TABLE " + table + " (id bigint PRIMARY KEY, v varchar(60))",
                "INSERT INTO " + table + " VALUES " + rows);
    }

    private void write(String table, Random random) {
        int id = random.nextInt(2 * ROWS);
        source.execute(
                shop,
                switch (random.nextInt(4)) {
                    case 0 -> "DELETE FROM " + table + " WHERE id = " + id;
                    case 1 ->
                        "UPDATE " + table + " SET id = " + (2 * ROWS + random.nextInt(1 << 30)) + " WHERE id = " + id;
                    case 2 ->
                        "INSERT INTO " + table + " VALUES (" + ((1L << 31) + random.nextInt(1 << 30)) + ", 'new')";
                    default -> "UPDATE " + table + " SET v = 'v" + random.nextInt() + "' WHERE id = " + id;
                });
    }

    private TaskSpec task(String tables) {
        return TaskSpec.builder("it_added")
                .source("shop")
                .target("warehouse")
                .tables(namespace + "." + tables)
                .build();
    }

    private Pipeline pipeline(TaskSpec task, Goal goal) {
        return Pipeline.builder()
                .task(task)
                .dataSources(DataSources.of("shop", source, shop), DataSources.of("warehouse", target, warehouse))
                .dataDirectory(directory.resolve("data"))
                .until(goal)
                .build();
    }

    private void catchUp(TaskSpec task) throws InterruptedException {
        Runs.finish(pipeline(task, new Goal.CaughtUp()));
    }

    private boolean isEqual(String table) throws SQLException {
        if (RealTask.rows(target, warehouse, "SELECT tablename FROM pg_tables WHERE tablename = '" + table + "'")
                .isEmpty()) {
            return false;
        }
        String all = "SELECT * FROM " + namespace + "." + table + " ORDER BY id";
        return RealTask.rows(source, shop, all).equals(RealTask.rows(target, warehouse, all));
    }
}
