package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.PostgresServer;
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

/** One database of a real server copied into a fresh one of PostgreSQL, and what both hold, by their own text. */
final class RealTask {
    final Server source;
    final String shop;
    final PostgresServer target;
    final String warehouse;
    private final Path directory;

    RealTask(Server source, PostgresServer target, Path directory) throws SQLException {
        this.source = source;
        this.target = target;
        this.directory = directory;
        shop = source.freshDatabase("shop");
        warehouse = target.freshDatabase("warehouse");
    }

    TaskSpec.Builder task() {
        return TaskSpec.builder("it_" + shop).source("shop").target("warehouse").tables(shop + ".*");
    }

    DataSource sourceServer() {
        return dataSource("shop", source instanceof MariaDbServer ? "mariadb" : "mysql", source, shop);
    }

    DataSource targetServer() {
        return dataSource("warehouse", "postgres", target, warehouse);
    }

    static DataSource dataSource(String name, String type, Server server, String database) {
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

    Pipeline pipeline(TaskSpec task, Goal goal) {
        return Pipeline.builder()
                .task(task)
                .dataSources(sourceServer(), targetServer())
                .dataDirectory(directory.resolve(shop))
                .until(goal)
                .build();
    }

    /** Runs until all that was committed before is at the target. */
    PipelineStatus catchUp(TaskSpec task) throws InterruptedException {
        try (Pipeline pipeline = pipeline(task, new Goal.CaughtUp())) {
            pipeline.start();
            PipelineState end = pipeline.await();
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(PipelineState.FINISHED, end);
            return pipeline.status().orElseThrow();
        }
    }

    void assertEqual(String... tables) throws SQLException {
        for (String table : tables) {
            assertSame("SELECT * FROM SHOP." + table);
        }
    }

    /** Asks both sides; the first difference tells more than all rows would. */
    void assertSame(String sql) throws SQLException {
        List<String> there = atTarget(sql);
        List<String> here = rows(source, shop, sql.replace("SHOP", shop));
        List<String> missing =
                here.stream().filter(row -> !there.contains(row)).limit(5).toList();
        List<String> further =
                there.stream().filter(row -> !here.contains(row)).limit(5).toList();
        assertEquals("missing=[], further=[]", "missing=" + missing + ", further=" + further, sql);
        assertEquals(here.size(), there.size(), sql);
    }

    List<String> atTarget(String sql) throws SQLException {
        return rows(target, warehouse, sql.replace("SHOP", shop));
    }

    static List<String> rows(Server server, String database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(found.getString(i));
                }
                rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
        }
        rows.sort(null);
        return rows;
    }
}
