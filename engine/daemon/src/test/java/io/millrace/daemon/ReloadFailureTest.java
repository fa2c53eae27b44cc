package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it empties tables, and while it loads one again beside a writer: one with columns that the source computes.
 * {@code -Dkills=} asks for more,
 * {@code -Dseed=} replays.
 */
class ReloadFailureTest {
    private static final int ROWS = 40_000;
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int KILLS = Integer.getInteger("kills", 1);

    /** One that the target gets the values of, and one that it computes by itself. */
    private static final String COMPUTED = " w varchar(40) GENERATED ALWAYS AS (upper(v)) STORED";

    private static final String NEXT = " GENERATED ALWAYS AS (id + 1)";

    @TempDir
    Path directory;

    private CliTask task;
    private String from;
    private String schema;

    @Test
    void shouldEndEqualWhenKilledBesideAWriterFromMySql() throws Exception {
        use(Servers.mysql(), Servers.postgres());
        killAndCompare(numbers(ROWS, "n, 'v'"));
    }

    /** A database of the source's name may be there at a target that is a source of others, too. */
    private void use(Server source, Server target) {
        task = new CliTask(directory, source, target);
        from = source instanceof PostgresServer ? "public" : task.database;
        schema = isPostgres() ? from : task.targetDatabase;
    }

    private static String numbers(int count, String columns) {
        return "SELECT " + columns
                + " FROM (WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < " + count
                + ") SELECT n FROM s) all_numbers";
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenKilledBesideAWriterIntoMySql() throws Exception {
        use(Servers.mariadb(), Servers.mysql());
        killAndCompare("SELECT seq, 'v' FROM seq_1_to_" + ROWS);
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenKilledBesideAWriterIntoMariaDb() throws Exception {
        use(Servers.mysql(), Servers.mariadb());
        killAndCompare(numbers(ROWS, "n, 'v'"));
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenKilledBesideAWriterFromPostgres() throws Exception {
        use(Servers.postgres(), Servers.postgres());
        task.source("database", task.database).tables("[public.t]");
        killAndCompare("SELECT n, 'v' FROM generate_series(1, " + ROWS + ") s (n)");
        assertEquals(0, task.cli().run("remove", "task.yaml", "--slot", "--yes").exitCode());
    }

    private void killAndCompare(String rows) throws Exception {
        Random random = new Random(SEED);
        Server server = task.source;
        task.atSource("CREATE TABLE t (id bigint PRIMARY KEY, v varchar(40)," + COMPUTED + ", x bigint" + NEXT
                + (server instanceof PostgresServer ? " STORED)" : " VIRTUAL)"));
        server.execute(
                task.database,
                server instanceof MySqlServer ? "SET SESSION cte_max_recursion_depth = 1000000" : "SELECT 1",
                "INSERT INTO t (id, v) " + rows);
        task.atTarget(
                "CREATE SCHEMA IF NOT EXISTS " + schema,
                "CREATE TABLE " + schema + ".t (id bigint PRIMARY KEY, v varchar(40), w varchar(40), x bigint" + NEXT
                        + " STORED)",
                "INSERT INTO " + schema + ".t (id, v) " + numbers(1_000, "-n, 'stood'"));
        task.file(
                "task.yaml",
                "name: " + task.database
                        + "\nsource: shop\ntarget:\n  datasource: warehouse\n  existing_rows: truncate\n" + "tables: ["
                        + from + ".t]\nmapping: {schema_name: " + schema + "}\n");
        CliEnd planned = task.cli().run("plan", "task.yaml", "--sql");
        assertEquals(0, planned.exitCode(), planned.toString());
        assertTrue(planned.out().contains(isPostgres() ? "TRUNCATE TABLE" : "DELETE FROM"), planned.toString());
        killWhenEmptying();
        killSometimes(random);
        untilCaughtUp();
        assertEqual();

        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(isDone));
        writer.start();
        try {
            for (int round = 0; round < KILLS; round++) {
                damage();
                try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                    CliEnd asked = task.cli().run("reload", "task.yaml", "--table", from + ".t");
                    assertEquals(0, asked.exitCode(), asked.toString());
                    assertTrue(asked.out().contains("marked to be loaded again: " + from + ".t"), asked.toString());
                    running.waitFor(text -> text.contains("loads again: tables="));
                    Thread.sleep(random.nextInt(500));
                    running.process().destroyForcibly().waitFor();
                }
                killSometimes(random);
                untilCaughtUp();
            }
        } finally {
            isDone.set(true);
            writer.join();
        }
        untilCaughtUp();
        assertEqual();
    }

    private boolean isPostgres() {
        return task.target instanceof PostgresServer;
    }

    /** In the midst of it: the table is locked, so that neither the rows nor the note of it can stand. */
    private void killWhenEmptying() throws Exception {
        try (var holder = task.target.connect(task.targetDatabase);
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(
                    isPostgres()
                            ? "LOCK TABLE " + schema + ".t IN ACCESS SHARE MODE"
                            : "SELECT * FROM " + schema + ".t FOR UPDATE");
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                running.waitFor(text -> text.contains("removes the rows that stand in target tables"));
                running.process().destroyForcibly().waitFor();
            }
            if (isPostgres()) {
                task.targetCount("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND application_name LIKE 'millrace %'");
            } else {
                endEmptying();
            }
            holder.rollback();
        }
        assertEquals(1000, task.targetCount("SELECT count(*) FROM " + schema + ".t"));
    }

    /** These servers do not notice that who waits for a lock is gone: its statement is ended, and seen to have ended. */
    private void endEmptying() {
        String emptying = " FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DELETE FROM%" + schema + "%'";
        while (task.targetCount("SELECT COUNT(*)" + emptying) > 0) {
            long session = task.targetCount("SELECT COALESCE(MAX(ID), 0)" + emptying);
            if (session > 0) {
                task.atTarget("KILL QUERY " + session);
            }
        }
    }

    private void killSometimes(Random random) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                running.waitFor(text -> text.contains("data directory"));
                Thread.sleep(random.nextInt(3_000));
                assertTrue(running.process().isAlive(), running.toString());
                running.process().destroyForcibly().waitFor();
            }
        }
    }

    private void untilCaughtUp() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), () -> "seed=" + SEED + ", " + ended);
    }

    private void assertEqual() throws SQLException {
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(0, verified.exitCode(), () -> "seed=" + SEED + ", " + verified);
        assertEquals(0, task.targetCount("SELECT count(*) FROM " + schema + ".t WHERE id < 0"));
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.load_ledger WHERE chunk < -2"));
    }

    private void damage() {
        task.atTarget(
                "DELETE FROM " + schema + ".t WHERE id % 7 = 3",
                "UPDATE " + schema + ".t SET v = 'damaged' WHERE id % 11 = 3",
                "UPDATE " + schema + ".t SET w = 'damaged' WHERE id % 13 = 3",
                "INSERT INTO " + schema + ".t (id, v) " + numbers(1_000, "-n, 'further'"));
    }

    private void write(AtomicBoolean isDone) {
        Random random = new Random(SEED + 1);
        long next = ROWS;
        while (!isDone.get()) {
            int id = 1 + random.nextInt(ROWS);
            task.source.execute(
                    task.database,
                    switch (random.nextInt(4)) {
                        case 0 -> "DELETE FROM t WHERE id = " + id;
                        case 1 -> "INSERT INTO t (id, v) VALUES (" + ++next + ", 'new')";
                        case 2 -> "UPDATE t SET id = " + ++next + " WHERE id = " + id;
                        default -> "UPDATE t SET v = 'v" + random.nextInt(1_000) + "' WHERE id = " + id;
                    });
        }
    }
}
