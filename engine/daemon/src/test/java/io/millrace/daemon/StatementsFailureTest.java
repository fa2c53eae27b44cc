package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Statements of the source that are carried out at PostgreSQL out of one backlog, so that the source's catalog is far ahead, with a
 * SIGKILL before the intent, between intent and statement, and between statement and its end.
 */
class StatementsFailureTest {
    @TempDir
    Path directory;

    private CliTask task;
    private String schema;

    private void use(Server source, String in) {
        task = new CliTask(directory, source, Servers.postgres());
        schema = in.isEmpty() ? task.database : in;
        task.with("ddl:\n  drop_column: normal\n  rename_column: normal");
    }

    /** Rows of each shape between statements, more than one lane has of each. */
    private void backlog() {
        task.atSource(
                "INSERT INTO t VALUES (3000, 'three'), (4000, 'four')",
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                "INSERT INTO t VALUES (5000, 'five', 55), (6000, 'six', NULL)",
                "UPDATE t SET n = 11 WHERE id = 1000",
                "ALTER TABLE t ADD COLUMN w varchar(10) DEFAULT 'it''s'",
                "UPDATE t SET w = 'changed' WHERE id = 2000",
                "DELETE FROM t WHERE id = 3000",
                "ALTER TABLE t DROP COLUMN v",
                "INSERT INTO t VALUES (7000, 77, 'seven')",
                "ALTER TABLE t ADD COLUMN v bigint",
                "INSERT INTO t VALUES (8000, 88, 'eight', 888)",
                "UPDATE t SET id = 9000 WHERE id = 4000");
    }

    private void begin() throws IOException {
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO t VALUES (1000, 'one'), (2000, 'two')");
        task.catchUp();
    }

    private void assertEqual() {
        String all = "SELECT id, n, w, v FROM t ORDER BY id";
        assertEquals(task.sourceRows(all), task.targetRows(all.replace("FROM t", "FROM " + schema + ".t")));
    }

    private void assertRecorded(int statements) {
        assertEquals(
                statements,
                task.targetCount(
                        "SELECT count(*) FROM millrace.ddl WHERE outcome = 'applied' AND ended_at IS NOT NULL"));
        assertEquals(statements, task.targetCount("SELECT count(*) FROM millrace.ddl"));
    }

    @Test
    @Tag("full")
    void shouldCarryAllOfABacklogOutWhenTheSourceIsMySql() throws Exception {
        use(Servers.mysql(), "");
        begin();
        backlog();
        JsonNode summary = task.catchUp();
        assertEqual();
        assertRecorded(4);
        assertEquals(4, summary.get("ddl").asInt(), summary.toString());
        task.atSource("INSERT INTO t VALUES (10000, 100, 'ten', 1000)");
        task.catchUp();
        assertEqual();
        assertEquals(0, task.cli().run("verify", "task.yaml").exitCode());
    }

    @Test
    void shouldCarryAllOfABacklogOutWhenTheSourceIsPostgres() throws Exception {
        usePostgres();
        begin();
        backlog();
        task.catchUp();
        assertEqual();
        assertRecorded(4);
        removeSlot();
    }

    /** By default columns do not go and have no other name: rows feed what is there, over restarts too. */
    @Test
    void shouldKeepFeedingWhatTheTargetHasWhenStatementsAreLeftOut() throws Exception {
        use(Servers.mysql(), "");
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables: [" + task.database
                        + ".*]\nddl:\n  add_column: ignore\n");
        task.atSource("CREATE TABLE k (id int PRIMARY KEY)");
        begin();
        task.atSource(
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                "INSERT INTO t VALUES (3000, 'three', 33)",
                "ALTER TABLE t CHANGE v w varchar(20)",
                "INSERT INTO t VALUES (4000, 'four', 44)");
        task.catchUp();
        task.atSource(
                "UPDATE t SET w = 'vier' WHERE id = 4000",
                "ALTER TABLE t DROP COLUMN w",
                "INSERT INTO t VALUES (5000, 55)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        assertEquals(0, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("statement left out: task=" + task.database + ", statement=ALTER TABLE"));
        assertEquals(
                List.of("1000|one", "2000|two", "3000|three", "4000|vier", "5000|null"),
                task.targetRows("SELECT * FROM " + schema + ".t ORDER BY id"));
        assertEquals(
                List.of("ignored|ignore", "alerted|alert", "alerted|alert"),
                task.targetRows("SELECT outcome, policy FROM millrace.ddl ORDER BY ordinal"));
        task.atSource(
                "TRUNCATE TABLE t",
                "INSERT INTO t VALUES (6000, 66)",
                "RENAME TABLE t TO u",
                "INSERT INTO u VALUES (7000, 77)");
        task.catchUp();
        task.atSource("UPDATE u SET id = 8000 WHERE id = 7000");
        task.catchUp();
        assertEquals(List.of("6000|null", "8000|null"), task.targetRows("SELECT * FROM " + schema + ".t ORDER BY id"));
        task.atSource("DROP TABLE u");
        task.catchUp();
        assertEquals(2, task.targetCount("SELECT count(*) FROM " + schema + ".t"));
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables:\n  - include: " + task.database
                        + ".*\n    ddl:\n      create_table: error\n");
        task.atSource("CREATE TABLE x (id int PRIMARY KEY)", "INSERT INTO x VALUES (1000)");
        CliEnd refused = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, refused.exitCode(), refused.toString());
        assertTrue(refused.err().contains("policy=error, kind=create_table"), refused.toString());
    }

    @Test
    void shouldPassOneStatementWhenAPersonSkipsIt() throws Exception {
        use(Servers.mysql(), "");
        task.with("  add_column: error");
        begin();
        task.atSource(
                "INSERT INTO t VALUES (3000, 'three')",
                "ALTER TABLE t ADD COLUMN n int",
                "INSERT INTO t VALUES (4000, 'four', 44)",
                "ALTER TABLE t ADD COLUMN m int",
                "INSERT INTO t VALUES (5000, 'five', 55, 555)");
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        String place = stopped.err().replaceFirst("(?s).*policy=error, kind=add_column, skip=([^\\s]+).*", "$1");
        CliEnd next = task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", place);
        assertEquals(1, next.exitCode(), next.toString());
        assertTrue(next.err().contains("columns=+m"), next.toString());
        assertEquals(4, task.targetCount("SELECT count(*) FROM " + schema + ".t"), next.toString());
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE outcome = 'skipped'"));
    }

    /** Each statement stands in the midst of a transaction, with rows of both shapes in it. */
    @Test
    void shouldCarryStatementsOutWithinTransactionsWhenTheSourceIsPostgres() throws Exception {
        usePostgres();
        begin();
        task.atSource("BEGIN; INSERT INTO t VALUES (3000, 'three'); ALTER TABLE t ADD COLUMN n int DEFAULT 7;"
                + " INSERT INTO t VALUES (4000, 'four', 44); ALTER TABLE t DROP COLUMN v, ADD COLUMN w text DEFAULT 'x';"
                + " ALTER TABLE t ADD COLUMN v bool DEFAULT true; UPDATE t SET n = n + 1; COMMIT");
        task.catchUp();
        assertEqual();
        assertRecorded(3);
        removeSlot();
    }

    /** EXACTNESS 29. */
    @Test
    void shouldCarryEachOutOnceWhenKilledAtEveryStageFromMySql() throws Exception {
        use(Servers.mysql(), "");
        killAtEveryStage();
    }

    /** EXACTNESS 29. */
    @Test
    void shouldCarryEachOutOnceWhenKilledAtEveryStageFromPostgres() throws Exception {
        usePostgres();
        killAtEveryStage();
        removeSlot();
    }

    private void usePostgres() throws IOException {
        use(Servers.postgres(), "public");
        task.source("database", task.database).tables("[public.t]");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)");
        DdlTriggerFix.install(task);
        task.atSource("DROP TABLE t");
    }

    private void removeSlot() {
        assertEquals(
                0,
                task.cli()
                        .run("remove", "task.yaml", "--slot", "--ddl-trigger", "--yes")
                        .exitCode());
    }

    private void killAtEveryStage() throws Exception {
        begin();
        backlog();
        killWhenBlocked("LOCK TABLE millrace.ddl IN SHARE MODE");
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.ddl"), "before the intent");
        killWhenBlocked("LOCK TABLE " + schema + ".t IN ACCESS SHARE MODE");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl"), "the intent");
        assertEquals(2, columns(), "not the statement");
        killWhenBlocked("LOCK TABLE millrace.shape IN SHARE MODE");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE outcome = 'intent'"), "not its end");
        assertEquals(3, columns(), "the statement");
        killWhenBlocked("LOCK TABLE " + schema + ".t IN ACCESS SHARE MODE");
        assertEquals(3, columns());
        task.catchUp();
        assertEqual();
        assertRecorded(4);
    }

    private long columns() {
        return task.targetCount("SELECT count(*) FROM information_schema.columns WHERE table_schema = '" + schema
                + "' AND table_name = 't'");
    }

    private void killWhenBlocked(String lock) throws Exception {
        LockedTarget.killWhenBlocked(task, lock);
    }
}
