package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.e2e.rates.RunOrigin;
import io.millrace.pipeline.Goal;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.StoredDirtyRows;
import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.ProxiedConnection;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at a place that is chosen on the wire to the target: before a COMMIT arrives, before its answer does, between lanes, at a
 * statement's barrier, while dirty rows are looked for; of the process, or of the target's server. Whatever the target, the lanes
 * and the consistency: nothing is lost, nothing is applied twice, and each key's changes come in their order.
 *
 * <p>{@code -Dseeds=} asks for more than the build's few ({@link CrashCase#ROUND} in a row meet every combination once), {@code
 * -Dseed=} says the first of them, or replays one.
 */
class SeededCrashFailureTest {
    private static final int SEEDS = Integer.getInteger("seeds", 3);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long OTHERS_NANOS = 1_000_000_000L;

    @TempDir
    Path directory;

    private MySqlServer source;

    @Test
    void shouldLoseRepeatAndReorderNothingWhereverItIsKilled() throws InterruptedException {
        boolean isReplay = System.getProperty("seed") != null && System.getProperty("seeds") == null;
        long first = Long.getLong("seed", System.nanoTime());
        int count = isReplay ? 1 : SEEDS;
        source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        Map<KillPoint, Integer> killed = new EnumMap<>(KillPoint.class);
        List<String> failures = new ArrayList<>();
        long began = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            CrashCase the = CrashCase.of(seed);
            System.out.println(the);
            try {
                survive(the);
                killed.merge(the.point(), 1, Integer::sum);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | AssertionError e) {
                String failure = "replay with -Dseed=" + seed + ": " + the + ": " + e;
                System.out.println(failure);
                failures.add(failure);
            }
        }
        System.out.println(line(first, count, killed, failures.size(), System.nanoTime() - began));
        assertEquals(List.of(), failures);
    }

    /** As in {@code bench/results/crash.ndjson}. */
    private static String line(long first, int seeds, Map<KillPoint, Integer> survived, int failures, long nanos) {
        String points = survived.entrySet().stream()
                .map(each -> "\"" + each.getKey().name().toLowerCase(Locale.ROOT) + "\": " + each.getValue())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "{\"bench\": \"crash\", \"first_seed\": %d, \"seeds\": %d, \"failures\": %d, \"survived\": {%s}, \"seconds\": %.1f, %s}",
                first,
                seeds,
                failures,
                points,
                nanos / 1e9,
                RunOrigin.json());
    }

    private void survive(CrashCase the) throws Exception {
        Server target = the.target().server();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        Trail.make(target, the.point() == KillPoint.DIRTY_ROWS);
        try (FaultProxy proxy = FaultProxy.to(target);
                Connection writer = source.connect("bank");
                Connection judge = source.connect("bank")) {
            boolean hasBadEvents = the.point() == KillPoint.DIRTY_ROWS;
            NumberedWorkload workload = new NumberedWorkload(writer, the.seed(), the.isMinimal(), hasBadEvents);
            workload.create();
            BankTask task = BankTask.write(
                            directory.resolve(Long.toString(the.seed())),
                            source,
                            source.port(),
                            target,
                            proxy.port(),
                            the.keys())
                    .withoutTls();
            task.finish();
            workload.fill();
            workload.transactions(40);
            if (the.point() == KillPoint.STATEMENT) {
                workload.addColumn();
            }
            workload.transactions(50);
            proxy.onConnect(connection -> {
                connection.record(Direction.TO_SERVER);
                connection.record(Direction.TO_CLIENT);
            });
            strike(the, task, workload, target, proxy);
            workload.transactions(20);
            task.finish();
            try (Connection copy = target.connect(null)) {
                Trail.assertEqual(judge, copy);
                Trail.assertInOrder(copy);
                long bad = workload.bad();
                assertEquals(
                        workload.changes() + " " + (workload.changes() - bad) + " " + bad + " 0",
                        Trail.counters(copy),
                        "changes in, applied, dirty, missing");
                try (StoredDirtyRows dirty = StoredDirtyRows.look(task.spec(), task.dataDirectory())) {
                    assertEquals(bad, dirty.rows().size(), "each dirty row is stored once");
                }
            }
        }
    }

    private static void strike(CrashCase the, BankTask task, NumberedWorkload workload, Server target, FaultProxy proxy)
            throws Exception {
        ByteWatch watch = the.watch(proxy);
        if (the.point() == KillPoint.TARGET_KILLED) {
            try (Pipeline pipeline = task.pipeline(new Goal.None())) {
                pipeline.start();
                Trickle trickle = new Trickle(workload);
                try {
                    watch.await(PATIENCE);
                } finally {
                    trickle.stop();
                }
                proxy.refuse();
                target.kill();
                proxy.cut();
                target.start();
                assertWhole(the, target);
                proxy.accept();
                assertTrue(pipeline.stop(PATIENCE), "the pipeline does not stop");
                assertEquals(Optional.empty(), pipeline.failure());
            }
            return;
        }
        try (MillraceProcess run = task.run()) {
            Trickle trickle = new Trickle(workload);
            try {
                run.awaitThat("the connection to be held", PATIENCE, watch::hasCaught);
                if (the.point() == KillPoint.BETWEEN_LANES) {
                    letOthersGoOn(watch, the.occurrence() + the.lanes() - 1);
                }
            } finally {
                trickle.stop();
            }
            run.kill();
        }
        assertWhole(the, target);
        if (the.point() != KillPoint.COMMIT_LATE) {
            proxy.cut();
            return;
        }
        ProxiedConnection held = watch.await(PATIENCE);
        try (Pipeline next = task.pipeline(new Goal.CaughtUp())) {
            long connections = proxy.connectionCount();
            next.start();
            proxy.awaitConnections(connections + 1, PATIENCE);
            held.resume(Direction.TO_SERVER);
            held.resume(Direction.TO_CLIENT);
            BankTask.awaitFinished(next);
        }
    }

    /** As far as they have anything to do: they may have met the one that is held. */
    private static void letOthersGoOn(ByteWatch watch, int count) throws InterruptedException {
        long deadline = System.nanoTime() + OTHERS_NANOS;
        while (watch.count() < count && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
    }

    /** What others see between the kill and what comes after it. */
    private static void assertWhole(CrashCase the, Server target) throws Exception {
        if (the.isWhole()) {
            try (Connection copy = target.connect(null)) {
                assertEquals(0, Trail.sum(copy), "a part of a transaction is seen");
            }
        }
    }
}
