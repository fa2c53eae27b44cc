package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code delivery.delay}, from the command line. */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class DelayIT {
    @TempDir
    Path directory;

    private CliTask task;

    private CliEnd ok(CliEnd ended) {
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private long rows() {
        return task.targetCount("SELECT count(*) FROM " + task.database + ".t");
    }

    private void makeTask(String delay) {
        task = new CliTask(directory, Servers.mariadb(), Servers.postgres());
        task.with("delivery:\n  delay: " + delay);
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    }

    /** MariaDB's binlog tells a commit's time to the second. */
    @Test
    void shouldApplyLaterAndReachItsGoalThen() {
        makeTask("4s");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        assertEquals(2, rows(), "what is loaded is not delayed");
        long committed = System.nanoTime();
        task.atSource("INSERT INTO t VALUES (3)");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        assertTrue(System.nanoTime() - committed >= 3_000_000_000L);
        assertEquals(3, rows());
    }

    @Test
    void shouldKeepWhatIsNotDueForTheNextStartWhenItIsStopped() {
        makeTask("1h");
        try (ChildCli.Started run = task.cli().child().start("run", "task.yaml")) {
            run.waitFor(err -> err.contains("incremental"));
            task.atSource("INSERT INTO t VALUES (3)");
            run.waitFor(err -> err.lines().anyMatch(line -> line.matches(".*incremental .* lag [1-9][0-9.]* s.*")));
            ok(run.stop());
        }
        assertEquals(2, rows());
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables: [" + task.database + ".*]\n");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        assertEquals(3, rows());
    }
}
