package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.FaultProxy;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source's primary dies under a running task, and its address leads to the standby that is promoted: the task goes on by itself,
 * with every row once.
 */
@Timeout(180)
class PostgresFailoverFailureTest {
    private static final long PATIENCE_MILLIS = 180_000;
    private static final int MEMORY_MIB = 32;
    private static final String SLOT = "millrace_failover";
    private static final String ROWS = "SELECT count(*) || ' ' || md5(string_agg(a::text, ',' ORDER BY id)) FROM a";

    @TempDir
    Path directory;

    private static PostgresServer primary() {
        return (PostgresServer)
                ServerKind.POSTGRES_18.builder().memoryMiB(MEMORY_MIB).start();
    }

    @Test
    void shouldGoOnByItselfWhenTheSourcesStandbyIsPromoted() throws Exception {
        PostgresServer target = Servers.postgres();
        String warehouse = target.freshDatabase("warehouse");
        try (PostgresServer primary = Servers.orSkip(PostgresFailoverFailureTest::primary);
                PostgresServer standby = primary.standby("standby").start();
                FaultProxy address = FaultProxy.to(primary)) {
            primary.execute(
                    null,
                    "CREATE DATABASE shop",
                    "ALTER SYSTEM SET synchronized_standby_slots = 'standby'",
                    "SELECT pg_reload_conf()");
            primary.execute(
                    "shop",
                    "CREATE TABLE a (id int PRIMARY KEY, v int)",
                    "INSERT INTO a SELECT n, n FROM generate_series(1, 500) n");
            TaskSpec task = TaskSpec.builder("failover")
                    .source("shop")
                    .target("warehouse")
                    .tables("public.*")
                    .build();
            try (Pipeline pipeline = Pipeline.builder()
                    .task(task)
                    .dataSources(
                            DataSources.of("shop", "postgres", target, address.host(), address.port(), "shop"),
                            DataSources.of("warehouse", target, warehouse))
                    .dataDirectory(directory.resolve("data"))
                    .build()) {
                pipeline.start();
                await(pipeline, () -> isSynced(primary, standby));
                primary.execute(
                        "shop", "INSERT INTO a SELECT n, n FROM generate_series(501, 900) n", "UPDATE a SET v = 1");
                String end = value(primary, "shop", "SELECT pg_current_wal_flush_lsn()");
                await(
                        pipeline,
                        () -> value(standby, "shop", "SELECT pg_last_wal_replay_lsn() >= '" + end + "'")
                                .equals("t"));
                primary.kill();
                address.redirect(standby.host(), standby.port());
                standby.execute(null, "SELECT pg_promote(true, 60)");
                standby.execute(
                        "shop",
                        "INSERT INTO a SELECT n, n FROM generate_series(901, 1200) n",
                        "UPDATE a SET v = v + 1 WHERE id % 2 = 0",
                        "DELETE FROM a WHERE id % 10 = 3");
                String wanted = value(standby, "shop", ROWS);
                await(pipeline, () -> value(target, warehouse, ROWS).equals(wanted));
                assertTrue(pipeline.stop(Duration.ofMinutes(2)));
                assertEquals(Optional.empty(), pipeline.failure());
            }
        }
    }

    /** What the task acknowledges moves the primary's slot; behind the standby's own place in the WAL its copy lasts. */
    private static boolean isSynced(PostgresServer primary, PostgresServer standby) {
        primary.execute(null, "SELECT pg_log_standby_snapshot()");
        standby.execute(null, "SELECT pg_reload_conf()"); // wakes who looks after the slots
        return value(
                        standby,
                        null,
                        "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary AND slot_name = '"
                                + SLOT + "'")
                .equals("1");
    }

    private static void await(Pipeline pipeline, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (pipeline.failure().isPresent() || System.currentTimeMillis() > deadline) {
                throw new IllegalStateException(
                        "does not come: status=" + pipeline.status(),
                        pipeline.failure().orElse(null));
            }
            Thread.sleep(50);
        }
    }

    private static String value(PostgresServer server, String database, String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
