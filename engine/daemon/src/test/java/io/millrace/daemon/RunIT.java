package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way by the command line, in JVMs of their own. */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class RunIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void makeTask() {
        task = new CliTask(directory, Servers.mariadb(), Servers.postgres());
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }

    private CliEnd ok(String... arguments) {
        return ok(task.cli().child().run(arguments));
    }

    private void here(String... arguments) {
        ok(task.cli().run(arguments));
    }

    private static CliEnd ok(CliEnd ended) {
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private long rows() {
        return task.targetCount("SELECT count(*) FROM " + task.database + ".t");
    }

    @Test
    void shouldCopyFollowVerifyAndRemove() throws IOException {
        ok("check", "task.yaml");
        String sql = ok("plan", "task.yaml", "--sql").out();
        assertTrue(sql.contains("CREATE TABLE \"" + task.database + "\".\"t\""), sql);
        assertTrue(JSON.readTree(ok("plan", "task.yaml", "--json").out())
                        .get("tables")
                        .size()
                == 1);
        assertEquals(0, task.targetCount("SELECT count(*) FROM pg_namespace WHERE nspname = 'millrace'"));

        ok("run", "task.yaml", "--until", "caught-up", "--summary", "first.json");
        JsonNode first = JSON.readTree(Files.readString(directory.resolve("first.json")));
        assertEquals("finished", first.get("status").asText());
        assertEquals(2, first.get("loaded_rows").asLong());
        assertEquals(2, rows());

        task.atSource(
                "INSERT INTO t VALUES (3, 'three'), (4, 'four')",
                "UPDATE t SET v = 'zwei' WHERE id = 2",
                "DELETE FROM t WHERE id = 1");
        JsonNode second = JSON.readTree(
                ok("run", "task.yaml", "--until", "caught-up", "--json").out());
        assertEquals(0, second.get("loaded_rows").asLong());
        assertEquals(4, second.get("applied").asLong());
        assertEquals(4, second.get("changes_in").asLong());
        assertEquals(2, second.get("inserts").asLong());
        assertEquals(1, second.get("updates").asLong());
        assertEquals(1, second.get("deletes").asLong());
        assertEquals(0, second.get("lag_ms").asLong());
        assertTrue(second.get("rate_per_s").asDouble() > 0, second.toString());
        assertEquals(3, rows());

        assertTrue(ok("verify", "task.yaml").out().contains("equal: 3 rows in 1 tables"));
        task.atTarget("UPDATE " + task.database + ".t SET v = 'drei' WHERE id = 3");
        CliEnd differs = task.cli().child().run("verify", "task.yaml");
        assertEquals(1, differs.exitCode(), differs.toString());
        assertTrue(differs.out().contains(task.database + ".t  different  key=3  columns=v"), differs.toString());
        assertTrue(
                differs.err().contains("error MR5007: source and target differ: tables=1, rows=1"), differs.toString());

        assertTrue(ok("dump", "log", "millrace-data/" + task.database).out().contains("log "));
        remove();
    }

    private void remove() throws IOException {
        Path data = directory.resolve("millrace-data").resolve(task.database);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
        JsonNode listed =
                JSON.readTree(ok("remove", "task.yaml", "--all", "--json").out());
        assertEquals(0, listed.get("removed").size());
        assertEquals(task.database + ".t", listed.get("tables").get(0).asText());
        assertTrue(listed.get("checkpoints").asInt() > 0);
        assertEquals(3, rows());

        ok("remove", "task.yaml", "--all", "--yes");
        assertFalse(Files.exists(data));
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.checkpoint"));
        assertEquals(0, task.targetCount("SELECT count(*) FROM pg_tables WHERE schemaname = '" + task.database + "'"));

        ok("run", "task.yaml", "--until", "caught-up");
        assertEquals(3, rows());
    }

    @Test
    void shouldStopCleanlyOnASignal() throws IOException {
        try (ChildCli.Started run = task.cli().child().start("run", "task.yaml", "--summary", "out.json")) {
            run.waitFor(err -> err.contains("incremental"));
            CliEnd ended = run.stop();
            assertEquals(0, ended.exitCode(), ended.toString());
        }
        JsonNode summary = JSON.readTree(Files.readString(directory.resolve("out.json")));
        assertEquals("stopped", summary.get("status").asText());
        assertEquals(2, rows());
    }

    @Test
    void shouldEndWithSixWhenStoppedBeforeItsGoal() {
        try (ChildCli.Started run = task.cli().child().start("run", "task.yaml", "--until", "gtid:0-1-999999999")) {
            run.waitFor(err -> err.contains("incremental"));
            CliEnd ended = run.stop();
            assertEquals(6, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("error MR6001: "), ended.toString());
        }
    }

    @Test
    void shouldBeginElsewhereWhenAgreedTo() {
        task.with("steps: [structure, incremental]").with("start: now");
        here("run", "task.yaml", "--until", "caught-up");
        task.atSource("INSERT INTO t VALUES (3, 'followed')");
        here("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, rows());
        task.atSource("INSERT INTO t VALUES (4, 'skipped')");

        CliEnd asked = task.cli().run("run", "task.yaml", "--start", "now", "--until", "caught-up");
        assertEquals(2, asked.exitCode(), asked.toString());
        assertTrue(asked.err().contains("add --yes"), asked.toString());

        here("run", "task.yaml", "--start", "now", "--yes", "--until", "caught-up");
        assertEquals(1, rows());
        task.atSource("INSERT INTO t VALUES (5, 'kept')");
        here("run", "task.yaml", "--until", "caught-up");
        assertEquals(2, rows());
    }
}
