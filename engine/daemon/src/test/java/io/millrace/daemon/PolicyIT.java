package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies for row changes, and for those that meet no row, from MySQL to PostgreSQL; keys stand apart, so that lanes share the rows. */
class PolicyIT {
    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void make() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(20))",
                "CREATE TABLE b (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO a VALUES (1000, 'one'), (2000, 'two'), (3000, 'three')",
                "INSERT INTO b VALUES (1000, 'one'), (2000, 'two'), (3000, 'three')");
    }

    private boolean isThere(String table, int id, String value) {
        return task.targetCount("SELECT count(*) FROM " + task.database + "." + table + " WHERE id = " + id
                        + " AND v = '" + value + "'")
                == 1;
    }

    private long count(String table) {
        return task.targetCount("SELECT count(*) FROM " + task.database + "." + table);
    }

    @Test
    void shouldDropAndCountWhatIsIgnored() throws IOException {
        task.tables("[{include: " + task.database + ".a, dml: {insert: ignore}}, " + task.database + ".*]")
                .with("dml: {delete: ignore}");
        task.catchUp();
        task.atSource(
                "INSERT INTO a VALUES (4000, 'four')",
                "UPDATE a SET v = 'new' WHERE id IN (1000, 4000)",
                "UPDATE a SET id = 40000 WHERE id = 4000",
                "UPDATE a SET id = 20000 WHERE id = 2000",
                "DELETE FROM b WHERE id IN (1000, 2000)",
                "INSERT INTO b VALUES (1000, 'again'), (4000, 'four')",
                "DELETE FROM b WHERE id = 4000");
        JsonNode summary = task.catchUp();
        assertEquals(10, summary.get("changes_in").asLong(), summary.toString());
        assertEquals(4, summary.get("ignored").asLong(), summary.toString());
        assertEquals(6, summary.get("applied").asLong(), summary.toString());
        assertTrue(isThere("a", 1000, "new"));
        assertTrue(isThere("a", 20000, "two"));
        assertEquals(3, count("a"));
        assertTrue(isThere("b", 1000, "again"));
        assertTrue(isThere("b", 2000, "two"));
        assertTrue(isThere("b", 4000, "four"));
        assertEquals(4, count("b"));
    }

    @Test
    void shouldApplyWhatMeetsTheConditionsAndCountTheRestAsFiltered() throws IOException {
        task.tables("[{include: " + task.database + ".a, dml: {insert: {filter: \"v <> 'no'\"}}}, " + task.database
                        + ".*]")
                .with("dml: {update: {filter: 'id < 100000 and length(v) = 3'}, delete: {filter: 'v = ''two'''}}");
        task.catchUp();
        task.atSource(
                "INSERT INTO a VALUES (4000, 'no'), (5000, 'yes')",
                "UPDATE a SET v = 'new' WHERE id IN (4000, 5000)", // the row that was left out stays out
                "UPDATE a SET v = 'long' WHERE id = 1000",
                "DELETE FROM b WHERE id IN (1000, 2000)",
                "UPDATE b SET id = 300000 WHERE id = 3000", // stays under its old key
                "INSERT INTO b VALUES (6000, 'six')",
                "UPDATE b SET id = 7000 WHERE id = 6000");
        JsonNode summary = task.catchUp();
        assertEquals(10, summary.get("changes_in").asLong(), summary.toString());
        assertEquals(4, summary.get("filtered").asLong(), summary.toString());
        assertEquals(6, summary.get("applied").asLong(), summary.toString());
        assertTrue(isThere("a", 1000, "one"));
        assertTrue(isThere("a", 5000, "new"));
        assertEquals(4, count("a"));
        assertTrue(isThere("b", 1000, "one"));
        assertTrue(isThere("b", 3000, "three"));
        assertTrue(isThere("b", 7000, "six"));
        assertEquals(3, count("b"));

        task.file(
                "wrong.yaml",
                "name: wrong\nsource: shop\ntarget: warehouse\ntables: [" + task.database
                        + ".*]\ndml: {update: {filter: 'nothing > 1'}, delete: {filter: 'v > 1'}}\n");
        CliEnd refused = task.cli().run("check", "wrong.yaml");
        assertEquals(2, refused.exitCode(), refused.toString());
        assertTrue(refused.out().contains("unknown column: column=nothing, key=dml.update.filter"), refused.toString());
        assertTrue(refused.out().contains("key=dml.delete.filter, table="), refused.toString());
    }

    @Test
    void shouldMarkWhatIsDeletedWhenDeletesAreLogical() throws IOException {
        task.with("dml: {delete: {logical: is_deleted}}");
        CliEnd planned = task.cli().run("plan", "task.yaml", "--sql");
        assertTrue(planned.out().contains("\"is_deleted\" boolean NOT NULL DEFAULT false"), planned.toString());
        task.catchUp();
        task.atSource(
                "UPDATE a SET v = 'last' WHERE id = 1000",
                "DELETE FROM a WHERE id IN (1000, 2000)",
                "INSERT INTO a VALUES (4000, 'four')",
                "DELETE FROM a WHERE id = 4000",
                "UPDATE a SET id = 30000 WHERE id = 3000",
                "DELETE FROM b");
        JsonNode summary = task.catchUp();
        assertEquals(summary.get("changes_in").asLong(), summary.get("applied").asLong(), summary.toString());
        assertEquals(0, summary.get("missing_rows").asLong(), summary.toString());
        assertEquals(4, count("a"));
        assertEquals(3, count("a WHERE is_deleted"));
        assertTrue(isThere("a", 1000, "last"));
        assertTrue(isThere("a", 4000, "four"));
        assertTrue(isThere("a", 30000, "three"));
        assertEquals(3, count("b WHERE is_deleted"));
        CliEnd compared = task.cli().run("verify", "task.yaml");
        assertEquals(0, compared.exitCode(), compared.toString());

        task.atSource("INSERT INTO a VALUES (1000, 'again')", "UPDATE a SET id = 2000 WHERE id = 30000");
        task.catchUp();
        assertEquals(1, count("a WHERE is_deleted"));
        assertTrue(isThere("a", 1000, "again"));
        assertTrue(isThere("a", 2000, "three"));
        task.atTarget("ALTER TABLE " + task.database + ".b ALTER COLUMN is_deleted DROP DEFAULT");
        CliEnd refused = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertTrue(refused.err().contains("is not false by default"), refused.toString());
    }

    @Test
    void shouldStoreOrStopWhenAChangeMeetsNoRow() throws IOException {
        task.with("conflicts: dirty").with("dirty: {limit: 10}");
        task.catchUp();
        task.atTarget(
                "DELETE FROM " + task.database + ".a WHERE id IN (1000, 2000)", "DELETE FROM " + task.database + ".b");
        task.atSource(
                "UPDATE a SET v = 'new'",
                "DELETE FROM a WHERE id = 2000",
                "UPDATE b SET id = 30000 WHERE id = 3000",
                "INSERT INTO b VALUES (4000, 'four')");
        JsonNode summary = task.catchUp();
        assertTrue(summary.get("dirty").asLong() >= 2, summary.toString());
        assertEquals(0, summary.get("missing_rows").asLong(), summary.toString());
        assertTrue(isThere("a", 3000, "new"));
        assertEquals(1, count("a"));
        assertTrue(isThere("b", 4000, "four"));
        assertEquals(1, count("b"));
        CliEnd listed = task.cli().run("dirty", "list", "task.yaml");
        assertTrue(listed.out().contains("met no row"), listed.toString());

        task.file(
                "strict.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables: [" + task.database
                        + ".*]\nconflicts: error\ndirty: {limit: 10}\n");
        task.atSource("UPDATE a SET v = 'newer' WHERE id = 1000");
        CliEnd stopped = task.cli().run("run", "strict.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("error MR5009: a change meets no row"), stopped.toString());
        assertFalse(isThere("a", 1000, "newer"));
    }
}
