package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that becomes another one at the source while it, or a range of it, is loaded again: a column goes and another of the same type comes, so that
 * a row of the one shape would fit the other (EXACTNESS 41, decision 0028).
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class ReloadStatementsIT {
    private static final int ROWS = 160_000;
    private static final long PATIENCE_NANOS = 180_000_000_000L;
    private static final String RANGE = "id > 1000 and id <= 159900";

    @TempDir
    Path directory;

    private CliTask task;
    private String table;

    @Test
    @Tag("full")
    void shouldPutNoRowInWrongColumnsWhenATableOfMySqlIsAlteredWhileItIsLoadedAgain() throws Exception {
        begin(Servers.mysql());
        alterWhileLoadedAgain();
    }

    @Test
    @Tag("full")
    void shouldPutNoRowInWrongColumnsWhenATableOfMySqlIsAlteredWhileARangeIsLoadedAgain() throws Exception {
        begin(Servers.mysql());
        alterWhileLoadedAgain("--where", RANGE);
    }

    @Test
    void shouldPutNoRowInWrongColumnsWhenATableOfPostgresIsAlteredWhileItIsLoadedAgain() throws Exception {
        begin(Servers.postgres());
        alterWhileLoadedAgain();
        remove();
    }

    @Test
    @Tag("full")
    void shouldPutNoRowInWrongColumnsWhenATableOfPostgresIsAlteredWhileARangeIsLoadedAgain() throws Exception {
        begin(Servers.postgres());
        alterWhileLoadedAgain("--where", RANGE);
        remove();
    }

    private void begin(Server source) throws Exception {
        task = new CliTask(directory, source, Servers.postgres());
        boolean isPostgres = source instanceof PostgresServer;
        table = (isPostgres ? "public" : task.database) + ".t";
        if (isPostgres) {
            task.source("database", task.database).tables("[public.*]");
        }
        task.with("ddl: {drop_column: normal}\nresources: {rows_per_second: 20000, read_concurrency: 1}");
        String numbers = "WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < " + ROWS
                + ") SELECT id, 'loaded', id, 'last' FROM r";
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9), n int, z varchar(9))",
                isPostgres ? "SELECT 1" : "SET SESSION cte_max_recursion_depth = " + 2 * ROWS,
                "INSERT INTO t " + numbers);
        if (isPostgres) {
            DdlTriggerFix.install(task);
        }
        run();
    }

    private void alterWhileLoadedAgain(String... range) throws Exception {
        task.atTarget(
                "UPDATE " + table + " SET v = 'damaged' WHERE id % 7 = 0 AND " + RANGE,
                "DELETE FROM " + table + " WHERE id % 11 = 0 AND " + RANGE);
        String[] reload = {"reload", "task.yaml", "--table", table};
        CliEnd asked =
                task.cli().run(Stream.of(reload, range).flatMap(Stream::of).toArray(String[]::new));
        assertEquals(0, asked.exitCode(), asked.toString());
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml", "--until", "caught-up")) {
            running.waitFor(err -> err.contains("loads again: tables="));
            awaitAChunk(running);
            task.atSource(
                    "UPDATE t SET n = -n WHERE id % 100 = 0",
                    "ALTER TABLE t DROP COLUMN v, ADD COLUMN w varchar(9) DEFAULT 'new'",
                    "UPDATE t SET w = 'newer' WHERE id % 3 = 0",
                    "DELETE FROM t WHERE id % 5 = 0",
                    "INSERT INTO t (id, n, z, w) VALUES (" + 2 * ROWS + ", 1, 'z', 'w')");
            CliEnd ended = running.end();
            assertEquals(0, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("loads begin anew"), ended.toString());
        }
        run();
        String all = "SELECT id, n, z, w FROM " + table + " ORDER BY id";
        assertEquals(task.sourceRows(all), task.targetRows(all));
        assertEquals(
                List.of("id", "n", "z", "w"),
                task.targetRows("SELECT column_name FROM information_schema.columns WHERE table_name = 't' AND"
                        + " table_schema <> 'millrace' ORDER BY ordinal_position"));
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.load_ledger WHERE chunk < -2"));
    }

    private void awaitAChunk(ChildCli.Started running) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (rowsLoadedAgain() == 0) {
            assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
            Thread.sleep(10);
        }
    }

    private void run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    private void remove() {
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--ddl-trigger", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    private long rowsLoadedAgain() {
        return task.targetCount(
                "SELECT COALESCE(sum(rows), 0) FROM millrace.load_ledger WHERE source_table = 't' AND chunk >= 0");
    }
}
