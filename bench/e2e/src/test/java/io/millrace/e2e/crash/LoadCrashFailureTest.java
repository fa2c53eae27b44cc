package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * EXACTNESS 33 to 39: sessions that change all tables from before their load until after it, with SIGKILL at random moments of it, for every pair of source
 * and target: hot rows, changes of keys, transactions that are open across chunks, commits that wait for a replica while they are in
 * the binlog. In the end every row is as at the source, by the servers' own text.
 *
 * <p>{@code -Dseeds=} asks for more than the build's few ({@link #ROUND} in a row meet every pair once), {@code -Dseed=} says the first of
 * them, or replays one's choices; what sessions do to each other is chance.
 */
class LoadCrashFailureTest {
    private static final int SEEDS = Integer.getInteger("seeds", 1);
    private static final LoadSource.Kind[] SOURCES = LoadSource.Kind.values();
    private static final CrashTarget[] TARGETS = CrashTarget.values();
    private static final int ROUND = SOURCES.length * TARGETS.length;
    private static final int WRITERS = 3;
    private static final int ROWS_A_STATEMENT = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    @Test
    void shouldHoldEveryRowAsTheSourceDoesWhenKilledWhileItLoads() throws Exception {
        boolean isReplay = System.getProperty("seed") != null && System.getProperty("seeds") == null;
        long first = Long.getLong("seed", System.nanoTime() >>> 16);
        List<String> failures = new ArrayList<>();
        for (long seed = first; seed < first + (isReplay ? 1 : SEEDS); seed++) {
            try {
                survive(seed);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | AssertionError e) {
                String failure = "replay with -Dseed=" + seed + ": " + e;
                System.out.println(failure);
                failures.add(failure);
            }
        }
        assertEquals(List.of(), failures);
    }

    private void survive(long seed) throws Exception {
        int index = (int) Math.floorMod(seed, (long) ROUND);
        SplittableRandom random = new SplittableRandom(seed);
        CrashTarget to = TARGETS[index / SOURCES.length];
        Server target = to.server();
        clear(target, to);
        int kills = 1 + random.nextInt(3);
        int atOnce = 1 + random.nextInt(4);
        boolean isMinimal = random.nextInt(3) == 0;
        System.out.println("seed=" + seed + ", source=" + SOURCES[index % SOURCES.length] + ", target=" + to
                + ", kills=" + kills + ", concurrency=" + atOnce + ", minimal=" + isMinimal);
        try (LoadSource source = LoadSource.of(SOURCES[index % SOURCES.length], isMinimal);
                Connection judge = source.connect();
                Connection copy = target.connect(null)) {
            fill(judge, source.kind().isPostgres);
            BankTask task = BankTask.write(
                    directory.resolve(Long.toString(seed)),
                    source.server(),
                    source.server().port(),
                    target,
                    target.port(),
                    "resources: {read_concurrency: " + atOnce + ", write_concurrency: " + (1 + random.nextInt(4))
                            + ", rows_per_second: 30000}\n");
            Sessions sessions = new Sessions(source, random);
            try {
                for (int kill = 0; kill < kills; kill++) {
                    try (MillraceProcess run = task.run()) {
                        run.awaitThat("a row of the load", PATIENCE, () -> hasRows(copy));
                        Thread.sleep(random.nextInt(2_500));
                        run.kill();
                    }
                }
                try (MillraceProcess last = task.run("--until", "caught-up")) {
                    assertEquals(0, last.await(PATIENCE.toSeconds()), task::output);
                }
                long committed = sessions.end();
                assertTrue(committed > 20, "the sessions ran: committed=" + committed);
            } finally {
                sessions.stop();
            }
            finish(task);
            System.out.println("read again: "
                    + task.outputFrom(0)
                            .lines()
                            .filter(line -> line.contains("are read again"))
                            .count());
            for (LoadTables table : LoadTables.values()) {
                assertEqual(
                        table,
                        table.content(judge, source.kind().isPostgres, source.kind().isPostgres),
                        table.content(copy, to == CrashTarget.POSTGRES, source.kind().isPostgres));
            }
        }
    }

    private static void clear(Server target, CrashTarget to) {
        if (to == CrashTarget.POSTGRES) {
            target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        } else {
            target.execute(null, "DROP DATABASE IF EXISTS bank", "DROP DATABASE IF EXISTS millrace");
        }
    }

    private static void fill(Connection connection, boolean isPostgres) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement sql = connection.createStatement()) {
            for (LoadTables table : LoadTables.values()) {
                sql.execute(table.creation(isPostgres));
                if (isPostgres && table == LoadTables.ACCOUNT) {
                    sql.execute("ALTER TABLE account ALTER note SET STORAGE EXTERNAL");
                }
                for (long of = 0; of < table.rows; ) {
                    StringBuilder rows = new StringBuilder();
                    for (int i = 0; i < ROWS_A_STATEMENT && of < table.rows; i++, of++) {
                        rows.append(i == 0 ? "" : ", ").append(table.row(of, -of, isPostgres));
                    }
                    sql.executeUpdate("INSERT INTO " + table.table() + " VALUES " + rows);
                }
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Whether any table has any: they are made by the process. */
    private static boolean hasRows(Connection copy) throws SQLException {
        try (Statement sql = copy.createStatement()) {
            for (LoadTables table : LoadTables.values()) {
                if (isThere(sql, table)) {
                    try (ResultSet row = sql.executeQuery("SELECT 1 FROM bank." + table.table() + " LIMIT 1")) {
                        if (row.next()) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private static boolean isThere(Statement sql, LoadTables table) throws SQLException {
        try (ResultSet row = sql.executeQuery("SELECT 1 FROM information_schema.tables WHERE table_schema = 'bank'"
                + " AND table_name = '" + table.table() + "'")) {
            return row.next();
        }
    }

    private static void finish(BankTask task) throws Exception {
        try (Pipeline pipeline = task.pipeline(new Goal.CaughtUp())) {
            pipeline.start();
            BankTask.awaitFinished(pipeline);
            assertTrue(pipeline.counters().conserve(), () -> pipeline.counters().toString());
        }
    }

    private static void assertEqual(LoadTables table, Map<String, String> expected, Map<String, String> actual) {
        List<String> differences = new ArrayList<>();
        expected.forEach((key, row) -> {
            if (!row.equals(actual.get(key))) {
                differences.add(key + ": source=" + row + ", target=" + actual.get(key));
            }
        });
        actual.keySet().stream()
                .filter(key -> !expected.containsKey(key))
                .forEach(key -> differences.add(key + ": the target alone"));
        assertEquals(
                List.of(), differences.subList(0, Math.min(5, differences.size())), table + ": " + differences.size());
    }

    /** The writers, each in a thread of its own. */
    private static final class Sessions {
        private final List<LoadWriter> writers = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Sessions(LoadSource source, SplittableRandom random) {
            AtomicLong numbers = new AtomicLong();
            for (int i = 0; i < WRITERS; i++) {
                LoadWriter writer = new LoadWriter(source, random.nextLong(), i == 0, numbers);
                Thread thread = new Thread(writer, "writer-" + i);
                thread.start();
                writers.add(writer);
                threads.add(thread);
            }
        }

        /** Returns how many transactions there were. */
        long end() throws InterruptedException, SQLException {
            stop();
            long committed = 0;
            for (int i = 0; i < WRITERS; i++) {
                threads.get(i).join();
                committed += writers.get(i).committed();
            }
            return committed;
        }

        /** They end soon. */
        void stop() {
            writers.forEach(LoadWriter::stop);
        }
    }
}
