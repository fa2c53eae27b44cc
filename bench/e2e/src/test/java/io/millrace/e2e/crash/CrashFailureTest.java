package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments of load and stream, under a random workload: nothing is lost, and nothing is applied twice. The
 * seed is printed; {@code -Dseed=} replays the workload and the waits, {@code -Dkills=} asks for more of them.
 */
class CrashFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final int ACCOUNTS = 300_000;

    @TempDir
    Path directory;

    @Test
    @Tag("full")
    void shouldLoseAndRepeatNothingWhenKilledUnderLoadFromMySql() throws Exception {
        survive(MySqlServer.builder().set("gtid_mode", "ON").shared(), KILLS);
    }

    @Test
    void shouldLoseAndRepeatNothingWhenKilledUnderLoadFromMariaDb() throws Exception {
        survive(MariaDbServer.builder().shared(), Math.max(1, KILLS / 4));
    }

    private void survive(Server source, int kills) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", source=" + source.version() + ", kills=" + kills);
        SplittableRandom random = new SplittableRandom(seed);
        PostgresServer target = PostgresServer.builder().shared();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        Witness.make(target);
        try (Connection connection = source.connect("bank");
                Connection judge = source.connect("bank");
                Connection copy = target.connect(null)) {
            BankWorkload workload = new BankWorkload(connection, random.nextLong(), ACCOUNTS);
            workload.create();
            BankTask task =
                    BankTask.write(directory, source, source.port(), target, target.port(), BankTask.concurrency(seed));
            Thread load = new Thread(workload, "bank");
            load.start();
            int died = 0;
            for (int kill = 0; kill < kills; kill++) {
                try (MillraceProcess run = task.run()) {
                    Thread.sleep(700 + random.nextLong(kill < kills / 2 ? 2_500 : 5_000));
                    assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                    run.kill();
                    died++;
                }
            }
            assertEquals(kills, died);
            workload.stop();
            load.join();
            assertTrue(workload.committed() > 100, "the workload ran");
            try (MillraceProcess last =
                    task.run("--until", "caught-up", "--summary", task.summary().toString())) {
                assertEquals(0, last.await(300), task::output);
            }
            assertEquals(ServerDigest.ofMySql(judge), ServerDigest.ofPostgres(copy));
            try (MillraceProcess verify = task.verify()) {
                assertEquals(0, verify.await(300), task::output);
            }
            Witness.assertNothingTwice(copy);
        }
    }
}
