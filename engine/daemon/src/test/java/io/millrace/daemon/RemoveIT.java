package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task leaves, named and removed. */
class RemoveIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void makeTables() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(20) UNIQUE)",
                "CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id))",
                "INSERT INTO a VALUES (1, 'x')",
                "INSERT INTO b VALUES (1, 1)");
    }

    private CliEnd ok(String... arguments) {
        CliEnd ended = task.cli().run(arguments);
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private JsonNode list() throws IOException {
        return JSON.readTree(ok("remove", "task.yaml", "--json").out());
    }

    /** The parent was made first; a table of somebody else that refers to it holds both. */
    @Test
    void shouldDropTablesThatReferToEachOther() throws Exception {
        ok("run", "task.yaml", "--until", "caught-up");
        assertEquals(2, list().get("tables").size());
        task.atTarget("CREATE TABLE public.c (a int REFERENCES " + task.database + ".a (id))");
        CliEnd held = task.cli().run("remove", "task.yaml", "--tables", "--yes");
        assertEquals(3, held.exitCode(), held.toString());
        assertTrue(held.err().contains("referring=[public.c]"), held.toString());
        assertEquals(2, list().get("tables").size());
        task.atTarget("DROP TABLE public.c");
        ok("remove", "task.yaml", "--tables", "--yes");
        assertEquals(0, task.targetCount("SELECT count(*) FROM pg_tables WHERE schemaname = '" + task.database + "'"));
        JsonNode left = list();
        assertEquals(0, left.get("tables").size(), left.toString());
        assertTrue(left.get("checkpoints").asInt() > 0, left.toString());
        ok("remove", "task.yaml", "--all", "--yes");
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.checkpoint"));
    }

    /** It has no checkpoint, but notes of what it made. */
    @Test
    void shouldForgetATaskThatOnlyMadeTables() {
        task.with("steps: [structure]");
        ok("run", "task.yaml");
        assertTrue(task.targetCount("SELECT count(*) FROM millrace.structure") > 0);
        ok("remove", "task.yaml", "--all", "--yes");
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.structure"));
        ok("run", "task.yaml");
        assertEquals(2, task.targetCount("SELECT count(*) FROM pg_tables WHERE schemaname = '" + task.database + "'"));
    }
}
