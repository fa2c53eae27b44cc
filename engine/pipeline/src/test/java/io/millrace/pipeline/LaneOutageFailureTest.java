package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.status.Goal;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.Mapping;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Counters;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane's session at the target is ended by its server, again and again, while the others go on: each change is applied, and counted once. */
@RealServers({MYSQL_8_0, POSTGRES_18})
class LaneOutageFailureTest {
    private static final int ROWS = 400;
    private static final int LEAST_ROUNDS = Integer.getInteger("rounds", 20);
    private static final int LEAST_ENDS = LEAST_ROUNDS / 4;

    @TempDir
    Path directory;

    @Test
    void shouldApplyEachChangeOnceWhenPostgresEndsOneSession(MySqlServer source, PostgresServer target)
            throws Exception {
        run(
                source,
                target,
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                "SELECT pg_terminate_backend(%s)");
    }

    @Test
    void shouldApplyEachChangeOnceWhenMySqlEndsOneSession(MySqlServer source, MySqlServer target) throws Exception {
        run(
                source,
                target,
                "SELECT id FROM information_schema.processlist WHERE id <> connection_id() AND user <> 'event_scheduler'"
                        + " AND command IN ('Query', 'Sleep', 'Execute')",
                "KILL %s");
    }

    private void run(MySqlServer source, Server target, String sessions, String end) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        String shop = source.freshDatabase("outage");
        String warehouse = target.freshDatabase("warehouse");
        source.execute(shop, "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)");
        StringBuilder rows = new StringBuilder("INSERT INTO t VALUES (0, 0)");
        for (int id = 1; id < ROWS; id++) {
            rows.append(", (").append(id * 97).append(", 0)"); // of all lanes
        }
        source.execute(shop, rows.toString());
        String there = target instanceof PostgresServer ? "public" : warehouse;
        int rounds = 0;
        int ended = 0;
        try (Pipeline pipeline = Pipeline.builder()
                .task(TaskSpec.builder("it_outage")
                        .source("shop")
                        .target("warehouse")
                        .tables(shop + ".*")
                        .mapping(Mapping.of(there, "${db_table_name_src_transed}"))
                        .resources(ResourceSpec.defaults().withWriteConcurrency(4))
                        .build())
                .dataSources(DataSources.of("shop", source, shop), DataSources.of("warehouse", target, warehouse))
                .dataDirectory(directory)
                .until(new Goal.None())
                .build()) {
            pipeline.start();
            Runs.await(pipeline, "the load", () -> is(target, warehouse, there, ROWS, 0));
            while (rounds < LEAST_ROUNDS || ended < LEAST_ENDS) {
                rounds++;
                source.execute(
                        shop, "UPDATE t SET n = n + 1 WHERE id % 2 = 0", "UPDATE t SET n = n + 1 WHERE id % 2 = 1");
                ended += endOne(target, warehouse, sessions, end, random) ? 1 : 0;
            }
            int changes = rounds;
            Runs.await(pipeline, "all changes", () -> is(target, warehouse, there, ROWS, changes));
            assertTrue(pipeline.stop(Duration.ofMinutes(1)));
            assertEquals(Optional.empty(), pipeline.failure());
            Counters counters = pipeline.status().orElseThrow().counters();
            assertEquals(0, counters.missingRows());
            assertEquals((long) ROWS * changes, counters.applied());
        }
    }

    private static boolean is(Server target, String warehouse, String there, int rows, int changes)
            throws SQLException {
        String found = "SELECT count(*), min(n), max(n) FROM " + there + ".t";
        return isThere(target, warehouse, there)
                && RealTask.rows(target, warehouse, found).equals(List.of(rows + "|" + changes + "|" + changes));
    }

    private static boolean isThere(Server target, String warehouse, String there) throws SQLException {
        return !RealTask.rows(
                        target,
                        warehouse,
                        "SELECT 1 FROM information_schema.tables WHERE table_schema = '" + there
                                + "' AND table_name = 't'")
                .isEmpty();
    }

    private static boolean endOne(Server target, String warehouse, String sessions, String end, Random random)
            throws SQLException {
        List<String> all = RealTask.rows(target, warehouse, sessions);
        if (all.isEmpty()) {
            return false;
        }
        try {
            target.execute(warehouse, String.format(end, all.get(random.nextInt(all.size()))));
            return true;
        } catch (IllegalStateException e) {
            return false; // it has ended by itself meanwhile
        }
    }
}
