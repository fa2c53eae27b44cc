package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.pipeline.status.Goal;
import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.ProxiedConnection;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** One {@link CrashCase} from its source's first row to the comparison. */
final class ServerCrash {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long OTHERS_NANOS = 1_000_000_000L;

    private final CrashCase the;
    private final Path directory;
    private final Server target;

    ServerCrash(CrashCase the, Path directory) {
        this.the = the;
        this.directory = directory;
        target = the.target().server();
    }

    void survive() throws Exception {
        the.source().clear();
        Trail.make(target, the.point() == KillPoint.DIRTY_ROWS, the.isComputedThere());
        try (FaultProxy proxy = FaultProxy.to(target);
                Connection writer = the.source().connect();
                Connection judge = the.source().connect()) {
            NumberedWorkload workload = new NumberedWorkload(writer, the.seed(), the.traits());
            workload.create();
            Server source = the.source().server();
            BankTask task = BankTask.write(
                            directory,
                            the.source().ofTask(the.isTwoPhase()),
                            source,
                            source.port(),
                            target,
                            proxy.port(),
                            the.keys())
                    .withoutTls();
            if (the.hasTriggers()) {
                DdlTriggers.install(task, source);
            }
            task.finish();
            work(workload);
            Optional<SavedDirectory> saved = the.point() == KillPoint.LOG_BEHIND
                    ? Optional.of(SavedDirectory.of(task.dataDirectory()))
                    : Optional.empty();
            proxy.onConnect(connection -> {
                connection.record(Direction.TO_SERVER);
                connection.record(Direction.TO_CLIENT);
            });
            strike(task, workload, proxy);
            if (saved.isPresent()) {
                saved.get().restore();
            }
            workload.transactions(20);
            workload.resolve();
            task.finish();
            assertExact(workload, task, judge);
        }
    }

    /** What waits for the process that is to be killed. */
    private void work(NumberedWorkload workload) throws SQLException {
        workload.fill();
        workload.transactions(40);
        if (the.isBulk()) {
            if (the.meetsRows()) {
                for (int i = 1; i < the.bulkRows(); i += the.bulkRows() / 3) {
                    target.execute(null, "INSERT INTO bank.event VALUES (" + workload.nextEvent(1 + i) + ", 1000)");
                }
            }
            workload.bulk(the.bulkRows());
        }
        if (the.point() == KillPoint.STATEMENT) {
            workload.addColumn();
        } else {
            workload.truncate();
        }
        workload.transactions(25);
        if (the.isBulk()) {
            workload.bulk(the.bulkRows());
        }
        workload.transactions(25);
    }

    private void assertExact(NumberedWorkload workload, BankTask task, Connection judge) throws Exception {
        try (Connection copy = target.connect(null)) {
            Trail.assertEqual(judge, copy);
            Trail.assertSameComputed(judge, copy);
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

    private void strike(BankTask task, NumberedWorkload workload, FaultProxy proxy) throws Exception {
        ByteWatch watch = the.watch(proxy);
        if (the.point() == KillPoint.TARGET_KILLED) {
            strikeTarget(task, workload, proxy, watch);
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
        assertWhole();
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

    private void strikeTarget(BankTask task, NumberedWorkload workload, FaultProxy proxy, ByteWatch watch)
            throws Exception {
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
            assertWhole();
            proxy.accept();
            assertTrue(pipeline.stop(PATIENCE), "the pipeline does not stop");
            assertEquals(Optional.empty(), pipeline.failure());
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
    private void assertWhole() throws Exception {
        if (the.isWhole()) {
            try (Connection copy = target.connect(null)) {
                assertEquals(0, Trail.sum(copy), "a part of a transaction is seen");
            }
        }
    }
}
