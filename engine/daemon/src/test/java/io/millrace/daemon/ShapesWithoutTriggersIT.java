package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Columns of PostgreSQL's tables that come, go and change where no event trigger tells of it. */
@RealServers({ServerKind.POSTGRES_18, ServerKind.MYSQL_8_0})
@Timeout(300)
class ShapesWithoutTriggersIT {
    private static final String ALL_NORMAL =
            "ddl:\n  rename_column: normal\n  drop_column: normal\n  alter_column_type: normal";

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(Server target) throws Exception {
        task = new CliTask(directory, Servers.postgres(), target);
        task.source("database", task.database).tables("[public.*]").with(ALL_NORMAL);
        task.atSource(
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(20), n int)",
                "CREATE TABLE b (id int PRIMARY KEY)",
                "INSERT INTO a SELECT g, 'v' || g, g FROM generate_series(1, 10) g");
        task.catchUp();
    }

    @AfterEach
    void remove() {
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    private void assertSame(String columns) {
        assertEquals(
                task.sourceRows("SELECT " + columns + " FROM public.a ORDER BY 1"),
                task.targetRows("SELECT " + columns + " FROM public.a ORDER BY 1"));
    }

    private void shouldFollow() throws Exception {
        task.atSource(
                "ALTER TABLE a ADD w text",
                "INSERT INTO a VALUES (11, 'v11', 11, 'w')",
                "ALTER TABLE a RENAME v TO x",
                "UPDATE a SET x = 'renamed' WHERE id = 3",
                "ALTER TABLE a ADD d int DEFAULT 5",
                "ALTER TABLE a DROP n",
                "DELETE FROM a WHERE id = 4");
        task.catchUp();
        assertSame("id, x, w, d");
        task.atSource(
                "ALTER TABLE a RENAME id TO number",
                "UPDATE a SET number = 100 WHERE number = 1",
                "DELETE FROM a WHERE number = 2");
        task.catchUp();
        assertSame("number, x, w, d");
        assertEquals(9, task.targetCount("SELECT count(*) FROM public.a"));
    }

    @Test
    void shouldFollowColumnsIntoPostgresWhenNoTriggerTells() throws Exception {
        begin(Servers.postgres());
        shouldFollow();
        task.atSource("ALTER TABLE a ALTER x TYPE text", "INSERT INTO a VALUES (12, repeat('long', 100), 'w', 1)");
        task.catchUp();
        assertSame("number, x, w, d");
    }

    @Test
    @Tag("full")
    void shouldFollowColumnsIntoMySqlWhenNoTriggerTells() throws Exception {
        begin(Servers.mysql());
        shouldFollow();
    }

    /** A daemon that runs, and a transaction of everybody. */
    @Test
    void shouldFollowWhileItRuns() throws Exception {
        begin(Servers.postgres());
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            running.waitFor(said -> said.contains("streaming: task="));
            for (int i = 0; i < 5; i++) {
                task.atSource(
                        "ALTER TABLE a ADD c" + i + " int DEFAULT " + i,
                        "INSERT INTO a (id) VALUES (" + (20 + i) + ")");
                long wanted = 11L + i;
                await(() -> task.targetCount("SELECT count(*) FROM public.a") == wanted, running);
            }
            assertEquals(0, running.stop().exitCode());
        }
        assertSame("id, v, n, c0, c1, c2, c3, c4");
    }

    private interface Condition {
        boolean isMet();
    }

    private static void await(Condition condition, ChildCli.Started running) throws InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.isMet()) {
            assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
            Thread.sleep(20);
        }
    }

    /** What each row has nobody can tell any more. */
    @Test
    void shouldStopWithAdviceWhenRowsWereWrittenAnew() throws Exception {
        begin(Servers.postgres());
        task.atSource("ALTER TABLE a ALTER n TYPE bigint USING -n", "INSERT INTO a VALUES (11, 'v', 11)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR5003"), ended.toString());
        assertTrue(ended.err().contains("skip=lsn:") && !ended.err().contains("lsn:0/0"), ended.toString());
        assertEquals(List.of("10"), task.targetRows("SELECT count(*) FROM public.a"));
    }

    /** The table that the publication had is gone, and no row of the other one would come. */
    @Test
    void shouldNotFinishWhenATableIsMadeAnewWhileNothingRuns() throws Exception {
        begin(Servers.postgres());
        task.atSource("DROP TABLE b", "CREATE TABLE b (id int PRIMARY KEY)", "INSERT INTO b VALUES (1)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(3, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR2004"), ended.toString());
    }

    @Test
    void shouldNotFinishWhenATableHasAnotherNameWhileNothingRuns() throws Exception {
        begin(Servers.postgres());
        task.atSource("INSERT INTO b VALUES (1)", "ALTER TABLE b RENAME TO c", "INSERT INTO c VALUES (2)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR5003"), ended.toString());
    }
}
