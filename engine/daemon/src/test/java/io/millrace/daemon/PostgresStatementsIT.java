package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of PostgreSQL that its catalog is ahead of: tables are known by their number, whatever they are called since. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresStatementsIT {
    private static final String ALL_NORMAL =
            "ddl:\n  drop_table: normal\n  rename_table: normal\n  rename_column: normal\n  drop_column: normal";

    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(String... statements) throws Exception {
        beginWith("[public.*]", statements);
    }

    private void beginWith(String tables, String... statements) throws Exception {
        task = new CliTask(directory, Servers.postgres(), Servers.postgres());
        task.source("database", task.database).tables(tables).with(ALL_NORMAL);
        task.atSource(statements);
        DdlTriggerFix.install(task);
        run();
    }

    private CliEnd run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private void assertSame(String... tables) {
        for (String table : tables) {
            String all = "SELECT * FROM public." + table + " ORDER BY id";
            assertEquals(task.sourceRows(all), task.targetRows(all), table);
        }
        assertEquals(
                List.of(tables).stream().sorted().toList(),
                task.targetRows(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"));
        assertEquals(
                List.of(tables).stream().sorted().toList(),
                task.sourceRows("SELECT tablename FROM pg_publication_tables ORDER BY 1"));
    }

    @AfterEach
    void remove() {
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--ddl-trigger", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    /** Its publication has it by its number; what is written behind a start, and behind the next one, is still in the stream. */
    @Test
    void shouldKeepATableInTheStreamWhenItIsRenamedWhileNothingRuns() throws Exception {
        begin(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO a VALUES (1, 'a')",
                "INSERT INTO b VALUES (1, 'b')");
        task.atSource(
                "INSERT INTO b VALUES (2, 'b')",
                "ALTER TABLE a ADD COLUMN n int DEFAULT 1",
                "ALTER TABLE b RENAME TO c",
                "INSERT INTO c VALUES (3, 'c')",
                "ALTER TABLE a ADD COLUMN m int DEFAULT 2");
        CliEnd ended = run();
        assertTrue(!ended.err().contains("Publication: changed"), ended.toString());
        task.atSource("INSERT INTO c VALUES (4, 'c')", "UPDATE c SET v = 'd' WHERE id = 1");
        run();
        assertSame("a", "c");
    }

    /** The server's word of the statement names the parent alone. */
    @Test
    void shouldFollowTablesThatInheritWhenTheirParentIsAltered() throws Exception {
        begin(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (PRIMARY KEY (id)) INHERITS (a)",
                "INSERT INTO a VALUES (1, 'a')",
                "INSERT INTO b VALUES (1, 'b')");
        task.atSource(
                "INSERT INTO b VALUES (2, 'b')",
                "ALTER TABLE a ADD COLUMN n int DEFAULT 7",
                "INSERT INTO b VALUES (3, 'b', 3)",
                "ALTER TABLE a RENAME COLUMN v TO w",
                "UPDATE b SET w = 'c', n = 5 WHERE id = 2",
                "ALTER TABLE a DROP COLUMN n",
                "ALTER TABLE a ADD COLUMN n text DEFAULT 'x'",
                "INSERT INTO a VALUES (4, 'd', 'y')",
                "INSERT INTO b VALUES (4, 'd', 'y')");
        run();
        for (String table : List.of("a", "b")) {
            String all = "SELECT id, w, n FROM ONLY public." + table + " ORDER BY id";
            assertEquals(task.sourceRows(all), task.targetRows(all), table);
        }
    }

    /** Of it alone the publication knows; statements are on its root, or make it a part and none again. */
    @Test
    void shouldFollowAPartitionWhenItsRootIsAltered() throws Exception {
        beginWith(
                "[public.b]",
                "CREATE TABLE a (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE b PARTITION OF a FOR VALUES FROM (100) TO (200)",
                "CREATE TABLE c PARTITION OF a DEFAULT",
                "INSERT INTO a VALUES (1, 'c'), (101, 'b')");
        task.atSource(
                "INSERT INTO a VALUES (2, 'c'), (102, 'b')",
                "ALTER TABLE a ADD COLUMN n int DEFAULT 7",
                "INSERT INTO a VALUES (3, 'c', 3), (103, 'b', 3)",
                "ALTER TABLE a RENAME COLUMN v TO w",
                "UPDATE a SET w = 'd', id = id + 110 WHERE id IN (2, 3)",
                "ALTER TABLE a DETACH PARTITION b",
                "ALTER TABLE b DROP COLUMN n",
                "ALTER TABLE b ADD COLUMN n int DEFAULT 8",
                "INSERT INTO b VALUES (110, 'alone')",
                "ALTER TABLE a ATTACH PARTITION b FOR VALUES FROM (100) TO (200)",
                "DELETE FROM a WHERE id = 101",
                "TRUNCATE a",
                "INSERT INTO a VALUES (120, 'e', 1), (4, 'e', 1)");
        run();
        assertSame("b");
    }

    /** The table of the old name is another one, which the task never had. */
    @Test
    void shouldTakeInATableWhenAnotherOneHadItsNameBefore() throws Exception {
        begin(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO b VALUES (1, 'b')");
        task.atSource(
                "INSERT INTO b VALUES (2, 'b')",
                "ALTER TABLE a ADD COLUMN n int DEFAULT 1",
                "ALTER TABLE b RENAME TO c",
                "INSERT INTO c VALUES (3, 'c')",
                "CREATE TABLE b (id int PRIMARY KEY, w int)",
                "INSERT INTO b VALUES (1, 10)",
                "INSERT INTO c VALUES (4, 'c')");
        run();
        task.atSource("INSERT INTO b VALUES (2, 20)", "INSERT INTO c VALUES (5, 'c')");
        run();
        assertSame("a", "b", "c");
    }

    @Test
    void shouldTakeInATableWhenItIsDroppedAndMadeAnewWhileNothingRuns() throws Exception {
        begin(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO b VALUES (1, 'b')");
        task.atSource(
                "INSERT INTO b VALUES (2, 'b')",
                "ALTER TABLE a ADD COLUMN n int DEFAULT 1",
                "DROP TABLE b",
                "INSERT INTO a VALUES (1, 'a', 1)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO b VALUES (1, 'other')",
                "ALTER TABLE a ADD COLUMN m int DEFAULT 2");
        run();
        task.atSource("INSERT INTO b VALUES (2, 'other')");
        run();
        assertSame("a", "b");
    }

    @Test
    void shouldFollowTablesWhenTheyTakeEachOthersNamesWhileNothingRuns() throws Exception {
        begin(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO a VALUES (1, 'a')",
                "INSERT INTO b VALUES (1, 'b'), (2, 'b')");
        task.atSource(
                "INSERT INTO a VALUES (3, 'a')",
                "ALTER TABLE a RENAME TO x",
                "ALTER TABLE b RENAME TO a",
                "ALTER TABLE x RENAME TO b",
                "INSERT INTO a VALUES (4, 'b')",
                "INSERT INTO b VALUES (5, 'a')");
        run();
        task.atSource("UPDATE a SET v = 'b2' WHERE id = 1", "UPDATE b SET v = 'a2' WHERE id = 1");
        run();
        assertSame("a", "b");
    }

    /** Changes of it may be lost, whoever took it out. */
    @Test
    void shouldStopWhenATableIsTakenOutOfThePublication() throws Exception {
        begin("CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
        task.atSource("ALTER PUBLICATION millrace_" + task.database + " DROP TABLE b", "INSERT INTO a VALUES (1)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(3, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR2004") && ended.err().contains("missing=[public.b]"), ended.toString());
    }

    /** A chunk was read before the statement, others would be read behind it: the table is loaded once more, behind it. */
    @Test
    @Tag("full")
    void shouldLoadATableAnewWhenItIsAlteredWithinItsLoad() throws Exception {
        begin("CREATE TABLE small (id int PRIMARY KEY)", "INSERT INTO small VALUES (1)");
        task.with("resources: {rows_per_second: 10000, read_concurrency: 1}");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v text, n int)",
                "INSERT INTO t SELECT i, 'loaded', i FROM generate_series(1, 40000) i");
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (task.loadedChunks("t") == 0) {
                assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
                Thread.sleep(10);
            }
            task.atSource(
                    "UPDATE t SET n = -n WHERE id < 100",
                    "ALTER TABLE t ADD COLUMN w int DEFAULT 5",
                    "BEGIN; UPDATE t SET w = 6 WHERE id % 3 = 0; ALTER TABLE t DROP COLUMN v;"
                            + " DELETE FROM t WHERE id % 5 = 0; COMMIT",
                    "INSERT INTO small VALUES (2)");
            running.waitFor(err -> err.contains("loads begin anew"));
            running.process().destroyForcibly().waitFor();
        }
        run();
        run();
        assertSame("small", "t");
        task.atSource("INSERT INTO t VALUES (0, 0, 0)", "TRUNCATE t", "INSERT INTO t VALUES (1, 1, 1)");
        run();
        assertSame("small", "t");
    }

    /** Its rows come while it is open, and so does the statement between them. */
    @Test
    void shouldEmptyATableAtItsPlaceWhenThatIsInALargeTransaction() throws Exception {
        begin("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (0, 'zero')");
        task.atSource("ALTER DATABASE " + task.database + " SET logical_decoding_work_mem = '64kB'");
        String rows = "INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 500) i; ";
        task.atSource(
                "BEGIN; " + rows + "TRUNCATE t; " + rows + "DELETE FROM t WHERE id > 300; COMMIT",
                "BEGIN; DELETE FROM t WHERE id < 10; SAVEPOINT s; TRUNCATE t; " + rows + "ROLLBACK TO s;"
                        + " INSERT INTO t VALUES (1000, 'kept'); COMMIT");
        run();
        assertSame("t");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE verb LIKE 'TRUNCATE%'"));
    }

    /** As nothing else does, it parts such a transaction: rows before it go with it. */
    @Test
    void shouldEmptyATableBetweenItsRowsWhenTransactionsAreAppliedWhole() throws Exception {
        begin("CREATE TABLE t (id int PRIMARY KEY, v text)");
        task.with("delivery: {consistency: transaction}");
        task.atSource(
                "INSERT INTO t VALUES (1, 'one')",
                "BEGIN; INSERT INTO t VALUES (2, 'two'); TRUNCATE t; INSERT INTO t VALUES (3, 'three'); COMMIT");
        run();
        assertSame("t");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE verb LIKE 'TRUNCATE%'"));
    }

    /** It knows its tables by the target alone, and statements that it has not met are in the catalog already. */
    @Test
    void shouldCarryStatementsOutWhenTheLogIsLost() throws Exception {
        begin("CREATE TABLE t (id int PRIMARY KEY, v text, w int)", "INSERT INTO t VALUES (1, 'one', 1)");
        task.atSource("INSERT INTO t VALUES (2, 'two', 2)");
        run();
        task.atSource(
                "INSERT INTO t VALUES (3, 'three', 3)",
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                "INSERT INTO t VALUES (4, 'four', 4, 4)",
                "ALTER TABLE t RENAME v TO x",
                "ALTER TABLE t ALTER w TYPE bigint",
                "UPDATE t SET x = 'first', w = 5000000000 WHERE id = 1");
        task.loseLog();
        run();
        assertSame("t");
        assertEquals(
                List.of("bigint"),
                task.targetRows("SELECT data_type FROM information_schema.columns WHERE table_name = 't'"
                        + " AND table_schema = 'public' AND column_name = 'w'"));
    }

    /** The target knows a table by its name alone: called so again, it is followed through both names. */
    @Test
    void shouldStopUntilATableHasItsNameBackWhenItIsRenamedAndTheLogIsLost() throws Exception {
        beginTableThatIsRenamed();
        renameAndLoseTheLog();
        stopForT();
        assertEquals(List.of("1|one", "2|two"), task.targetRows("SELECT * FROM public.t ORDER BY id"));
        goOnAsItIsCalledSoAgain();
    }

    /** The new log then has another table's rows, and keeps how tables are at its end: of that one nobody had known it. */
    @Test
    void shouldGoOnWhenATableHasItsNameBackAndTheNewLogHasBegunWithoutIt() throws Exception {
        beginTableThatIsRenamed();
        task.atSource(
                "INSERT INTO a SELECT i, repeat('a', 100) FROM generate_series(1, 2000) i",
                "INSERT INTO a SELECT i, repeat('b', 100) FROM generate_series(2001, 4000) i");
        renameAndLoseTheLog();
        LockedTarget.killWhenBlockedOrEnded(task, "LOCK TABLE public.a IN SHARE MODE");
        assertEquals(0, task.targetCount("SELECT count(*) FROM public.a"), "lanes are behind the log");
        goOnAsItIsCalledSoAgain();
    }

    private void beginTableThatIsRenamed() throws Exception {
        begin(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource("INSERT INTO t VALUES (2, 'two')");
        run();
    }

    private void renameAndLoseTheLog() throws Exception {
        task.atSource(
                "INSERT INTO t VALUES (3, 'three')",
                "ALTER TABLE t RENAME TO u",
                "INSERT INTO u VALUES (4, 'four')",
                "ALTER TABLE u ADD COLUMN n int DEFAULT 7",
                "INSERT INTO u VALUES (5, 'five', 5)",
                "UPDATE u SET v = 'first' WHERE id = 1");
        task.loseLog();
    }

    private void stopForT() {
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("MR5003") && stopped.err().contains("table=public.t"), stopped.toString());
        assertTrue(
                stopped.err().contains("fix=where it was renamed and the change log is lost, call it so again"),
                stopped.toString());
    }

    private void goOnAsItIsCalledSoAgain() throws Exception {
        task.atSource("ALTER TABLE u RENAME TO t");
        run();
        assertSame("a", "t");
        task.atSource("ALTER TABLE t RENAME TO u", "INSERT INTO u VALUES (6, 'six', 6)");
        run();
        assertSame("a", "u");
    }

    /** What the slot may still hold of a table is not the task's before it takes it in: which columns went from it then is no question. */
    @Test
    void shouldTakeInATableWhenAColumnWentFromItJustBefore() throws Exception {
        begin("CREATE TABLE t (id int PRIMARY KEY, v text)");
        task.atSource(
                "CREATE TABLE u (id int PRIMARY KEY, gone int, v text)",
                "ALTER TABLE u DROP COLUMN gone",
                "INSERT INTO u VALUES (1, 'one')");
        run();
        task.atSource("ALTER TABLE u ADD COLUMN n int DEFAULT 7", "INSERT INTO u VALUES (2, 'two', 2)");
        run();
        assertSame("t", "u");
    }

    /** The stream still has its rows, and a statement on it; another table has come, which waits until that is passed. */
    @Test
    void shouldGoOnWhenATableOfPostgresIsGoneFromTheCatalog() throws Exception {
        begin(
                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                "CREATE TABLE kept (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource(
                "INSERT INTO t VALUES (2, 'two')",
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                "UPDATE t SET n = 8 WHERE id = 1",
                "INSERT INTO kept VALUES (1)",
                "DROP TABLE t",
                "CREATE TABLE u (id int PRIMARY KEY)",
                "INSERT INTO u VALUES (1)",
                "INSERT INTO kept VALUES (2)");
        run();
        run();
        assertEquals(List.of("1", "2"), task.targetRows("SELECT id FROM public.kept ORDER BY id"));
        assertEquals(List.of("1"), task.targetRows("SELECT id FROM public.u"));
        assertEquals(
                0,
                task.targetCount("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
                        + " AND table_name = 't'"));
    }
}
