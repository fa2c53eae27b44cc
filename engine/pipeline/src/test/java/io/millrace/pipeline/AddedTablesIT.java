package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that a task takes and that were not there when it began, or that it did not take: loaded and merged like the first ones. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_16, POSTGRES_18})
class AddedTablesIT {
    private static final int ROWS = 2_000;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private Server source;
    private String type;
    private PostgresServer target;
    private String shop;
    private String namespace;
    private String warehouse;

    private void use(Server server, String kind, PostgresServer into) {
        source = server;
        type = kind;
        target = into;
        shop = server.freshDatabase("shop");
        namespace = kind.equals("postgres") ? "public" : shop;
        warehouse = into.freshDatabase("warehouse");
        source.execute(shop, "CREATE TABLE first (id bigint PRIMARY KEY, n int)", "INSERT INTO first VALUES (1, 1)");
    }

    @AfterEach
    void dropSlot() {
        if (type.equals("postgres")) {
            source.execute(
                    shop,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                            + " WHERE database = current_database()");
        }
    }

    @Test
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnMySql(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, "mysql", into);
        addWhileRunning();
    }

    @Test
    @Tag("full")
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnMariaDb(
            MariaDbServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, "mariadb", into);
        addWhileRunning();
    }

    @Test
    void shouldLoadATableThatIsMadeWhileTheTaskRunsOnPostgres(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, "postgres", into);
        addWhileRunning();
    }

    @Test
    void shouldLoadATableThatTheFileTakesFromNowOnFromMySql(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, "mysql", into);
        addToTheFile();
    }

    @Test
    @Tag("full")
    void shouldLoadATableThatTheFileTakesFromNowOnFromMariaDb(
            MariaDbServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, "mariadb", into);
        addToTheFile();
    }

    @Test
    void shouldLoadATableThatTheFileTakesFromNowOnFromPostgres(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, "postgres", into);
        addToTheFile();
    }

    /** A transaction that is open over the moment at which the table is taken in, and a writer beside it. */
    private void addWhileRunning() throws Exception {
        try (Pipeline pipeline = pipeline(task("*"), new Goal.None());
                Connection open = source.connect(shop);
                Statement late = open.createStatement()) {
            pipeline.start();
            await(
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
            await(pipeline, "the target is equal", () -> isEqual("later") && isEqual("first"));
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
                .dataSources(
                        dataSource("shop", type, source, shop), dataSource("warehouse", "postgres", target, warehouse))
                .dataDirectory(directory.resolve("data"))
                .until(goal)
                .build();
    }

    private void catchUp(TaskSpec task) throws InterruptedException {
        try (Pipeline pipeline = pipeline(task, new Goal.CaughtUp())) {
            pipeline.start();
            PipelineState end = pipeline.await();
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(PipelineState.FINISHED, end);
        }
    }

    private static DataSource dataSource(String name, String type, Server server, String database) {
        return new DataSource(
                name,
                type,
                server.host(),
                server.port(),
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private static void await(Pipeline pipeline, String what, Callable<Boolean> condition) throws Exception {
        long started = System.nanoTime();
        while (!condition.call()) {
            assertEquals(Optional.empty(), pipeline.failure());
            assertTrue(
                    System.nanoTime() - started < PATIENCE_NANOS, () -> "not so: " + what + ", " + pipeline.status());
            Thread.sleep(50);
        }
    }

    private boolean isEqual(String table) throws SQLException {
        if (rows(target, warehouse, "SELECT tablename FROM pg_tables WHERE tablename = '" + table + "'")
                .isEmpty()) {
            return false;
        }
        String all = "SELECT * FROM " + namespace + "." + table + " ORDER BY id";
        return rows(source, shop, all).equals(rows(target, warehouse, all));
    }

    private static List<String> rows(Server server, String database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(found.getString(i)).append('|');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }
}
