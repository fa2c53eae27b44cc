package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed between the chunks of a range that is loaded again, beside a writer that moves rows into the range and out of it: what
 * was committed stays, and nothing outside is touched. {@code -Dkills=} asks for more, {@code -Dseed=} replays.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class ReloadRangeFailureTest {
    /** Their keys are even, and those between that rows move to are odd. */
    private static final int ROWS = 150_000;

    private static final int FIRST = 1_000;
    private static final int LAST = 280_000;
    private static final String RANGE = "id > " + FIRST + " and id <= " + LAST;
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int KILLS = Integer.getInteger("kills", 1);
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;
    private String table;

    @Test
    void shouldEndEqualWhenKilledBetweenChunksOfARangeOfMySql() throws Exception {
        killAndCompare(Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldEndEqualWhenKilledBetweenChunksOfARangeOfPostgres() throws Exception {
        killAndCompare(Servers.postgres());
        assertEquals(0, task.cli().run("remove", "task.yaml", "--slot", "--yes").exitCode());
    }

    private void killAndCompare(Server source) throws Exception {
        begin(source);
        damage();
        task.with("resources: {rows_per_second: 15000}");
        CliEnd asked = task.cli().run("reload", "task.yaml", "--table", table, "--where", RANGE);
        assertEquals(0, asked.exitCode(), asked.toString());
        String planned = plan();
        assertTrue(planned.contains("  is to be loaded again: about "), planned);

        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(isDone));
        writer.start();
        List<String> committed = List.of();
        try {
            for (int kill = 0; kill < KILLS; kill++) {
                killBehindTwoChunks();
                List<String> now = parts();
                assertTrue(now.containsAll(committed), () -> "seed=" + SEED + ", there are " + now);
                assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.load_ledger WHERE chunk = -4"));
                committed = now;
            }
            planned = plan();
            assertTrue(
                    planned.matches("(?s).*  is being loaded again: [0-9,]+ rows loaded, about [0-9,]+ rows left.*"),
                    planned);
            untilCaughtUp();
        } finally {
            isDone.set(true);
            writer.join();
        }
        untilCaughtUp();
        assertTrue(parts().containsAll(committed), () -> "seed=" + SEED + ", at the end there are " + parts());
        assertEqual();
    }

    private void begin(Server source) throws Exception {
        task = new CliTask(directory, source, Servers.postgres());
        boolean isPostgres = source instanceof PostgresServer;
        table = (isPostgres ? "public" : task.database) + ".t";
        if (isPostgres) {
            task.source("database", task.database).tables("[public.t]");
        }
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))",
                isPostgres ? "SELECT 1" : "SET SESSION cte_max_recursion_depth = " + 2 * ROWS,
                "INSERT INTO t WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < " + ROWS
                        + ") SELECT 2 * n, 'loaded' FROM r");
        untilCaughtUp();
    }

    /** Within the range, and outside of it where the writer changes nothing. */
    private void damage() {
        task.atTarget(
                "UPDATE " + table + " SET v = 'damaged' WHERE id % 7 = 0 AND " + RANGE,
                "DELETE FROM " + table + " WHERE id % 11 = 0 AND " + RANGE,
                "INSERT INTO " + table + " SELECT n, 'further' FROM generate_series(" + (FIRST + 1) + ", " + LAST
                        + ", 1000) s (n)",
                "UPDATE " + table + " SET v = 'outside' WHERE id <= 500",
                "INSERT INTO " + table + " VALUES (-5, 'outside'), (2000000000, 'outside')");
    }

    private String plan() {
        CliEnd planned = task.cli().run("plan", "task.yaml");
        assertEquals(0, planned.exitCode(), planned.toString());
        return planned.out();
    }

    private void killBehindTwoChunks() throws Exception {
        int before = parts().size();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            while (parts().size() < before + 2) {
                assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
                Thread.sleep(10);
            }
            running.process().destroyForcibly().waitFor();
        }
    }

    /** Committed chunks of the range; what lies around it has one each. */
    private List<String> parts() {
        return task.targetRows("SELECT chunk, watermark FROM millrace.load_ledger WHERE source_table = 't'"
                + " AND chunk >= 1 AND chunk < 1073741824 ORDER BY chunk");
    }

    private void untilCaughtUp() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), () -> "seed=" + SEED + ", " + ended);
    }

    private void assertEqual() {
        assertEquals(252, task.targetCount("SELECT count(*) FROM " + table + " WHERE v = 'outside'"));
        task.atTarget(
                "UPDATE " + table + " SET v = 'loaded' WHERE v = 'outside' AND id BETWEEN 1 AND 500",
                "DELETE FROM " + table + " WHERE v = 'outside'");
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(0, verified.exitCode(), () -> "seed=" + SEED + ", " + verified);
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.load_ledger WHERE chunk < -2"));
    }

    private void write(AtomicBoolean isDone) {
        Random random = new Random(SEED);
        int next = 2 * ROWS;
        int moved = 0;
        while (!isDone.get()) {
            int within = FIRST + 2 + 2 * random.nextInt((LAST - FIRST) / 2);
            int beyond = LAST + 2 + 2 * random.nextInt((2 * ROWS - LAST) / 2);
            int free = FIRST + 3 + 2 * (int) (7919L * moved++ % ((LAST - FIRST) / 2 - 2));
            task.source.execute(
                    task.database,
                    switch (random.nextInt(5)) {
                        case 0 -> "DELETE FROM t WHERE id = " + within;
                        case 1 -> "INSERT INTO t VALUES (" + ++next + ", 'new')";
                        case 2 -> "UPDATE t SET id = " + ++next + " WHERE id = " + within;
                        case 3 -> "UPDATE t SET id = " + free + " WHERE id = " + beyond;
                        default -> "UPDATE t SET v = 'v" + random.nextInt(1_000) + "' WHERE id = " + within;
                    });
        }
    }
}
