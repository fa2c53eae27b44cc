package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of rows that cannot be written, from the first to the last of them. */
class DirtyIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void load() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(40), n int)",
                "INSERT INTO t VALUES (1, 'one', 1), (2, CONCAT('canary', CHAR(0)), 2), (3, 'three', 3)");
    }

    private JsonNode run() throws IOException {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        assertEquals(0, ended.exitCode(), ended.toString());
        assertFalse(ended.toString().contains("canary"), ended.toString());
        return JSON.readTree(ended.out());
    }

    private JsonNode dirty(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("dirty"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("task.yaml", "--json"));
        CliEnd ended = task.cli().run(all.toArray(String[]::new));
        assertEquals(0, ended.exitCode(), ended.toString());
        return JSON.readTree(ended.out());
    }

    private String t() {
        return task.database + ".t";
    }

    private long rows(String where) {
        return task.targetCount("SELECT count(*) FROM " + t() + " WHERE " + where);
    }

    @Test
    void shouldStoreTheRowThatAConstraintRefusesAtTheCommit() throws IOException {
        task.with("dirty: {limit: 6}");
        task.atTarget(
                "CREATE SCHEMA " + task.database, "CREATE TABLE " + task.database + ".numbers (n int PRIMARY KEY)");
        run();
        task.atTarget(
                "INSERT INTO " + task.database + ".numbers SELECT generate_series(1, 50)",
                "ALTER TABLE " + t() + " ADD CONSTRAINT late FOREIGN KEY (n) REFERENCES " + task.database
                        + ".numbers DEFERRABLE INITIALLY DEFERRED");
        task.atSource(
                "INSERT INTO t VALUES (10, 'ten', 10), (11, 'canary', 110), (12, 'twelve', 12), (13, 'canary', 130)");
        JsonNode summary = run();
        assertEquals(2, summary.get("dirty").asLong(), summary.toString());
        assertEquals(2, summary.get("applied").asLong(), summary.toString());
        assertEquals(2, rows("id IN (10, 12)"));
        JsonNode rows = dirty("list");
        assertEquals(3, rows.size(), rows.toString());
        task.atTarget("INSERT INTO " + task.database + ".numbers VALUES (110)");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml", "--json");
        assertEquals(1, replayed.exitCode(), replayed.toString());
        JsonNode result = JSON.readTree(replayed.out());
        assertEquals(1, result.get("written").size(), replayed.toString());
        assertEquals(2, result.get("left").size(), replayed.toString());
        assertEquals(1, rows("id = 11 AND n = 110"));
        assertEquals(0, rows("id = 13"));
    }

    @Test
    void shouldStoreMoreRowsThanAreLookedForAtOnceWhenAConstraintRefusesThemAtTheCommit() throws IOException {
        task.with("dirty: {limit: 60}");
        run();
        task.atTarget(
                "CREATE TABLE " + task.database + ".numbers AS SELECT n FROM generate_series(1, 50) n",
                "ALTER TABLE " + task.database + ".numbers ADD PRIMARY KEY (n)",
                "ALTER TABLE " + t() + " ADD CONSTRAINT late FOREIGN KEY (n) REFERENCES " + task.database
                        + ".numbers DEFERRABLE INITIALLY DEFERRED");
        String rows = IntStream.range(0, 200)
                .mapToObj(i -> "(" + (100 + i) + ", 'canary', " + (i % 5 == 0 ? 1_000 + i : 1 + i % 50) + ")")
                .collect(Collectors.joining(", "));
        task.atSource("INSERT INTO t VALUES " + rows);
        JsonNode summary = run();
        assertEquals(40, summary.get("dirty").asLong(), summary.toString());
        assertEquals(160, summary.get("applied").asLong(), summary.toString());
        assertEquals(160, rows("id >= 100 AND n <= 50"));
    }

    /** A NUL in a row of the load; a constraint of the target and a NUL in the stream; then what a person does about them. */
    @Test
    void shouldStoreListShowReplayAndDiscard() throws IOException {
        task.with("dirty: {limit: 6}");
        assertEquals(2, run().get("loaded_rows").asLong());
        task.atTarget("ALTER TABLE " + t() + " ADD CONSTRAINT small CHECK (n < 100)");
        task.atSource(
                "INSERT INTO t VALUES (4, 'canary', 400), (5, 'five', 5)",
                "UPDATE t SET n = 300 WHERE id = 3",
                "INSERT INTO t VALUES (6, 'canary', 600), (7, CONCAT('canary', CHAR(0)), 7)",
                "DELETE FROM t WHERE id = 1");
        JsonNode summary = run();
        assertEquals(6, summary.get("changes_in").asLong(), summary.toString());
        assertEquals(4, summary.get("dirty").asLong(), summary.toString());
        assertEquals(2, summary.get("applied").asLong(), summary.toString());
        assertEquals(1, rows("id = 3 AND n = 3"));
        assertEquals(2, rows("true"));

        task.atSource("UPDATE t SET n = 60 WHERE id = 6");
        assertEquals(0, run().get("dirty").asLong());

        CliEnd listed = task.cli().run("dirty", "list", "task.yaml");
        assertEquals(0, listed.exitCode(), listed.toString());
        assertFalse(listed.out().contains("canary"), listed.out());
        assertTrue(listed.out().contains("23514"), listed.out());
        assertTrue(listed.out().contains("constraint=small"), listed.out());
        JsonNode rows = dirty("list");
        assertEquals(5, rows.size(), rows.toString());
        List<String> states = new ArrayList<>();
        rows.forEach(row -> states.add(row.get("operation").asText() + " "
                + row.get("error").asText() + " " + row.get("state").asText()));
        assertEquals(
                List.of(
                        "insert 23514 open",
                        "insert 23514 overtaken",
                        "insert encoding open",
                        "insert encoding open",
                        "update 23514 open"),
                states.stream().sorted().toList());

        JsonNode shown = dirty("show", "--row", number(rows, 4)).get(0);
        assertEquals("canary", shown.get("image").get("v").asText(), shown.toString());
        assertEquals(400, shown.get("image").get("n").asLong());
        assertEquals(4, shown.get("key").get("id").asLong());
        CliEnd exported = task.cli().run("dirty", "export", "task.yaml");
        assertEquals(5, exported.out().lines().count(), exported.toString());
        for (String line : exported.out().lines().toList()) {
            assertTrue(JSON.readTree(line).get("image").get("id").asLong() > 1, line);
        }

        String seventh = number(rows, 7);
        CliEnd kept = task.cli().run("dirty", "discard", "task.yaml", "--row", seventh);
        assertEquals(0, kept.exitCode(), kept.toString());
        assertTrue(kept.err().contains("add --yes"), kept.toString());
        assertEquals(5, dirty("list").size());
        dirty("discard", "--row", seventh, "--yes");
        assertEquals(4, dirty("list").size());
        CliEnd unknown = task.cli().run("dirty", "show", "task.yaml", "--row", seventh);
        assertEquals(2, unknown.exitCode(), unknown.toString());

        task.atTarget("ALTER TABLE " + t() + " DROP CONSTRAINT small");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml", "--json");
        assertEquals(1, replayed.exitCode(), replayed.toString());
        JsonNode result = JSON.readTree(replayed.out());
        assertEquals(2, result.get("written").size(), replayed.toString());
        assertEquals(1, result.get("overtaken").size(), replayed.toString());
        assertEquals(1, result.get("left").size(), replayed.toString());
        assertEquals(1, rows("id = 4 AND n = 400 AND v = 'canary'"));
        assertEquals(1, rows("id = 3 AND n = 300"));
        assertEquals(1, rows("id = 6 AND n = 60"));
        assertEquals(1, dirty("list").size());

        task.with("types: {nul_char: strip}");
        assertEquals(1, dirty("replay").get("written").size());
        assertEquals(1, rows("id = 2 AND v = 'canary'"));
        assertEquals(0, dirty("list").size());
        task.atSource("DELETE FROM t WHERE id = 7");
        run();
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(0, verified.exitCode(), verified.toString());
    }

    private String number(JsonNode rows, int key) throws IOException {
        for (JsonNode row : rows) {
            JsonNode shown = dirty("show", "--row", row.get("row").asText()).get(0);
            if (shown.get("key").get("id").asInt() == key) {
                return row.get("row").asText();
            }
        }
        throw new AssertionError("no row of that key: " + key);
    }

    @Test
    void shouldFailBeforeTheFirstRowOverTheLimitAndRefuseToChangeTheStoreWhileItRuns() throws IOException {
        task.with("dirty: {limit: 6}");
        run();
        task.atTarget("ALTER TABLE " + t() + " ADD CONSTRAINT small CHECK (n < 100)");
        for (int id = 10; id < 20; id++) {
            task.atSource("INSERT INTO t VALUES (" + id + ", 'canary', 500)");
        }
        CliEnd over = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, over.exitCode(), over.toString());
        assertTrue(over.err().contains("error MR5006"), over.toString());
        assertTrue(over.err().contains("limit=6"), over.toString());
        assertFalse(over.toString().contains("canary"), over.toString());
        assertTrue(dirty("list").size() <= 6);

        task.atTarget("ALTER TABLE " + t() + " DROP CONSTRAINT small");
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            running.waitFor(err -> err.contains("incremental"));
            CliEnd refused = task.cli().run("dirty", "replay", "task.yaml");
            assertEquals(5, refused.exitCode(), refused.toString());
            assertTrue(refused.err().contains("MR4001"), refused.toString());
            assertTrue(dirty("list").size() > 0);
            assertEquals(0, running.stop().exitCode());
        }
    }
}
