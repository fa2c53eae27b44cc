package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL while rows are taken out of their batches, one in some hundreds: counts conserve, each dirty row is in the store once, and once
 * they are replayed source and target are equal. The seed is printed; {@code -Dseed=} replays the waits, {@code -Dkills=} asks for more.
 */
class DirtyRowsFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final int ROWS_A_STATEMENT = 200;
    private static final int BAD = 400;
    private static final Pattern ID = Pattern.compile("\"key\": \\{\"id\": ([0-9]+)\\}");

    @TempDir
    Path directory;

    private long last;

    @Test
    void shouldStoreEachRowOnceWhenKilledWhileRowsAreTakenOut() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        PostgresServer target = PostgresServer.builder().shared();
        source.execute(
                null,
                "DROP DATABASE IF EXISTS bank",
                "CREATE DATABASE bank CHARACTER SET utf8mb4",
                "CREATE TABLE bank.notes (id bigint PRIMARY KEY, n int NOT NULL)");
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        try (Connection from = source.connect("bank");
                Connection to = target.connect(null)) {
            BankTask task = BankTask.write(
                    directory, source, source.port(), target, target.port(), "dirty: {limit: unlimited}\n");
            end(task.run("--until", "caught-up"), task);
            execute(to, "ALTER TABLE bank.notes ADD CONSTRAINT good CHECK (n > 0)");
            for (int kill = 0; kill < KILLS; kill++) {
                insert(from, 40);
                try (MillraceProcess run = task.run()) {
                    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500 + random.nextLong(2_000));
                    while (System.nanoTime() < until) {
                        insert(from, 2);
                        Thread.sleep(20);
                    }
                    assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                    run.kill();
                }
            }
            end(task.run("--until", "caught-up"), task);

            List<Long> bad = new ArrayList<>();
            for (long id = BAD; id <= last; id += BAD) {
                bad.add(id);
            }
            assertEquals(
                    List.of(last, bad.size(), last - bad.size(), 0L).toString(),
                    row(
                            to,
                            "SELECT sum(changes_in), sum(dirty), sum(applied), sum(missing_rows) FROM millrace.checkpoint"));
            assertEquals(bad, stored(task));

            execute(to, "ALTER TABLE bank.notes DROP CONSTRAINT good");
            end(task.dirty("replay"), task);
            assertEquals(List.of(), stored(task));
            end(task.verify(), task);
        }
    }

    private static void end(MillraceProcess process, BankTask task) throws Exception {
        try (process) {
            assertEquals(0, process.await(300), task::output);
        }
    }

    private void insert(Connection connection, int statements) throws SQLException {
        for (int i = 0; i < statements; i++) {
            StringBuilder sql = new StringBuilder("INSERT INTO notes VALUES ");
            for (int row = 0; row < ROWS_A_STATEMENT; row++) {
                last++;
                sql.append(row == 0 ? "(" : ", (")
                        .append(last)
                        .append(", ")
                        .append(last % BAD == 0 ? -1 : 1)
                        .append(')');
            }
            execute(connection, sql.toString());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String row(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            List<Long> values = new ArrayList<>();
            for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                values.add(found.getLong(i));
            }
            return values.toString();
        }
    }

    /** Keys of the stored rows, sorted; one that is there twice is here twice. */
    private static List<Long> stored(BankTask task) throws Exception {
        int before = task.outputLength();
        end(task.dirty("export"), task);
        List<Long> ids = new ArrayList<>();
        Matcher matcher = ID.matcher(task.outputFrom(before));
        while (matcher.find()) {
            ids.add(Long.parseLong(matcher.group(1)));
        }
        ids.sort(null);
        return ids;
    }
}
