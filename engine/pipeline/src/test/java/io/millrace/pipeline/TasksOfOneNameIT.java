package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.MYSQL_9_7;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_17;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tasks of one name into one target, from different servers: the second finds out, and the first goes on as if nothing had been. */
@RealServers({MYSQL_8_0, MYSQL_9_7, MARIADB_11_4, POSTGRES_16, POSTGRES_17, POSTGRES_18})
class TasksOfOneNameIT {
    @TempDir
    Path directory;

    @Test
    void shouldFindOutWhenTheOtherServerIsAnotherMySql(
            @RealServers(MYSQL_8_0) MySqlServer first,
            @RealServers(MYSQL_9_7) MySqlServer second,
            @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        runBeside(first, second, target);
    }

    @Test
    void shouldFindOutWhenTheOtherServerIsOfAnotherKind(
            MariaDbServer first,
            @RealServers(MYSQL_8_0) MySqlServer second,
            @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        runBeside(first, second, target);
    }

    @Test
    void shouldFindOutWhenTheOtherServerIsAnotherPostgres(
            @RealServers(POSTGRES_16) PostgresServer first,
            @RealServers(POSTGRES_17) PostgresServer second,
            @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        runBeside(first, second, target);
    }

    private void runBeside(Server first, Server second, PostgresServer target) throws Exception {
        String shop = first.freshDatabase("twice");
        String other = second.freshDatabase("twice");
        String warehouse = target.freshDatabase("warehouse");
        create(first, shop);
        create(second, other);
        try (Pipeline running = pipeline("first", first, shop, target, warehouse)) {
            running.start();
            String table = namespace(first, shop) + ".t";
            Runs.await(
                    running, "the load", () -> count(target, warehouse, table).equals("1"));
            first.execute(shop, "INSERT INTO t VALUES (2)"); // so that its position has something of the server
            Runs.await(
                    running, "the stream", () -> count(target, warehouse, table).equals("2"));
            try (Pipeline late = pipeline("second", second, other, target, warehouse)) {
                late.start();
                assertEquals(PipelineState.FAILED, late.await());
                assertEquals(
                        ErrorCode.SOURCE_IDENTITY, late.failure().orElseThrow().code());
            }
            first.execute(shop, "INSERT INTO t VALUES (3)");
            Runs.await(
                    running, "the stream", () -> count(target, warehouse, table).equals("3"));
            assertTrue(running.stop(Duration.ofMinutes(1)));
            assertEquals(Optional.empty(), running.failure());
        } finally {
            for (Server each : new Server[] {first, second}) {
                if (each instanceof PostgresServer) {
                    Runs.dropSlots(each, each == first ? shop : other);
                }
            }
        }
    }

    private static void create(Server server, String database) {
        server.execute(database, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    }

    private static String namespace(Server server, String database) {
        return server instanceof PostgresServer ? "public" : database;
    }

    private static String count(PostgresServer target, String warehouse, String table) throws SQLException {
        return RealTask.rows(target, warehouse, "SELECT to_regclass('" + table + "') IS NOT NULL")
                        .equals(List.of("t"))
                ? RealTask.rows(target, warehouse, "SELECT count(*) FROM " + table)
                        .get(0)
                : "0";
    }

    private Pipeline pipeline(String data, Server source, String shop, PostgresServer target, String warehouse) {
        return Pipeline.builder()
                .task(TaskSpec.builder("it_twice")
                        .source("shop")
                        .target("warehouse")
                        .tables(namespace(source, shop) + ".*")
                        .build())
                .dataSources(DataSources.of("shop", source, shop), DataSources.of("warehouse", target, warehouse))
                .dataDirectory(directory.resolve(data))
                .until(new Goal.None())
                .build();
    }
}
