package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows that a constraint refuses at the commit are looked for sixteen at a time; the target ends sessions and the task is killed between
 * these and within.
 */
class DeferredRowsFailureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final int ROWS = 150 * KILLS; // a fifth cannot be written

    @TempDir
    Path directory;

    private CliTask task;

    @Test
    void shouldStoreEachRowOnceWhenKilledWhileTheyAreLookedFor() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        task = new CliTask(directory, Servers.mysql(), Servers.postgres()).with("dirty: {limit: " + ROWS + "}");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, n int)");
        runToTheEnd();
        String numbers = task.database + ".numbers";
        task.atTarget(
                "CREATE TABLE " + numbers + " AS SELECT n FROM generate_series(1, 50) n",
                "ALTER TABLE " + numbers + " ADD PRIMARY KEY (n)",
                "ALTER TABLE " + task.database + ".t ADD CONSTRAINT late FOREIGN KEY (n) REFERENCES " + numbers
                        + " DEFERRABLE INITIALLY DEFERRED");
        Set<Integer> orphans = new TreeSet<>();
        String rows = IntStream.range(0, ROWS)
                .mapToObj(id -> {
                    boolean isOrphan = random.nextInt(5) == 0;
                    if (isOrphan) {
                        orphans.add(id);
                    }
                    return "(" + id + ", " + (isOrphan ? 1_000 + id : 1 + id % 50) + ")";
                })
                .collect(Collectors.joining(", "));
        task.atSource("INSERT INTO t VALUES " + rows);

        for (int kill = 0; kill < KILLS && stored().size() < orphans.size(); kill++) {
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                awaitMore(running, stored().size());
                Thread.sleep(random.nextInt(300));
                if (kill % 2 == 1) { // the target's end of it is no fault of a row's
                    LockedTarget.endSessions(task);
                    Thread.sleep(random.nextInt(1_000));
                }
                running.process().destroyForcibly().waitFor();
            }
            Set<Integer> found = stored();
            System.out.println("kill=" + kill + ", stored=" + found.size() + ", orphans=" + orphans.size());
            assertTrue(orphans.containsAll(found), "stored=" + found);
        }
        runToTheEnd();
        assertEquals(orphans, stored());
        assertEquals(orphans.size(), exported().size(), "each is there once");
        assertEquals(
                ROWS - orphans.size(), task.targetCount("SELECT count(*) FROM " + task.database + ".t WHERE n <= 50"));
        task.atTarget("ALTER TABLE " + task.database + ".t DROP CONSTRAINT late");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml");
        assertEquals(0, replayed.exitCode(), replayed.toString());
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(0, verified.exitCode(), verified.toString());
    }

    private void runToTheEnd() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    private void awaitMore(ChildCli.Started running, int before) throws Exception {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (stored().size() <= before) {
            assertTrue(running.process().isAlive(), () -> running.end().toString());
            assertFalse(System.nanoTime() > deadline, "no more rows are stored: stored=" + before);
        }
    }

    private List<Integer> exported() throws IOException {
        CliEnd ended = task.cli().run("dirty", "export", "task.yaml");
        assertEquals(0, ended.exitCode(), ended.toString());
        List<Integer> keys = new ArrayList<>();
        for (String line : ended.out().lines().toList()) {
            keys.add(JSON.readTree(line).get("image").get("id").asInt());
        }
        return keys;
    }

    private Set<Integer> stored() throws IOException {
        return new TreeSet<>(exported());
    }
}
