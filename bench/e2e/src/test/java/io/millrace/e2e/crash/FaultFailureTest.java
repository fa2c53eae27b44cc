package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.FaultProxy;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.TinyFileSystem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything around the process breaks while it runs: it goes on by itself when the fault is gone, and nothing is lost or
 * applied twice.
 */
class FaultFailureTest {
    private static final int FAULTS = Integer.getInteger("faults", 8);
    private static final int ACCOUNTS = 5_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private long nextKey = 100_000_000;
    private static MySqlServer source;
    private static PostgresServer target;

    /** Of this class's own, for it stops and kills them. */
    @BeforeAll
    static void startServers() {
        source = MySqlServer.builder().set("gtid_mode", "ON").start();
        target = PostgresServer.builder().start();
    }

    @BeforeEach
    void makeWitness() {
        source.start();
        target.start();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        Witness.make(target);
    }

    @AfterAll
    static void stopServers() {
        source.close();
        target.close();
    }

    @Test
    void shouldGoOnWhenConnectionsAreCutAndPacketsDamaged() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (FaultProxy toSource = FaultProxy.to(source);
                FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = BankTask.write(directory, source, toSource.port(), target, toTarget.port(), "");
            underLoad(task, random.nextLong(), workload -> {
                for (int round = 0; round < FAULTS; round++) {
                    String fault = NetworkFaults.any(random, toSource, toTarget);
                    System.out.println("round=" + round + ", fault=" + fault);
                    Thread.sleep(200 + random.nextInt(600));
                    toSource.heal();
                    toTarget.heal();
                }
            });
        }
    }

    @Test
    @Tag("full")
    void shouldGoOnWhenTheTargetWasStoppedForAWhile() throws Exception {
        BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
        underLoad(task, 11, workload -> {
            for (int round = 0; round < 2; round++) {
                target.stop();
                Thread.sleep(2_000);
                target.start();
                Thread.sleep(1_500);
            }
            target.kill();
            Thread.sleep(1_000);
            target.start();
        });
    }

    @Test
    void shouldGoOnWhenTheSourceWasRestarted() throws Exception {
        BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
        long seed = 12;
        try (MillraceProcess run = startAndLoad(task, seed)) {
            source.restart();
            moreTransactions(seed + 1, 300);
            source.kill();
            source.start();
            moreTransactions(seed + 2, 300);
            endAndCompare(task, run);
        }
    }

    @Tag("full")
    @Test
    void shouldStopReadingWhileTheLogIsAtItsQuota() throws Exception {
        try (FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = BankTask.write(
                    directory, source, source.port(), target, toTarget.port(), "resources:\n  log_disk: 64MiB\n");
            fillTheLog(task, toTarget);
        }
    }

    @Test
    void shouldStopReadingWhileTheFileSystemIsFull() throws Exception {
        try (TinyFileSystem disk = TinyFileSystem.mount(96);
                FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = BankTask.write(disk.path(), source, source.port(), target, toTarget.port(), "");
            fillTheLog(task, toTarget);
        }
    }

    private void fillTheLog(BankTask task, FaultProxy toTarget) throws Exception {
        try (MillraceProcess run = startAndLoad(task, 13)) {
            toTarget.hold();
            try (Connection connection = source.connect("bank");
                    Statement sql = connection.createStatement()) {
                for (int row = 0; row < 300; row++) {
                    sql.execute("REPLACE INTO setting VALUES ('bulk " + row + "', REPEAT('bulk ', 100000))");
                }
            }
            run.awaitThat("the log is full", PATIENCE, () -> task.output().contains("full"));
            toTarget.resume();
            endAndCompare(task, run);
        }
    }

    /** What a test does to the world while the workload runs. */
    private interface Trouble {
        void make(BankWorkload workload) throws Exception;
    }

    private void underLoad(BankTask task, long seed, Trouble trouble) throws Exception {
        try (MillraceProcess run = startAndLoad(task, seed);
                Connection connection = source.connect("bank")) {
            connection.setAutoCommit(false);
            BankWorkload workload = new BankWorkload(connection, seed, ACCOUNTS).after(1_000_000);
            Thread load = new Thread(workload, "bank");
            load.start();
            trouble.make(workload);
            workload.stop();
            load.join();
            assertTrue(workload.committed() > 100, "the workload ran");
            endAndCompare(task, run);
        }
    }

    /** Starts the task and waits until the load has passed: a damaged packet of a load nobody could notice. */
    private MillraceProcess startAndLoad(BankTask task, long seed) throws Exception {
        try (Connection connection = source.connect("bank")) {
            new BankWorkload(connection, seed, ACCOUNTS).create();
        }
        try (MillraceProcess load = task.run("--until", "caught-up")) {
            assertEquals(0, load.await(300), task::output);
        }
        MillraceProcess run = task.run();
        moreTransactions(seed + 7, 50);
        return run;
    }

    private void moreTransactions(long seed, int count) throws Exception {
        try (Connection connection = source.connect("bank")) {
            connection.setAutoCommit(false);
            BankWorkload workload = new BankWorkload(connection, seed, ACCOUNTS).after(nextKey += 10_000_000);
            for (int i = 0; i < count; i++) {
                workload.transaction();
            }
        }
    }

    private void endAndCompare(BankTask task, MillraceProcess run) throws Exception {
        assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
        try (Connection judge = source.connect("bank");
                Connection copy = target.connect(null)) {
            run.awaitThat("both are equal", PATIENCE, () -> Witness.areEqual(judge, copy));
            run.terminate();
            assertEquals(0, run.await(120), task::output);
            assertEquals(ServerDigest.ofMySql(judge), ServerDigest.ofPostgres(copy));
            Witness.assertNothingTwice(copy);
        }
    }
}
