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
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are joined at the target: what plan says of them, and what is found where two have a row with one key. */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class JoinedPlanIT {
    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void makeTask() {
        task = new CliTask(directory, Servers.mariadb(), Servers.postgres())
                .with("mapping:\n  rename_tables: [{from: 'table.*', to: my_table}]");
    }

    @Test
    void shouldMakeTheTableOnceAndSayWhatDiffers() throws IOException {
        task.atSource(
                "CREATE TABLE table_01 (id int PRIMARY KEY, v varchar(20) NOT NULL, KEY by_v (v))",
                "CREATE TABLE table_02 (id int PRIMARY KEY, v varchar(20), KEY v (v))");

        String sql = task.cli().run("plan", "task.yaml", "--sql").out();
        assertEquals(2, sql.split("CREATE TABLE ", -1).length, sql);
        assertTrue(sql.contains("\"my_table\""), sql);
        assertEquals(2, sql.split("CREATE INDEX ", -1).length, sql);
        JsonNode tables = new ObjectMapper()
                .readTree(task.cli().run("plan", "task.yaml", "--json").out())
                .get("tables");
        assertEquals(2, tables.size());
        for (JsonNode table : tables) {
            assertTrue(table.get("joined").asBoolean());
            assertTrue(table.get("columns").get(1).get("nullable").asBoolean(), table.toString());
        }

        task.atSource("CREATE TABLE table_03 (id int PRIMARY KEY, v varchar(30), w int)");
        CliEnd differing = task.cli().run("plan", "task.yaml");
        assertEquals(2, differing.exitCode(), differing.toString());
        assertTrue(differing.out().contains("column=v, type=varchar(20), other=varchar(30)"), differing.out());
        assertTrue(differing.out().contains("column=w, isMissingIn=" + task.database + ".table_01"), differing.out());
    }

    @Test
    void shouldStopAndOverwriteNothingWhenTwoTablesHaveARowWithOneKey() {
        task.atSource(
                "CREATE TABLE table_01 (id int PRIMARY KEY, v varchar(20))",
                "CREATE TABLE table_02 (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO table_01 VALUES (1, 'first')");
        CliEnd loaded = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, loaded.exitCode(), loaded.toString());

        task.atSource("INSERT INTO table_02 VALUES (1, 'second')");
        CliEnd met = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, met.exitCode(), met.toString());
        assertFalse(met.err().contains("second"), met.err());
        assertEquals(
                1,
                task.targetCount("SELECT count(*) FROM " + task.database + ".my_table WHERE id = 1 AND v = 'first'"));
        CliEnd verified = task.cli().run("verify", "task.yaml");
        assertEquals(1, verified.exitCode(), verified.toString());

        task.atSource("DELETE FROM table_01");
        task.with("dirty: {limit: 5}");
        CliEnd stored = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, stored.exitCode(), stored.toString());
        assertEquals(0, task.targetCount("SELECT count(*) FROM " + task.database + ".my_table"));
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml");
        assertEquals(0, replayed.exitCode(), replayed.toString());
        assertTrue(task.cli().run("verify", "task.yaml").out().contains("equal: 1 rows"));
    }
}
