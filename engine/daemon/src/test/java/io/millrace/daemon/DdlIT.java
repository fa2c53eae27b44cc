package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of statements at the source, from both servers to PostgreSQL. */
class DdlIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CliTask task;

    private void use(Server source) {
        task = new CliTask(directory, source, Servers.postgres());
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO t VALUES (1000, 'one'), (2000, 'two')");
    }

    private long rows() {
        return task.targetCount("SELECT count(*) FROM " + task.database + ".t");
    }

    /** MariaDB does not name columns in its events unless told to. */
    @Test
    void shouldPassWhatLeavesRowsAloneAndStopAtTheRest() throws IOException {
        use(Servers.mariadb());
        task.catchUp();
        task.atSource(
                "INSERT INTO t VALUES (3000, 'three')",
                "CREATE INDEX i ON t (v)",
                "ALTER TABLE t COMMENT 'x', ALTER COLUMN v SET DEFAULT 'kept quiet'",
                "CREATE TABLE _t_gho LIKE t",
                "INSERT INTO _t_gho SELECT * FROM t",
                "RENAME TABLE t TO _t_del, _t_gho TO t",
                "DROP TABLE _t_del",
                "INSERT INTO t VALUES (4000, 'four')");
        JsonNode passed = task.catchUp();
        assertEquals(3, passed.get("ddl").asLong(), passed.toString());
        assertEquals(2, passed.get("inserts").asLong(), passed.toString());
        assertEquals(4, rows());

        task.with("ddl:\n  truncate_table: error");
        task.atSource("INSERT INTO t VALUES (5000, 'five')", "TRUNCATE TABLE t", "INSERT INTO t VALUES (6000, 'six')");
        for (int start = 0; start < 2; start++) {
            CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
            assertEquals(1, stopped.exitCode(), stopped.toString());
            String message = "error MR5003: statement changes a selected table: statement=TRUNCATE TABLE, tables="
                    + task.database + ".t";
            assertTrue(stopped.err().contains(message), stopped.toString());
            assertTrue(stopped.err().contains("position="), stopped.toString());
            assertEquals(5, rows(), "all before it is applied, nothing behind it");
        }
        assertTrue(task.cli()
                .run("dump", "log", "millrace-data/" + task.database)
                .out()
                .contains("TRUNCATED " + task.database + ".t"));
    }

    @Test
    void shouldStopAtACopyWhenForeignKeysActOnItsTable() throws IOException {
        use(Servers.mysql());
        task.atSource(
                "CREATE TABLE child (id int PRIMARY KEY, t int, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE)",
                "INSERT INTO child VALUES (1000, 1000)");
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            running.waitFor(err -> err.contains("incremental"));
            task.atSource(
                    "CREATE TABLE _child_gho LIKE child",
                    "INSERT INTO _child_gho SELECT * FROM child",
                    "RENAME TABLE child TO _child_del, _child_gho TO child",
                    "DELETE FROM t WHERE id = 1000");
            CliEnd stopped = running.end();
            assertEquals(1, stopped.exitCode(), stopped.toString());
            assertTrue(
                    stopped.err().contains("error MR5003: statement changes a selected table: statement=RENAME TABLE"),
                    stopped.toString());
        }
        CliEnd again = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, again.exitCode(), again.toString());
        assertTrue(again.err().contains("error MR5005: foreign keys are gone or changed"), again.toString());
        assertEquals(1, task.targetCount("SELECT count(*) FROM " + task.database + ".child"));
    }

    @Test
    void shouldGoOnWhenTheTableIsExcluded() throws IOException {
        use(Servers.mysql());
        task.atSource("CREATE TABLE u (id int PRIMARY KEY, v int)", "INSERT INTO u VALUES (1000, 1)");
        task.with("ddl:\n  truncate_table: error");
        task.catchUp();
        task.atSource("TRUNCATE TABLE u", "INSERT INTO u VALUES (2000, 2)", "INSERT INTO t VALUES (3000, 'three')");
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(
                stopped.err().contains("error MR5003: statement changes a selected table: statement=TRUNCATE TABLE"));
        assertEquals(2, rows());
        task.tables("[" + task.database + ".t]");
        assertEquals(0, task.catchUp().get("ddl").asLong());
        assertEquals(3, rows());
    }

    /** In the midst of a transaction: what stands before it is applied, what stands behind is not. */
    @Test
    void shouldStopWithinATransactionWhenAnEventTriggerTellsOfAStatement() throws IOException {
        use(Servers.postgres());
        task.source("database", task.database).tables("[public.t]");
        DdlTriggerFix.install(task);
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            running.waitFor(err -> err.contains("incremental"));
            task.atSource(
                    "BEGIN; INSERT INTO t VALUES (3000, 'three'); ALTER TABLE t ALTER v TYPE bytea USING v::bytea;"
                            + " INSERT INTO t VALUES (4000, 'four'); COMMIT");
            CliEnd stopped = running.end();
            assertEquals(1, stopped.exitCode(), stopped.toString());
            assertTrue(
                    stopped.err()
                            .contains("error MR5003: statement changes a selected table: statement=ALTER TABLE,"
                                    + " tables=public.t, columns=v, lsn="),
                    stopped.toString());
        }
        assertEquals(3, task.targetCount("SELECT count(*) FROM public.t"));
        CliEnd removed = task.cli().run("remove", "task.yaml", "--ddl-trigger", "--yes", "--json");
        assertEquals(
                "ddl_trigger",
                JSON.readTree(removed.out()).get("removed").get(0).asText(),
                removed.toString());
        assertEquals(0, task.cli().run("remove", "task.yaml", "--slot", "--yes").exitCode());
    }

    /** Without GTIDs a load begins at the start of the binlog file, in which its tables were made. */
    @Test
    void shouldLoadATableThatWasMadeInTheSameBinlogFileWhenThereAreNoGtids() throws IOException {
        Server source = MySqlServer.builder()
                .set("gtid_mode", "OFF")
                .set("enforce_gtid_consistency", "OFF")
                .shared();
        source.execute(null, "FLUSH BINARY LOGS");
        use(source);
        task.atSource("UPDATE t SET v = 'zwei' WHERE id = 2000");
        JsonNode first = task.catchUp();
        assertEquals(2, first.get("loaded_rows").asLong(), first.toString());
        task.atSource("INSERT INTO t VALUES (3000, 'three')");
        task.catchUp();
        assertEquals(3, rows());
        assertEquals(0, task.cli().run("verify", "task.yaml").exitCode());
    }
}
