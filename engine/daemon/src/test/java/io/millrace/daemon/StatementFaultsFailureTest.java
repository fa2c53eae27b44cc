package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.FaultProxy;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of the source that meet what else goes wrong: kills between their parts, a target that is away, rows that cannot be written. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class StatementFaultsFailureTest {
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(String lines, String... statements) {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres()).with(lines);
        task.atSource(statements);
        run();
    }

    private CliEnd run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private List<String> atTarget(String table) {
        return task.targetRows("SELECT * FROM " + task.targetTable(table) + " ORDER BY id");
    }

    private List<String> atSource(String table) {
        return task.sourceRows("SELECT * FROM " + table + " ORDER BY id");
    }

    /** Tables of the target that are the task's, or a statement's on its way. */
    private List<String> tables() {
        return task.targetRows("SELECT table_name FROM information_schema.tables WHERE table_schema = '" + task.database
                + "' ORDER BY 1");
    }

    @Test
    void shouldEndWithEachOthersNamesWhenKilledBetweenThePartsOfASwap() throws Exception {
        begin(
                "ddl: {rename_table: normal}",
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE b (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO a VALUES (1, 'a')",
                "INSERT INTO b VALUES (1, 'b'), (2, 'b')");
        task.atSource(
                "INSERT INTO a VALUES (3, 'a')",
                "RENAME TABLE a TO x, b TO a, x TO b",
                "INSERT INTO a VALUES (4, 'b')",
                "UPDATE b SET v = 'a2' WHERE id = 3");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE " + task.targetTable("a") + " IN ACCESS SHARE MODE");
        assertEquals(List.of("a", "b"), tables(), "the intent");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.ddl IN SHARE MODE");
        assertEquals(List.of("millrace_1_0", "millrace_1_1"), tables(), "gone from their names, which is not noted");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE " + task.targetTable("millrace_1_0") + " IN ACCESS SHARE MODE");
        assertEquals(List.of("millrace_1_0", "millrace_1_1"), tables(), "noted");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.shape IN SHARE MODE");
        assertEquals(List.of("a", "b"), tables(), "not its end");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE outcome = 'intent'"));
        run();
        assertEquals(atSource("a"), atTarget("a"));
        assertEquals(atSource("b"), atTarget("b"));
        assertEquals(List.of("a", "b"), tables());
    }

    /** The target has both, and nobody has noted it. */
    @Test
    @Tag("full")
    void shouldGiveATableItsNameOnceWhenKilledBehindBothParts() throws Exception {
        begin(
                "ddl: {rename_table: normal, drop_column: normal, rename_column: normal}",
                "CREATE TABLE t (id int PRIMARY KEY, a int, b int)",
                "INSERT INTO t VALUES (1, 10, 20)");
        task.atSource(
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7, RENAME TO u",
                "INSERT INTO u VALUES (2, 200, 300, 2)",
                "ALTER TABLE u DROP COLUMN a, RENAME COLUMN b TO a, ADD COLUMN b int",
                "UPDATE u SET b = 9 WHERE id = 2");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.shape IN SHARE MODE");
        assertEquals(List.of("u"), tables());
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.shape IN SHARE MODE");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.shape IN SHARE MODE");
        run();
        assertEquals(
                task.sourceRows("SELECT id, a, b, n FROM u ORDER BY id"),
                task.targetRows("SELECT id, a, b, n FROM " + task.targetTable("u") + " ORDER BY id"));
        assertEquals(List.of("u"), tables());
    }

    /** Of two tables with one target: rows that the statement gives a value, and rows that go. */
    @Test
    void shouldChangeTheRowsOfOneTableAloneWhenKilledBetweenTheParts() throws Exception {
        begin(
                "mapping:\n  rename_tables: [{from: 't_[0-9]', to: t}]\n  add: [{name: src, value: '${table_name_src}', type:"
                        + " varchar(20), key: true}]\nddl: {truncate_table: normal, rename_column: normal}",
                "CREATE TABLE t_1 (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE t_2 (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t_1 VALUES (1, 'one'), (2, 'two')",
                "INSERT INTO t_2 VALUES (1, 'eins'), (2, 'zwei')");
        String rows = "SELECT id, v, src, n FROM " + task.targetTable("t") + " ORDER BY src, id";
        task.atSource("ALTER TABLE t_1 ADD COLUMN n int DEFAULT 5", "INSERT INTO t_1 VALUES (3, 'three', NULL)");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE " + task.targetTable("t") + " IN ACCESS SHARE MODE");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE millrace.shape IN SHARE MODE");
        assertEquals(
                List.of("1|one|t_1|5", "2|two|t_1|5", "1|eins|t_2|null", "2|zwei|t_2|null"), task.targetRows(rows));
        task.atSource("INSERT INTO t_2 VALUES (4, 'vier')");
        run();
        task.atSource("TRUNCATE TABLE t_1", "INSERT INTO t_1 VALUES (5, 'five', 6)");
        LockedTarget.killWhenBlocked(task, "LOCK TABLE " + task.targetTable("t") + " IN SHARE MODE");
        assertEquals(1, task.targetCount("SELECT count(*) FROM millrace.ddl WHERE outcome = 'intent'"));
        assertEquals(6, task.targetRows(rows).size());
        run();
        assertEquals(
                List.of("5|five|t_1|6", "1|eins|t_2|null", "2|zwei|t_2|null", "4|vier|t_2|null"),
                task.targetRows(rows));
        task.atSource("ALTER TABLE t_1 RENAME COLUMN v TO w", "ALTER TABLE t_2 RENAME COLUMN v TO w");
        run();
        task.atSource("UPDATE t_1 SET w = 'FIVE'", "UPDATE t_2 SET w = 'VIER' WHERE id = 4");
        run();
        assertEquals(
                List.of("5|FIVE|t_1", "1|eins|t_2", "2|zwei|t_2", "4|VIER|t_2"),
                task.targetRows("SELECT id, w, src FROM " + task.targetTable("t") + " ORDER BY src, id"));
    }

    /** The reader goes on; the target is gone before the statement, and once more while it is carried out. */
    @Test
    void shouldCarryStatementsOutWhenTheTargetIsAwayMeanwhile() throws Exception {
        begin(
                "ddl: {drop_column: normal}",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1, 'one')");
        try (FaultProxy proxy = FaultProxy.to(task.target)) {
            task.target("host", proxy.host()).target("port", Integer.toString(proxy.port()));
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                running.waitFor(err -> err.contains("incremental"));
                proxy.refuse();
                proxy.cut();
                task.atSource(
                        "INSERT INTO t VALUES (2, 'two')",
                        "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                        "INSERT INTO t VALUES (3, 'three', 33)",
                        "ALTER TABLE t DROP COLUMN v",
                        "UPDATE t SET n = 8 WHERE id = 1");
                running.waitFor(err -> err.contains("target out of reach"));
                LockedTarget.whileBlocked(
                        task, "LOCK TABLE millrace.shape IN SHARE MODE", proxy::accept, running, () -> {
                            proxy.cut();
                            LockedTarget.endSessions(task);
                        });
                await(running, () -> atTarget("t").equals(atSource("t")));
            }
        }
    }

    /** The row that cannot be written stands in one backlog with the statement behind it. */
    @Test
    void shouldNotWriteADirtyRowWhenItsTableWasEmptiedSince() {
        begin(
                "ddl: {truncate_table: normal}\ndirty: {limit: 5}",
                "CREATE TABLE t (id int PRIMARY KEY, n int)",
                "INSERT INTO t VALUES (1, 1)");
        task.atTarget("ALTER TABLE " + task.targetTable("t") + " ADD CONSTRAINT small CHECK (n < 100)");
        task.atSource("INSERT INTO t VALUES (2, 200), (3, 3)", "TRUNCATE TABLE t", "INSERT INTO t VALUES (4, 4)");
        CliEnd ended = run();
        assertTrue(ended.err().contains("overtaken=1"), ended.toString());
        task.atTarget("ALTER TABLE " + task.targetTable("t") + " DROP CONSTRAINT small");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml");
        assertEquals(0, replayed.exitCode(), replayed.toString());
        assertEquals(List.of("4|4"), atTarget("t"));
    }

    /** Nobody follows a stored row to another name. */
    @Test
    void shouldLeaveADirtyRowAloneWhenAnotherTableHasItsTablesName() {
        begin(
                "ddl: {rename_table: normal}\ndirty: {limit: 5}",
                "CREATE TABLE a (id int PRIMARY KEY, n int)",
                "CREATE TABLE b (id int PRIMARY KEY, n int)");
        task.atTarget("ALTER TABLE " + task.targetTable("a") + " ADD CONSTRAINT small CHECK (n < 100)");
        task.atSource(
                "INSERT INTO a VALUES (2, 200), (3, 3)",
                "RENAME TABLE a TO x, b TO a, x TO b",
                "INSERT INTO a VALUES (5, 500)",
                "INSERT INTO b VALUES (4, 4)");
        run();
        task.atTarget("ALTER TABLE " + task.targetTable("b") + " DROP CONSTRAINT small");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml");
        assertEquals(1, replayed.exitCode(), replayed.toString());
        assertTrue(replayed.out().contains("stays: what it should be by now cannot be told"), replayed.toString());
        assertEquals(List.of("5|500"), atTarget("a"));
        assertEquals(List.of("3|3", "4|4"), atTarget("b"));
    }

    private static void await(ChildCli.Started running, BooleanSupplier isDone) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isDone.getAsBoolean()) {
            assertTrue(running.process().isAlive(), () -> running.end().toString());
            assertTrue(System.nanoTime() < deadline, running::toString);
            Thread.sleep(20);
        }
    }
}
