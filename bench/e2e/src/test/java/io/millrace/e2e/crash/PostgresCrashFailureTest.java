package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.wal.mapped.LogDump;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments of load and stream from PostgreSQL, under a random workload: nothing is lost, and nothing is applied
 * twice. Two chunks are loaded at once, or four. The server streams transactions of more than 64 kB while they are open, and with an odd seed sends what is prepared at its PREPARE. The
 * seed is printed; {@code -Dseed=} replays the workload and the waits, {@code -Dkills=} asks for more of them.
 */
class PostgresCrashFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final int ACCOUNTS = 200_000;

    @TempDir
    Path directory;

    @Test
    void shouldLoseAndRepeatNothingWhenKilledUnderLoadFromPostgres() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        PostgresServer source = (PostgresServer) Servers.shared(ServerKind.POSTGRES_16);
        PostgresServer target = PostgresServer.builder().shared();
        boolean isTwoPhase = (seed & 1) == 1;
        System.out.println(
                "seed=" + seed + ", twoPhase=" + isTwoPhase + ", source=" + source.version() + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        BankDatabase.remove(source);
        source.execute(null, "CREATE DATABASE bank", "ALTER DATABASE bank SET logical_decoding_work_mem = '64kB'");
        Witness.make(target);
        try (Connection connection = source.connect("bank");
                Connection judge = source.connect("bank");
                Connection copy = target.connect(null)) {
            PostgresBank workload = new PostgresBank(connection, random.nextLong(), ACCOUNTS);
            workload.create();
            BankTask task = BankTask.write(
                    directory,
                    "{datasource: bank, two_phase: " + isTwoPhase + "}",
                    source,
                    source.port(),
                    target,
                    target.port(),
                    BankTask.concurrency(seed));
            Thread load = new Thread(workload, "bank");
            load.start();
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    try (MillraceProcess run = task.run()) {
                        if (kill >= KILLS / 3) {
                            awaitStream(judge, run);
                        }
                        Thread.sleep(500 + random.nextLong(3_000));
                        assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                        run.kill();
                    }
                }
            } finally {
                // A database with something prepared cannot be dropped.
                workload.stop();
                load.join();
            }
            assertTrue(workload.committed() > 100, "the workload ran");
            try (MillraceProcess last =
                    task.run("--until", "caught-up", "--summary", task.summary().toString())) {
                assertEquals(0, last.await(300), task::output);
            }
            assertEquals(ServerDigest.ofPostgresBank(judge), ServerDigest.ofPostgresBank(copy));
            try (MillraceProcess verify = task.verify()) {
                assertEquals(0, verify.await(300), task::output);
            }
            Witness.assertNothingTwice(copy);
            long streamed = streamedTransactions(task);
            System.out.println("streamed=" + streamed + ", committed=" + workload.committed());
            assertTrue(streamed > 0, "nothing was streamed");
            try (MillraceProcess removed = task.remove("--all", "--yes")) {
                assertEquals(0, removed.await(300), task::output);
            }
            assertEquals(
                    "0", value(judge, "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'millrace_bank'"));
            assertEquals("0", value(judge, "SELECT count(*) FROM pg_publication"));
        } finally {
            BankDatabase.remove(source);
        }
    }

    /** However long a slow machine takes to start: what is to be killed is a stream, and the load beside it. */
    private static void awaitStream(Connection judge, MillraceProcess run) throws Exception {
        String active = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'millrace_bank' AND active";
        run.awaitThat(
                "the slot is in use",
                Duration.ofMinutes(3),
                () -> !value(judge, active).equals("0"));
    }

    /** Chains of the log that were committed, and not prepared. */
    private static long streamedTransactions(BankTask task) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new LogDump(new PrintStream(bytes, false, StandardCharsets.UTF_8), false)
                .print(task.dataDirectory().resolve("log"));
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("CHAIN_COMMIT") && !line.contains(" name="))
                .count();
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
