package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source that gives slots up when they keep too much: while the target stands still, what is durable here is acknowledged in time. */
@RealServers(ServerKind.POSTGRES_18)
@Timeout(300)
class SlotLimitIT {
    private static final int STEPS = 12;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long LEAST_SAFE_BYTES = 24L << 20;

    @TempDir
    Path directory;

    /** Some 8 MB of WAL a step, and the setting is 64. */
    @Test
    void shouldKeepTheSlotWhenTheTargetStandsStillForLonger() throws Exception {
        try (PostgresServer source = PostgresServer.builder()
                .set("max_slot_wal_keep_size", "64MB")
                .set("min_wal_size", "32MB")
                .set("max_wal_size", "32MB")
                .start()) {
            CliTask task = new CliTask(directory, source, Servers.postgres());
            task.source("database", task.database).tables("[public.t]");
            task.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (0, 'first')");
            task.catchUp();
            CliEnd checked = task.cli().run("check", "task.yaml");
            assertTrue(checked.toString().contains("max_slot_wal_keep_size=64MB"), checked.toString());

            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                LockedTarget.whileBlocked(
                        task,
                        "SELECT v FROM public.t WHERE id = 0 FOR UPDATE",
                        () -> task.atSource("UPDATE t SET v = 'waits' WHERE id = 0"),
                        running,
                        () -> {
                            for (int step = 1; step <= STEPS; step++) {
                                task.atSource("INSERT INTO t SELECT " + step
                                        + " * 1000 + n, (SELECT string_agg(md5((m * 7919 + n)::text), '')"
                                        + " FROM generate_series(1, 240) m) FROM generate_series(1, 1000) n");
                                awaitSafe(task, running);
                            }
                        });
                assertEquals(0, running.stop().exitCode());
            }
            task.catchUp();
            String digest = "SELECT count(*), sum(hashtext(v)) FROM public.t";
            assertEquals(task.sourceRows(digest), task.targetRows(digest));
            assertEquals(1 + STEPS * 1000L, task.targetCount("SELECT count(*) FROM public.t"));
            CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--yes");
            assertEquals(0, removed.exitCode(), removed.toString());
        }
    }

    private static void awaitSafe(CliTask task, ChildCli.Started running) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            task.atSource("CHECKPOINT");
            String slot = task.sourceRows("SELECT wal_status, COALESCE(safe_wal_size, 0) FROM pg_replication_slots")
                    .toString();
            assertTrue(!slot.contains("lost") && System.nanoTime() < deadline, () -> slot + ", " + running);
            long safe = Long.parseLong(slot.replaceAll("[^0-9]", ""));
            if (safe > LEAST_SAFE_BYTES) {
                return;
            }
            Thread.sleep(100);
        }
    }
}
