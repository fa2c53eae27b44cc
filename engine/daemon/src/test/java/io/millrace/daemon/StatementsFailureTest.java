package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Statements of the source that are carried out at PostgreSQL out of one backlog, so that the source's catalog is far ahead, with a
 * SIGKILL before the intent, between intent and statement, and between statement and its end.
 */
class StatementsFailureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = 180_000_000_000L;

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

    private JsonNode run() throws IOException {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        assertEquals(0, ended.exitCode(), ended.toString());
        return JSON.readTree(ended.out());
    }

    private void begin() throws IOException {
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO t VALUES (1000, 'one'), (2000, 'two')");
        run();
    }

    private void assertEqual() throws SQLException {
        String all = "SELECT id, n, w, v FROM t ORDER BY id";
        assertEquals(
                rows(task.source, task.database, all),
                rows(task.target, task.targetDatabase, all.replace("FROM t", "FROM " + schema + ".t")));
    }

    private static List<String> rows(Server server, String database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.append(found.getString(i)).append('|');
                }
                rows.add(row.toString());
            }
        }
        return rows;
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
        JsonNode summary = run();
        assertEqual();
        assertRecorded(4);
        assertEquals(4, summary.get("ddl").asInt(), summary.toString());
        task.atSource("INSERT INTO t VALUES (10000, 100, 'ten', 1000)");
        run();
        assertEqual();
        assertEquals(0, task.cli().run("verify", "task.yaml").exitCode());
    }

    @Test
    void shouldCarryAllOfABacklogOutWhenTheSourceIsPostgres() throws Exception {
        usePostgres();
        begin();
        backlog();
        run();
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
        run();
        task.atSource(
                "UPDATE t SET w = 'vier' WHERE id = 4000",
                "ALTER TABLE t DROP COLUMN w",
                "INSERT INTO t VALUES (5000, 55)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        assertEquals(0, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("statement left out: task=" + task.database + ", statement=ALTER TABLE"));
        assertEquals(
                List.of("1000|one|", "2000|two|", "3000|three|", "4000|vier|", "5000|null|"),
                rows(task.target, task.targetDatabase, "SELECT * FROM " + schema + ".t ORDER BY id"));
        assertEquals(
                List.of("ignored|ignore|", "alerted|alert|", "alerted|alert|"),
                rows(task.target, task.targetDatabase, "SELECT outcome, policy FROM millrace.ddl ORDER BY ordinal"));
        task.atSource(
                "TRUNCATE TABLE t",
                "INSERT INTO t VALUES (6000, 66)",
                "RENAME TABLE t TO u",
                "INSERT INTO u VALUES (7000, 77)");
        run();
        task.atSource("UPDATE u SET id = 8000 WHERE id = 7000");
        run();
        assertEquals(
                List.of("6000|null|", "8000|null|"),
                rows(task.target, task.targetDatabase, "SELECT * FROM " + schema + ".t ORDER BY id"));
        task.atSource("DROP TABLE u");
        run();
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
        run();
        assertEqual();
        assertRecorded(3);
        removeSlot();
    }

    @Test
    void shouldCarryEachOutOnceWhenKilledAtEveryStageFromMySql() throws Exception {
        use(Servers.mysql(), "");
        killAtEveryStage();
    }

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
        run();
        assertEqual();
        assertRecorded(4);
    }

    private long columns() {
        return task.targetCount("SELECT count(*) FROM information_schema.columns WHERE table_schema = '" + schema
                + "' AND table_name = 't'");
    }

    /** Runs until the task waits for a lock that somebody holds, and kills it there. */
    private void killWhenBlocked(String lock) throws Exception {
        try (Connection holder = task.target.connect(task.targetDatabase);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(lock);
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                long deadline = System.nanoTime() + PATIENCE_NANOS;
                while (blocked() == 0) {
                    assertTrue(running.process().isAlive(), () -> running.end().toString());
                    assertTrue(System.nanoTime() < deadline, "nothing waits for " + lock);
                    Thread.sleep(20);
                }
                running.process().destroyForcibly().waitFor();
            }
            // Its server's process does not know yet: it must not do anything once the lock is gone.
            task.targetCount("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
                    + " current_database() AND application_name LIKE 'millrace %'");
            holder.rollback();
        }
    }

    private long blocked() {
        return task.targetCount("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                + " application_name LIKE 'millrace %' AND cardinality(pg_blocking_pids(pid)) > 0");
    }
}
