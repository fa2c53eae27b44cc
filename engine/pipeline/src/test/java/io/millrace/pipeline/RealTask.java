package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One database of a real server copied into a fresh one of another, and what both hold, by their own text. */
final class RealTask {
    private static final SecretResolver NO_SECRETS = new SecretResolver() {
        @Override
        public Optional<String> environment(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> file(Path path) {
            return Optional.empty();
        }
    };

    final Server source;
    final String shop;
    final Server target;
    final String warehouse;
    private final Path directory;

    RealTask(Server source, Server target, Path directory) throws SQLException {
        this.source = source;
        this.target = target;
        this.directory = directory;
        shop = source.freshDatabase("shop");
        warehouse = target.freshDatabase("warehouse");
    }

    TaskSpec.Builder task() {
        return TaskSpec.builder("it_" + shop).source("shop").target("warehouse").tables(shop + ".*");
    }

    /** The task that these lines describe, which know of no secret; {@code SHOP} is the source's database. */
    TaskSpec task(String yaml) {
        return TaskFile.parse(
                        "task.yaml",
                        "name: it_" + shop + "\nsource: shop\ntarget: warehouse\n" + yaml.replace("SHOP", shop),
                        Path.of(""),
                        NO_SECRETS)
                .orThrow();
    }

    /** What is said of it before it begins. */
    List<String> findings(TaskSpec task) {
        return TaskPreview.of(task, sourceServer(), targetServer()).findings().stream()
                .map(finding -> finding.severity() + " " + finding.message())
                .toList();
    }

    /** Runs until it stops for a person, and says why. */
    String stopped(TaskSpec task) throws InterruptedException {
        try (Pipeline pipeline = pipeline(task, new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            return pipeline.failure().orElseThrow().display();
        }
    }

    DataSource sourceServer() {
        return DataSources.of("shop", source, shop);
    }

    /** The same, for another user of the source. */
    DataSource sourceServer(String user, String password) {
        return DataSources.as(user, password, sourceServer());
    }

    DataSource targetServer() {
        return DataSources.of("warehouse", target, target instanceof PostgresServer ? warehouse : "");
    }

    /** A selection of tables by one name. */
    static TableSelection only(String name) {
        return new TableSelection() {
            @Override
            public boolean isSelected(TableId table) {
                return table.name().equals(name);
            }

            @Override
            public List<String> declaredKey(TableId table) {
                return List.of();
            }
        };
    }

    Pipeline pipeline(TaskSpec task, Goal goal) {
        return pipeline(task, sourceServer(), goal);
    }

    Pipeline pipeline(TaskSpec task, DataSource from, Goal goal) {
        return Pipeline.builder()
                .task(task)
                .dataSources(from, targetServer())
                .dataDirectory(directory.resolve(shop))
                .until(goal)
                .build();
    }

    /** Runs until all that was committed before is at the target. */
    PipelineStatus catchUp(TaskSpec task) throws InterruptedException {
        return Runs.finish(pipeline(task, new Goal.CaughtUp()));
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
