package io.millrace.e2e.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.task.Consistency;
import io.millrace.task.DeliverySpec;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An order system of twelve tables with foreign keys and unique keys, whose rows are tied at the target: what a batch comes to arrives
 * in an order that the keys allow, swaps of unique values among it.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class OltpIT {
    private static final int TRANSACTIONS = Integer.getInteger("transactions", 300);

    @TempDir
    Path directory;

    @Test
    void shouldEndEqualWhenForeignAndUniqueKeysAreEnforced(MySqlServer source, PostgresServer target) throws Exception {
        follow(source, target, TargetSpec.of("warehouse"), Consistency.ROW);
    }

    @Test
    void shouldEndEqualWhenForeignKeysRest(MySqlServer source, PostgresServer target) throws Exception {
        follow(source, target, TargetSpec.of("warehouse").withReplica(true), Consistency.ROW);
    }

    @Test
    void shouldEndEqualWhenTransactionsStayWhole(MySqlServer source, PostgresServer target) throws Exception {
        follow(source, target, TargetSpec.of("warehouse"), Consistency.TRANSACTION);
    }

    private void follow(MySqlServer source, PostgresServer target, TargetSpec spec, Consistency consistency)
            throws Exception {
        String shop = source.freshDatabase("oltp");
        String copy = target.freshDatabase("oltp");
        TaskSpec task = TaskSpec.builder("oltp")
                .source("shop")
                .target(spec)
                .tables(shop + ".*")
                .resources(ResourceSpec.defaults().withWriteConcurrency(3))
                .delivery(DeliverySpec.DEFAULT.withConsistency(consistency))
                .build();
        OltpWorkload workload = new OltpWorkload(5);
        try (Connection connection = source.connect(shop)) {
            workload.prepare(connection, 1);
            catchUp(task, source, shop, target, copy);
            try (Connection check = target.connect(copy)) {
                assertEquals(16, foreignKeys(check));
            }
            workload.run(connection, TRANSACTIONS);
            catchUp(task, source, shop, target, copy);
            try (Connection check = target.connect(copy)) {
                for (String table : workload.tables()) {
                    String columns = workload.compared(table);
                    assertEquals(
                            text(connection, "`" + table + "`", columns),
                            text(check, "\"" + shop + "\"." + table, columns),
                            table);
                }
            }
        }
    }

    private static long foreignKeys(Connection target) throws SQLException {
        try (Statement sql = target.createStatement();
                ResultSet row = sql.executeQuery("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** All rows, each of which has its key, sorted here. */
    private static String text(Connection connection, String table, String columns) throws SQLException {
        TreeSet<String> all = new TreeSet<>();
        try (Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("SELECT concat_ws('|', " + columns + ") AS r FROM " + table)) {
            while (rows.next()) {
                all.add(rows.getString(1));
            }
        }
        return String.join("\n", all);
    }

    private void catchUp(TaskSpec task, MySqlServer source, String shop, PostgresServer target, String copy)
            throws Exception {
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(
                        dataSource("shop", "mysql", source, shop), dataSource("warehouse", "postgres", target, copy))
                .dataDirectory(directory.resolve(copy))
                .until(new Goal.CaughtUp())
                .build()) {
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
}
