package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code reload} says, and what the next run makes of it. */
class ReloadCommandIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CliTask task;

    private CliEnd ok(String... arguments) {
        CliEnd ended = task.cli().run(arguments);
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    @Test
    void shouldLoadAgainWhatTheTaskHasLoadedAndNothingElse() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(20) UNIQUE)",
                "CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id))",
                "INSERT INTO a VALUES (1, 'x')",
                "INSERT INTO b VALUES (1, 1)");
        CliEnd early = task.cli().run("reload", "task.yaml", "--table", task.database + ".a");
        assertEquals(2, early.exitCode(), early.toString());
        assertTrue(early.err().contains("error MR1001: the task has loaded nothing yet"), early.toString());
        ok("run", "task.yaml", "--until", "caught-up");
        CliEnd part = task.cli().run("reload", "task.yaml", "--table", task.database + ".a", "--where", "id > 1");
        assertEquals(2, part.exitCode(), part.toString());
        assertTrue(part.err().contains("error MR1006: no part of the table can be loaded again"), part.toString());
        task.atTarget("DELETE FROM " + task.database + ".b", "INSERT INTO " + task.database + ".a VALUES (2, 'y')");
        JsonNode marked = JSON.readTree(ok("reload", "task.yaml", "--table", task.database + ".a", "--json")
                .out());
        assertEquals(2, marked.get("marked").size(), marked.toString());
        JsonNode summary = JSON.readTree(
                ok("run", "task.yaml", "--until", "caught-up", "--json").out());
        assertEquals(2, summary.get("loaded_rows").asInt(), summary.toString());
        ok("verify", "task.yaml");
    }
}
