package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL in a load and in the stream of tables whose foreign keys remove and change rows without a trace in the binlog: in the end
 * source and target are equal. The seed is printed; {@code -Dseed=} replays workload and waits, {@code -Dkills=} asks for more.
 */
class KeyActionsFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final int PARENTS = 2_000;
    private static final int CHILDREN = 60_000;
    private static final List<String> TABLES = List.of("parent", "child", "grandchild");

    @TempDir
    Path directory;

    @Test
    void shouldLoseAndKeepNoChildrenWhenKilledUnderLoad() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        PostgresServer target = PostgresServer.builder().shared();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        make(source);
        BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
        AtomicBoolean isDone = new AtomicBoolean();
        long workloadSeed = random.nextLong();
        Thread writer = new Thread(() -> write(source, workloadSeed, isDone), "family");
        writer.start();
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                try (MillraceProcess run = task.run()) {
                    Thread.sleep(900 + random.nextLong(2_500));
                    assertTrue(run.isAlive(), () -> "ended by itself: " + task.output());
                    run.kill();
                }
            }
        } finally {
            isDone.set(true);
            writer.join();
        }
        try (MillraceProcess last = task.run("--until", "caught-up")) {
            assertEquals(0, last.await(300), task::output);
        }
        for (String table : TABLES) {
            assertEquals(rows(source.connect("bank"), table), rows(target.connect(null), table), table);
        }
        try (MillraceProcess verify = task.verify()) {
            assertEquals(0, verify.await(300), task::output);
        }
    }

    private static void make(MySqlServer source) throws SQLException {
        source.execute(
                "bank",
                "CREATE TABLE parent (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE child (id INT PRIMARY KEY, p INT NOT NULL, v INT, CONSTRAINT cp FOREIGN KEY (p)"
                        + " REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE grandchild (id INT PRIMARY KEY, c INT, v INT, CONSTRAINT gc FOREIGN KEY (c)"
                        + " REFERENCES child (id) ON DELETE SET NULL)");
        try (Connection connection = source.connect("bank");
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            insert(sql, "parent", PARENTS, 0);
            insert(sql, "child", CHILDREN, PARENTS);
            insert(sql, "grandchild", CHILDREN, CHILDREN);
            connection.commit();
        }
    }

    private static void insert(Statement sql, String table, int count, int parents) throws SQLException {
        for (int from = 0; from < count; from += 1_000) {
            List<String> rows = new ArrayList<>();
            for (int id = from; id < Math.min(count, from + 1_000); id++) {
                rows.add(parents == 0 ? "(" + id + ",0)" : "(" + id + "," + id % parents + ",0)");
            }
            sql.executeUpdate("INSERT INTO " + table + " VALUES " + String.join(",", rows));
        }
    }

    private static void write(MySqlServer source, long seed, AtomicBoolean isDone) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Connection connection = source.connect("bank");
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isDone.get()) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    attempt(sql, statement(random));
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("workload failed: code=" + e.getErrorCode(), e);
        }
    }

    private static void attempt(Statement sql, String statement) throws SQLException {
        try {
            sql.executeUpdate(statement);
        } catch (SQLIntegrityConstraintViolationException e) {
            if (e.getErrorCode() == 0) {
                throw e; // not the server's own
            }
        }
    }

    private static String statement(SplittableRandom random) {
        int parent = random.nextInt(PARENTS);
        int child = random.nextInt(CHILDREN);
        return switch (random.nextInt(8)) {
            case 0 -> "DELETE FROM parent WHERE id = " + parent;
            case 1, 2 -> "INSERT IGNORE INTO parent VALUES (" + parent + ",1)";
            case 3 -> "UPDATE parent SET id = " + parent + " WHERE id = " + random.nextInt(PARENTS);
            case 4 -> "INSERT IGNORE INTO child VALUES (" + child + "," + parent + ",1)";
            case 5 -> "UPDATE child SET p = " + parent + " WHERE id = " + child;
            case 6 -> "UPDATE grandchild SET c = " + child + " WHERE id = " + random.nextInt(CHILDREN);
            default -> "DELETE FROM child WHERE id = " + child;
        };
    }

    private static List<String> rows(Connection opened, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = opened;
                Statement sql = connection.createStatement();
                ResultSet found = sql.executeQuery("SELECT * FROM bank." + table + " ORDER BY id")) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(found.getString(i)).append(' ');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }
}
