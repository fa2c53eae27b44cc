package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments of load and stream into MySQL, under a random workload: nothing is lost, and nothing is applied twice.
 * The seed is printed; {@code -Dseed=} replays the workload and the waits, {@code -Dkills=} asks for more of them.
 */
class MySqlTargetCrashFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final int ACCOUNTS = 40_000;

    @TempDir
    Path directory;

    @Test
    void shouldLoseAndRepeatNothingWhenKilledUnderLoadIntoMySql() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        // Another server than the source: both have a database of one name.
        MySqlServer target = MySqlServer.builder().set("skip_log_bin", "").shared();
        System.out.println("seed=" + seed + ", target=" + target.version() + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        Witness.makeInMySql(target);
        try (Connection connection = source.connect("bank");
                Connection judge = source.connect("bank");
                Connection copy = target.connect("bank")) {
            BankWorkload workload = new BankWorkload(connection, random.nextLong(), ACCOUNTS);
            workload.create();
            BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
            Thread load = new Thread(workload, "bank");
            load.start();
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    try (MillraceProcess run = task.run()) {
                        Thread.sleep(1_000 + random.nextLong(kill < KILLS / 2 ? 2_500 : 4_000));
                        assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                        run.kill();
                    }
                }
            } finally {
                workload.stop();
                load.join();
            }
            assertTrue(workload.committed() > 100, "the workload ran");
            try (MillraceProcess last =
                    task.run("--until", "caught-up", "--summary", task.summary().toString())) {
                assertEquals(0, last.await(300), task::output);
            }
            assertEquals(ServerDigest.ofMySql(judge), ServerDigest.ofMySql(copy));
            try (MillraceProcess verify = task.verify()) {
                assertEquals(0, verify.await(300), task::output);
            }
            Witness.assertNothingTwiceInMySql(copy);
            try (MillraceProcess removed = task.remove("--all", "--yes")) {
                assertEquals(0, removed.await(300), task::output);
            }
        }
    }
}
