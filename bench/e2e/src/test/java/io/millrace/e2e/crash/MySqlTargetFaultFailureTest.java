package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.FaultProxy;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link FaultFailureTest}, into MySQL and MariaDB: the network breaks on both sides, the target is stopped and killed. Nothing is lost and nothing
 * applied twice, which the targets' own tables tell: a row of {@code event} that came twice would meet itself. The seed is printed; {@code -Dseed=} replays it.
 */
class MySqlTargetFaultFailureTest {
    private static final int ACCOUNTS = 3_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static MySqlServer source;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @BeforeAll
    static void startSource() {
        source = MySqlServer.builder().set("gtid_mode", "ON").start();
    }

    @AfterAll
    static void stopSource() {
        source.close();
    }

    @Test
    void shouldGoOnIntoMySqlWhenConnectionsAreCutAndTheTargetIsKilled() throws Exception {
        survive(() -> MySqlServer.builder().start(), "{consistency: row}", 12);
    }

    @Tag("full")
    @Test
    void shouldGoOnIntoMySqlByWholeTransactionsWhenConnectionsAreCutAndTheTargetIsKilled() throws Exception {
        survive(() -> MySqlServer.builder().start(), "{consistency: transaction}", 8);
    }

    @Tag("full")
    @Test
    void shouldGoOnIntoMariaDbWhenConnectionsAreCutAndTheTargetIsKilled() throws Exception {
        survive(() -> MariaDbServer.builder().start(), "{consistency: row}", 12);
    }

    private void survive(Supplier<Server> starter, String delivery, int rounds) throws Exception {
        System.out.println("seed=" + seed);
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        try (Server target = starter.get();
                FaultProxy toSource = FaultProxy.to(source);
                FaultProxy toTarget = FaultProxy.to(target)) {
            BankTask task = BankTask.write(
                    directory, source, toSource.port(), target, toTarget.port(), "delivery: " + delivery + "\n");
            try (Connection connection = source.connect("bank")) {
                new BankWorkload(connection, seed, ACCOUNTS).create();
            }
            try (MillraceProcess load = task.run("--until", "caught-up")) {
                assertEquals(0, load.await(300), task::output);
            }
            try (MillraceProcess run = task.run();
                    Connection connection = source.connect("bank")) {
                connection.setAutoCommit(false);
                BankWorkload workload = new BankWorkload(connection, seed, ACCOUNTS).after(1_000_000);
                Thread load = new Thread(workload, "bank");
                load.start();
                try {
                    trouble(target, toSource, toTarget, rounds);
                } finally {
                    workload.stop();
                    load.join();
                }
                assertTrue(workload.committed() > 100, "the workload ran");
                endAndCompare(task, run, target);
            }
        }
    }

    private void trouble(Server target, FaultProxy toSource, FaultProxy toTarget, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            String fault = NetworkFaults.any(random, toSource, toTarget);
            System.out.println("round=" + round + ", fault=" + fault);
            Thread.sleep(200 + random.nextInt(600));
            toSource.heal();
            toTarget.heal();
            if (round == rounds / 3) {
                target.kill();
                target.start();
            } else if (round == 2 * rounds / 3) {
                target.stop();
                Thread.sleep(1_000);
                target.start();
            }
        }
    }

    private void endAndCompare(BankTask task, MillraceProcess run, Server target) throws Exception {
        assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
        try (Connection judge = source.connect("bank");
                Connection copy = target.connect("bank")) {
            run.awaitThat(
                    "both are equal",
                    PATIENCE,
                    () -> ServerDigest.ofMySql(judge).equals(ServerDigest.ofMySql(copy)));
            run.terminate();
            assertEquals(0, run.await(120), task::output);
        }
    }

    /** Two sessions that wait for each other: the server ends one of them, and it is tried again. */
    @Test
    void shouldApplyOnceWhenTheTargetEndsADeadlock() throws Exception {
        source.execute(
                null,
                "DROP DATABASE IF EXISTS bank",
                "CREATE DATABASE bank",
                "CREATE TABLE bank.account (id INT PRIMARY KEY, balance INT NOT NULL)",
                "INSERT INTO bank.account SELECT 1, 0 UNION SELECT 2, 0");
        try (MySqlServer target = MySqlServer.builder().start()) {
            BankTask task = BankTask.write(
                    directory, source, source.port(), target, target.port(), "resources: {write_concurrency: 1}\n");
            task.finish();
            try (MillraceProcess run = task.run();
                    Connection other = target.connect("bank");
                    Statement sql = other.createStatement()) {
                sql.execute("CREATE TABLE weight (id INT PRIMARY KEY AUTO_INCREMENT, v INT NOT NULL)");
                sql.execute("INSERT INTO weight (v) SELECT 0 FROM information_schema.columns LIMIT 1000");
                other.setAutoCommit(false);
                int rounds = 0;
                boolean isLaneEnded = false;
                while (!isLaneEnded) {
                    rounds++;
                    assertTrue(rounds < 100, "no deadlock came about");
                    long deadlocks = deadlocks(target);
                    // It holds the second row and takes the first; the lane holds the first, of the same batch, and
                    // takes the second. The
                    // server ends whoever has changed less.
                    sql.execute("UPDATE weight SET v = v + 1");
                    sql.execute("UPDATE account SET balance = balance WHERE id = 2");
                    try (Connection writer = source.connect("bank");
                            Statement change = writer.createStatement()) {
                        writer.setAutoCommit(false);
                        change.execute("UPDATE account SET balance = balance + 1 WHERE id = 1");
                        change.execute("UPDATE account SET balance = balance + 1 WHERE id = 2");
                        writer.commit();
                    }
                    awaitLockWait(target);
                    sql.execute("UPDATE account SET balance = balance WHERE id = 1");
                    isLaneEnded = deadlocks(target) > deadlocks;
                    other.commit();
                }
                int expected = rounds;
                run.awaitThat(
                        "all is applied once", PATIENCE, () -> balances(target).equals(expected + " " + expected));
                run.terminate();
                assertEquals(0, run.await(60), task::output);
            }
        }
    }

    private static void awaitLockWait(Server target) throws Exception {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (number(target, "SELECT COUNT(*) FROM performance_schema.data_lock_waits") == 0
                && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }

    private static long deadlocks(Server target) throws Exception {
        return number(target, "SELECT `count` FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'");
    }

    private static String balances(Server target) throws Exception {
        return number(target, "SELECT balance FROM bank.account WHERE id = 1") + " "
                + number(target, "SELECT balance FROM bank.account WHERE id = 2");
    }

    private static long number(Server server, String query) throws Exception {
        return Long.parseLong(Trail.rowsOf(server, query).get(0));
    }
}
