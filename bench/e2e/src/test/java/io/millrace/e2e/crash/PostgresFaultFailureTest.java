package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.FaultProxy;
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
 * As {@link FaultFailureTest}, from PostgreSQL: transactions that are streamed, prepared and rolled back, values out of line. The seed is printed;
 * {@code -Dseed=} replays it.
 */
class PostgresFaultFailureTest {
    private static final int FAULTS = Integer.getInteger("faults", 8);
    private static final int ACCOUNTS = 5_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String SLOT = "FROM pg_replication_slots WHERE slot_name = 'millrace_bank'";
    private static PostgresServer source;
    private static PostgresServer target;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private long nextKey = 100_000_000;

    /** Of this class's own, for it stops and kills them. The protocol has no checksums: TLS tells of damage. */
    @BeforeAll
    static void startServers() {
        source = PostgresServer.builder().tls().start();
        target = PostgresServer.builder().start();
    }

    @BeforeEach
    void makeWitness() throws Exception {
        System.out.println("seed=" + seed);
        source.start();
        BankDatabase.remove(source);
        source.execute(null, "CREATE DATABASE bank", "ALTER DATABASE bank SET logical_decoding_work_mem = '64kB'");
        Witness.make(target);
    }

    @AfterAll
    static void stopServers() {
        source.close();
        target.close();
    }

    private BankTask write(Path place, int sourcePort, int targetPort) throws Exception {
        String ofTask = "{datasource: bank, two_phase: " + random.nextBoolean() + ", heartbeat: 1s}";
        return BankTask.write(place, ofTask, source, sourcePort, target, targetPort, "");
    }

    @Test
    void shouldGoOnWhenConnectionsAreCutAndPacketsDamaged() throws Exception {
        try (FaultProxy toSource = FaultProxy.to(source);
                FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = write(directory, toSource.port(), toTarget.port());
            underLoad(task, () -> {
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

    @Tag("full")
    @Test
    void shouldGoOnWhenItsWalsenderIsEnded() throws Exception {
        BankTask task = write(directory, source.port(), target.port());
        underLoad(task, () -> {
            for (int round = 0; round < 8; round++) {
                source.execute(null, "SELECT pg_terminate_backend(active_pid) " + SLOT + " AND active");
                Thread.sleep(300 + random.nextInt(500));
            }
        });
    }

    @Test
    @Tag("full")
    void shouldGoOnWhenTheSourceWasRestarted() throws Exception {
        BankTask task = write(directory, source.port(), target.port());
        try (MillraceProcess run = startAndLoad(task)) {
            source.restart();
            more(100);
            source.kill();
            source.start();
            more(100);
            endAndCompare(task, run);
        }
    }

    /** Nothing is read then, and the server keeps what is written. */
    @Tag("full")
    @Test
    void shouldStopReadingWhileTheFileSystemIsFull() throws Exception {
        try (TinyFileSystem disk = TinyFileSystem.mount(96);
                FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = write(disk.path(), source.port(), toTarget.port());
            try (MillraceProcess run = startAndLoad(task)) {
                toTarget.hold();
                for (int row = 0; row < 300; row++) {
                    source.execute(
                            "bank", "INSERT INTO bank.setting VALUES ('bulk " + row + "', repeat('bulk ', 100000))");
                }
                run.awaitThat("the log is full", PATIENCE, () -> task.output().contains("full"));
                toTarget.resume();
                endAndCompare(task, run);
            }
        }
    }

    /** What it held is gone with it: nothing goes on over that. */
    @Test
    void shouldStopAndSayWhatIsLostWhenItsSlotIsDropped() throws Exception {
        BankTask task = write(directory, source.port(), target.port());
        try (MillraceProcess run = startAndLoad(task)) {
            dropSlot();
            assertEquals(3, run.await(120), task::output);
            assertTrue(task.output().contains("MR2012: the slot does not exist"), task::output);
        }
    }

    private static void dropSlot() throws Exception {
        source.execute(null, "SELECT pg_terminate_backend(active_pid) " + SLOT + " AND active");
        try (Connection connection = source.connect(null);
                Statement sql = connection.createStatement()) {
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (true) {
                try {
                    sql.execute("SELECT pg_drop_replication_slot('millrace_bank')");
                    return;
                } catch (java.sql.SQLException e) {
                    // The task holds it again, or its end does still.
                    assertTrue(System.nanoTime() < deadline, e::getMessage);
                    sql.execute("SELECT pg_terminate_backend(active_pid) " + SLOT + " AND active");
                }
            }
        }
    }

    /** What a test does to the world while the workload runs. */
    private interface Trouble {
        void make() throws Exception;
    }

    private void underLoad(BankTask task, Trouble trouble) throws Exception {
        try (MillraceProcess run = startAndLoad(task);
                Connection connection = source.connect("bank")) {
            PostgresBank workload = new PostgresBank(connection, random.nextLong(), ACCOUNTS).after(1_000_000);
            Thread load = new Thread(workload, "bank");
            load.start();
            try {
                trouble.make();
            } finally {
                workload.stop();
                load.join();
            }
            assertTrue(workload.committed() > 100, "the workload ran");
            endAndCompare(task, run);
        }
    }

    private MillraceProcess startAndLoad(BankTask task) throws Exception {
        try (Connection connection = source.connect("bank")) {
            new PostgresBank(connection, random.nextLong(), ACCOUNTS).create();
            connection.commit();
        }
        try (MillraceProcess load = task.run("--until", "caught-up")) {
            assertEquals(0, load.await(300), task::output);
        }
        MillraceProcess run = task.run();
        more(20);
        return run;
    }

    private void more(int steps) throws Exception {
        try (Connection connection = source.connect("bank")) {
            nextKey += 10_000_000;
            new PostgresBank(connection, random.nextLong(), ACCOUNTS)
                    .after(nextKey)
                    .steps(steps);
        }
    }

    private void endAndCompare(BankTask task, MillraceProcess run) throws Exception {
        assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
        try (Connection judge = source.connect("bank");
                Connection copy = target.connect(null)) {
            run.awaitThat(
                    "both are equal",
                    PATIENCE,
                    () -> ServerDigest.ofPostgresBank(judge).equals(ServerDigest.ofPostgresBank(copy)));
            run.terminate();
            assertEquals(0, run.await(120), task::output);
            Witness.assertNothingTwice(copy);
        }
    }
}
