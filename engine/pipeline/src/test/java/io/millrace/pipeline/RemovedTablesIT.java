package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DeletePolicy;
import io.millrace.task.DmlSpec;
import io.millrace.task.ExistingRows;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that a task takes no more from some start on: it stays at the target as it is, all others go on; and when it is taken once more
 * nothing that happened meanwhile is missing.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_16, POSTGRES_18})
class RemovedTablesIT {
    private static final int ROWS = 3_000;

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
        source.execute(shop, "CREATE TABLE kept (id bigint PRIMARY KEY, n int)", "INSERT INTO kept VALUES (1, 1)");
        StringBuilder rows = new StringBuilder("(0, 0)");
        for (int i = 1; i < ROWS; i++) {
            rows.append(", (").append(i).append(", ").append(i).append(")");
        }
        source.execute(shop, "CREATE TABLE gone (id bigint PRIMARY KEY, n int)", "INSERT INTO gone VALUES " + rows);
    }

    @AfterEach
    void dropSlot() {
        if (source instanceof PostgresServer) {
            Runs.dropSlots(source, shop);
        }
    }

    @Test
    void shouldLeaveATableWhenTheTaskOfMySqlTakesItNoMore(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        takeOutAndIn();
    }

    @Test
    @Tag("full")
    void shouldLeaveATableWhenTheTaskOfMariaDbTakesItNoMore(
            MariaDbServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        takeOutAndIn();
    }

    @Test
    @Tag("full")
    void shouldLeaveATableWhenTheTaskOfPostgresTakesItNoMore(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, into);
        takeOutAndIn();
    }

    @Test
    void shouldEndTheLoadWithoutATableWhenTheTaskOfMySqlTakesItNoMore(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        takeOutWithinTheLoad();
    }

    @Test
    void shouldEndTheLoadWithoutATableWhenTheTaskOfPostgresTakesItNoMore(
            @RealServers(POSTGRES_16) PostgresServer server, @RealServers(POSTGRES_18) PostgresServer into)
            throws Exception {
        use(server, into);
        takeOutWithinTheLoad();
    }

    /** With policies for its rows a table cannot be loaded again. */
    @Test
    void shouldAskWhatBecomesOfRowsThatStandWhenATableCannotBeLoadedAgain(
            MySqlServer server, @RealServers(POSTGRES_18) PostgresServer into) throws Exception {
        use(server, into);
        catchUp(ignoringDeletes("*", ExistingRows.ERROR));
        catchUp(ignoringDeletes("kept", ExistingRows.ERROR));
        source.execute(shop, "UPDATE gone SET n = -2 WHERE id < 10", "DELETE FROM gone WHERE id >= 2000");
        try (Pipeline pipeline = pipeline(ignoringDeletes("*", ExistingRows.ERROR), new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            assertEquals(
                    ErrorCode.TARGET_ROWS_EXIST,
                    pipeline.failure().orElseThrow().code());
        }
        catchUp(ignoringDeletes("*", ExistingRows.TRUNCATE));
        assertSame();
    }

    private TaskSpec ignoringDeletes(String tables, ExistingRows existing) {
        return TaskSpec.builder("it_removed")
                .source("shop")
                .target(TargetSpec.of("warehouse").withExistingRows(existing))
                .tables(namespace + "." + tables)
                .dml(DmlSpec.UNSAID.withDeletes(DeletePolicy.IGNORE))
                .build();
    }

    private void takeOutAndIn() throws Exception {
        catchUp(task("*"));
        assertTrue(isEqual("gone") && isEqual("kept"));
        source.execute(shop, "UPDATE gone SET n = -1 WHERE id < 5"); // of which the log has some when the task ends
        catchUp(task("*"));
        List<String> before = rows(target, warehouse, "gone");
        source.execute(
                shop,
                "UPDATE gone SET n = -2 WHERE id < 10",
                "DELETE FROM gone WHERE id >= 2000",
                "INSERT INTO kept VALUES (2, 2)");
        PipelineStatus status = catchUp(task("kept"));
        assertTrue(isEqual("kept"));
        assertTrue(before.equals(rows(target, warehouse, "gone")), "it stays as it was");
        assertTrue(status.counters().conserve(), status.counters().toString());
        source.execute(shop, "INSERT INTO gone VALUES (1000000, 1)", "INSERT INTO kept VALUES (3, 3)");
        catchUp(task("kept"));
        assertTrue(isEqual("kept"));
        assertTrue(before.equals(rows(target, warehouse, "gone")), "it stays as it was");
        catchUp(task("*"));
        assertSame();
        source.execute(shop, "UPDATE gone SET n = -3 WHERE id < 10");
        catchUp(task("*"));
        assertTrue(isEqual("gone") && isEqual("kept"));
    }

    private void takeOutWithinTheLoad() throws Exception {
        try (Pipeline pipeline = pipeline(
                TaskSpec.builder("it_removed")
                        .source("shop")
                        .target("warehouse")
                        .tables(namespace + ".*")
                        .resources(ResourceSpec.defaults().withRates(OptionalLong.of(500), OptionalLong.empty()))
                        .build(),
                new Goal.None())) {
            pipeline.start();
            Runs.await(
                    pipeline,
                    "the load is within the table",
                    () -> pipeline.status()
                            .flatMap(PipelineStatus::load)
                            .map(load -> load.rows() > 100)
                            .orElse(false));
            source.execute(shop, "UPDATE gone SET n = -1 WHERE id < 5", "INSERT INTO kept VALUES (2, 2)");
            assertTrue(pipeline.stop(Duration.ofMinutes(1)));
            assertEquals(Optional.empty(), pipeline.failure());
        }
        assertFalse(isEqual("gone"));
        source.execute(shop, "UPDATE gone SET n = -1 WHERE id < 7");
        PipelineStatus status = catchUp(task("kept"));
        assertTrue(isEqual("kept"));
        assertTrue(status.counters().conserve(), status.counters().toString());
        source.execute(shop, "DELETE FROM gone WHERE id < 3");
        catchUp(task("*"));
        assertTrue(isEqual("gone") && isEqual("kept"));
    }

    private TaskSpec task(String tables) {
        return TaskSpec.builder("it_removed")
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

    private void assertSame() throws SQLException {
        List<String> expected = rows(source, shop, "gone");
        List<String> found = rows(target, warehouse, "gone");
        List<String> differences = new ArrayList<>(expected);
        differences.removeAll(found);
        assertEquals(List.of(), differences.subList(0, Math.min(5, differences.size())), "rows that the target lacks");
        assertEquals(expected.size(), found.size());
    }

    private PipelineStatus catchUp(TaskSpec task) throws InterruptedException {
        return Runs.finish(pipeline(task, new Goal.CaughtUp()));
    }

    private boolean isEqual(String table) throws SQLException {
        return rows(source, shop, table).equals(rows(target, warehouse, table));
    }

    private List<String> rows(Server server, String database, String table) throws SQLException {
        return RealTask.rows(server, database, "SELECT * FROM " + namespace + "." + table + " ORDER BY id");
    }
}
