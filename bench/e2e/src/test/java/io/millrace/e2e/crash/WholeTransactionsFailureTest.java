package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code consistency: transaction}: money moves between the rows of two tables, and every snapshot of the target has the same sum, and
 * as many moves as its rows say, also while the process is killed. The seed is printed; {@code -Dseed=} replays the workload, {@code
 * -Dkills=} asks for more of them.
 */
class WholeTransactionsFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final int ACCOUNTS = 400;
    private static final long SUM = 2L * ACCOUNTS * 1_000;

    @TempDir
    Path directory;

    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final AtomicLong moves = new AtomicLong();
    private final AtomicLong snapshots = new AtomicLong();
    private final AtomicReference<String> torn = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private interface Work {
        void run() throws Exception;
    }

    @Test
    @Tag("full")
    void shouldShowOnlyWholeTransactionsWhenKilledUnderLoad() throws Exception {
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        showOnlyWhole(source);
    }

    @Test
    void shouldShowOnlyWholeTransactionsOfPostgresWhenKilledUnderLoad() throws Exception {
        Server source = Servers.postgres();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        source.execute("bank", "CREATE SCHEMA bank", "ALTER DATABASE bank SET search_path = bank");
        BankTask task = showOnlyWhole(source);
        try (MillraceProcess remove = task.remove("--slot", "--yes")) {
            assertEquals(0, remove.await(300), task::output);
        }
    }

    private BankTask showOnlyWhole(Server source) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        PostgresServer target = PostgresServer.builder().shared();
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        create(source);
        BankTask task = BankTask.write(
                directory,
                source,
                source.port(),
                target,
                target.port(),
                "delivery:\n  consistency: transaction\n  batch_rows: 50\n");
        try (MillraceProcess load = task.run("--until", "caught-up")) {
            assertEquals(0, load.await(300), task::output);
        }
        Thread mover = thread("mover", () -> move(source, random.split()));
        Thread looker = thread("looker", () -> look(target));
        for (int kill = 0; kill < KILLS; kill++) {
            try (MillraceProcess run = task.run()) {
                Thread.sleep(1_200 + random.nextLong(1_500));
                assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                run.kill();
            }
        }
        isStopped.set(true);
        mover.join();
        looker.join();
        assertEquals(null, failure.get());
        assertEquals(null, torn.get());
        assertTrue(moves.get() > 100, "moves=" + moves.get());
        assertTrue(snapshots.get() > 100, "snapshots=" + snapshots.get());
        try (MillraceProcess last = task.run("--until", "caught-up")) {
            assertEquals(0, last.await(300), task::output);
        }
        try (MillraceProcess verify = task.verify()) {
            assertEquals(0, verify.await(300), task::output);
        }
        return task;
    }

    private Thread thread(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        failure.set(e);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private static void create(Server source) throws SQLException {
        try (Connection connection = source.connect("bank");
                Statement sql = connection.createStatement()) {
            for (String table : new String[] {"giro", "savings"}) {
                sql.execute("CREATE TABLE " + table + " (id INT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL,"
                        + " moves BIGINT NOT NULL)");
                connection.setAutoCommit(false);
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, 1000, 0)")) {
                    for (int id = 1; id <= ACCOUNTS; id++) {
                        insert.setInt(1, id);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
                connection.commit();
            }
        }
    }

    /** Each transaction takes from one row and gives to others, in several statements; some remove a row and make it anew. */
    private void move(Server source, SplittableRandom random) throws SQLException {
        try (Connection connection = source.connect("bank");
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isStopped.get()) {
                int rows = 1 + random.nextInt(random.nextInt(20) == 0 ? 200 : 8);
                int from = 1 + random.nextInt(ACCOUNTS);
                sql.execute("UPDATE giro SET balance = balance - " + rows + ", moves = moves + 1 WHERE id = " + from);
                for (int i = 0; i < rows; i++) {
                    sql.execute(
                            "UPDATE savings SET balance = balance + 1 WHERE id = " + (1 + random.nextInt(ACCOUNTS)));
                }
                if (random.nextInt(10) == 0) {
                    int id = 1 + random.nextInt(ACCOUNTS);
                    sql.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM savings WHERE id = " + id);
                    sql.execute("DELETE FROM savings WHERE id = " + id);
                    sql.execute("INSERT INTO savings SELECT * FROM kept");
                    sql.execute(source instanceof MySqlServer ? "DROP TEMPORARY TABLE kept" : "DROP TABLE kept");
                }
                connection.commit();
                moves.incrementAndGet();
            }
        }
    }

    private void look(PostgresServer target) throws SQLException {
        try (Connection connection = target.connect(null);
                Statement sql = connection.createStatement()) {
            while (!isStopped.get()) {
                try (ResultSet row = sql.executeQuery(
                        "SELECT (SELECT sum(balance) FROM bank.giro) + (SELECT sum(balance) FROM bank.savings),"
                                + " (SELECT count(*) FROM bank.giro) + (SELECT count(*) FROM bank.savings)")) {
                    row.next();
                    if (row.getLong(1) != SUM || row.getLong(2) != 2L * ACCOUNTS) {
                        torn.compareAndSet(null, "sum=" + row.getLong(1) + ", rows=" + row.getLong(2));
                    }
                    snapshots.incrementAndGet();
                }
            }
        }
    }
}
