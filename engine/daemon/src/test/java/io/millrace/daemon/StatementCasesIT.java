package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that give names to others, or meet what else a task does: each out of a backlog, from MySQL to PostgreSQL. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class StatementCasesIT {
    private static final String ALL_NORMAL =
            "ddl:\n  drop_table: normal\n  rename_table: normal\n" + "  rename_column: normal\n  drop_column: normal";

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(String lines, String... statements) {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        if (!lines.isEmpty()) {
            task.with(lines.replace("SHOP", task.database));
        }
        task.atSource(statements);
        run();
    }

    private void run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    private List<String> atTarget(String sql) {
        return task.targetRows(sql.replace("SHOP", task.database));
    }

    private void assertSame(String... tables) {
        for (String table : tables) {
            assertEquals(
                    task.sourceRows("SELECT * FROM " + table + " ORDER BY id"),
                    atTarget("SELECT * FROM SHOP." + table + " ORDER BY id"),
                    table);
        }
    }

    @Test
    void shouldGiveTablesEachOthersNamesWhenRenamesAreCarriedOut() throws Exception {
        begin(
                ALL_NORMAL,
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE b (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO a VALUES (1000, 'a')",
                "INSERT INTO b VALUES (1000, 'b'), (2000, 'b')");
        task.atSource(
                "UPDATE a SET v = 'a2'",
                "RENAME TABLE a TO tmp, b TO a, tmp TO b",
                "INSERT INTO a VALUES (3000, 'b3')",
                "INSERT INTO b VALUES (4000, 'a4')",
                "RENAME TABLE a TO c, b TO a",
                "UPDATE a SET v = 'a5' WHERE id = 4000",
                "ALTER TABLE c ADD COLUMN w int DEFAULT 3");
        run();
        assertSame("a", "c");
        assertEquals(
                2,
                task.targetCount(
                        "SELECT count(*) FROM information_schema.tables WHERE table_schema = '" + task.database + "'"));
        task.atSource("INSERT INTO a VALUES (6000, 'a6')", "INSERT INTO c VALUES (7000, 'b7', 7)");
        run();
        assertSame("a", "c");
    }

    /** By default names stay at the target, and rows go on to where their table's rows have always gone. */
    @Test
    void shouldGoOnByLineageWhenTablesChangeNamesAndThatIsLeftOut() throws Exception {
        begin(
                "",
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE b (id int PRIMARY KEY, n int)",
                "INSERT INTO a VALUES (1000, 'a')",
                "INSERT INTO b VALUES (1000, 10)");
        task.atSource(
                "RENAME TABLE a TO tmp, b TO a, tmp TO b",
                "INSERT INTO a VALUES (2000, 20)",
                "INSERT INTO b VALUES (2000, 'a2')");
        run();
        task.atSource("UPDATE a SET n = 11 WHERE id = 1000", "UPDATE b SET v = 'a1' WHERE id = 1000");
        run();
        assertEquals(List.of("1000|a1", "2000|a2"), atTarget("SELECT * FROM SHOP.a ORDER BY id"));
        assertEquals(List.of("1000|11", "2000|20"), atTarget("SELECT * FROM SHOP.b ORDER BY id"));
    }

    @Test
    void shouldMakeATableAnewWhenItIsDroppedAndMadeWithOtherColumns() throws Exception {
        begin(
                ALL_NORMAL,
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE kept (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1000, 'one'), (2000, 'two')");
        task.atSource(
                "INSERT INTO t VALUES (3000, 'three')",
                "DROP TABLE t",
                "CREATE TABLE t (id bigint PRIMARY KEY, n int, m int)",
                "INSERT INTO t VALUES (1000, 10, 100)",
                "INSERT INTO kept VALUES (1000)");
        run();
        assertSame("t", "kept");
        task.atSource(
                "DROP TABLE t",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (9000, 'nine')");
        run();
        assertSame("t", "kept");
    }

    /** Columns whose shapes are the same before and behind a statement, and whose values are not. */
    @Test
    void shouldSeeThatAColumnIsAnotherOneWhenItsNameAndTypeAreTheSame() throws Exception {
        begin(
                ALL_NORMAL,
                "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int)",
                "INSERT INTO t VALUES (1000, 1, 10, 100), (2000, 2, 20, 200)");
        task.atSource(
                "ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a",
                "INSERT INTO t (id, a, b, c) VALUES (3000, 30, 3, 300)",
                "ALTER TABLE t DROP COLUMN c, ADD COLUMN c int",
                "INSERT INTO t (id, a, b, c) VALUES (4000, 40, 4, 400)");
        run();
        String all = "SELECT id, a, b, c FROM t ORDER BY id";
        assertEquals(task.sourceRows(all), atTarget(all.replace("FROM t", "FROM SHOP.t")));
    }

    @Test
    void shouldPassStatementsOnTablesThatTheTaskDoesNotTake() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.tables("\n  - exclude: " + task.database + ".other\n  - " + task.database + ".*");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE other (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1000, 'one')");
        run();
        task.atSource(
                "INSERT INTO other VALUES (1000, 'one')",
                "ALTER TABLE other DROP COLUMN v, ADD COLUMN n int AUTO_INCREMENT UNIQUE",
                "TRUNCATE TABLE other",
                "DROP TABLE other",
                "INSERT INTO t VALUES (2000, 'two')");
        run();
        assertSame("t");
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.ddl"));
    }

    /** The target's columns have the task's names, and one that the task leaves out is not there. */
    @Test
    void shouldUseTheTasksNamesWhenColumnsAreRenamedOrLeftOut() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.tables("\n  - include: " + task.database
                + ".t\n    columns:\n      rename: {cust: customer_id}\n      drop: [note]");
        task.with(ALL_NORMAL);
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, cust int, note varchar(9))",
                "INSERT INTO t VALUES (1000, 10, 'x')");
        run();
        task.atSource(
                "ALTER TABLE t MODIFY cust bigint",
                "INSERT INTO t VALUES (2000, 5000000000, 'y')",
                "ALTER TABLE t ADD COLUMN late int DEFAULT 7, MODIFY note varchar(99)",
                "INSERT INTO t VALUES (3000, 30, 'z', 3)",
                "UPDATE t SET cust = 11 WHERE id = 1000");
        run();
        assertEquals(
                List.of("1000|11|7", "2000|5000000000|7", "3000|30|3"), atTarget("SELECT * FROM SHOP.t ORDER BY id"));
        task.atSource("ALTER TABLE t DROP COLUMN note", "INSERT INTO t VALUES (4000, 40, 4)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(2, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR1009: the table has no such column: column=note"), ended.toString());
        task.tables("\n  - include: " + task.database + ".t\n    columns:\n      rename: {cust: customer_id}");
        run();
        assertEquals(4, task.targetCount("SELECT count(*) FROM " + task.database + ".t WHERE late > 2"));
    }

    @Test
    void shouldEndTheTaskWhenAFiltersColumnGoes() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with(ALL_NORMAL);
        task.with("transforms:\n  - filter:\n      tables: [" + task.database + ".t]\n      where: 'n > 0'");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, n int)", "INSERT INTO t VALUES (1000, 1), (2000, -1)");
        run();
        task.atSource("INSERT INTO t VALUES (3000, 3)", "ALTER TABLE t DROP COLUMN n", "INSERT INTO t VALUES (4000)");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(2, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR1005: unknown column: column=n"), ended.toString());
        assertEquals(List.of("1000", "3000"), atTarget("SELECT id FROM SHOP.t ORDER BY id"));
    }

    /** A mask goes by the column's name: under another one its values would be those of the source. */
    @Test
    void shouldStopBeforeAMaskedColumnHasAnotherNameWhenTheMaskDoesNotSayIt() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with(ALL_NORMAL + "\ntransforms: [{mask: {tables: ['*'], columns: [email], with: fixed, value: x}}]");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, email varchar(20))", "INSERT INTO t VALUES (1000, 'one@shop')");
        run();
        task.atSource("ALTER TABLE t RENAME COLUMN email TO mail", "INSERT INTO t VALUES (2000, 'two@shop')");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("before=email, column=mail"), ended.toString());
        assertEquals(List.of("1000|x"), atTarget("SELECT * FROM SHOP.t ORDER BY id"));
        Path file = directory.resolve("task.yaml");
        task.file("task.yaml", Files.readString(file).replace("[email]", "[email, mail]"));
        run();
        assertEquals(List.of("1000|x", "2000|x"), atTarget("SELECT id, mail FROM SHOP.t ORDER BY id"));
    }

    /** A mask goes by the table's name, too. */
    @Test
    void shouldStopBeforeATableHasAnotherNameWhenAMaskDoesNotSayIt() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with("transforms: [{mask: {tables: ['*.customers'], columns: [email], with: fixed, value: x}}]");
        task.atSource(
                "CREATE TABLE customers (id int PRIMARY KEY, email varchar(20))",
                "INSERT INTO customers VALUES (1000, 'one@shop')");
        run();
        task.atSource("RENAME TABLE customers TO clients", "INSERT INTO clients VALUES (2000, 'two@shop')");
        for (String policies : List.of("", ALL_NORMAL)) {
            task.with(policies);
            CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
            assertEquals(1, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("MR5003") && ended.err().contains("key=transforms"), ended.toString());
            assertEquals(List.of("1000|x"), atTarget("SELECT * FROM SHOP.customers ORDER BY id"));
        }
        Path file = directory.resolve("task.yaml");
        String both = Files.readString(file).replace("'*.customers'", "'*.customers', '*.clients'");
        task.file("task.yaml", both);
        run();
        assertEquals(List.of("1000|x", "2000|x"), atTarget("SELECT * FROM SHOP.clients ORDER BY id"));
    }

    /** By default columns that go or have other names stay at the target, and masks go on by the names there. */
    @Test
    void shouldGoOnByLineageWhenRowsAreMasked() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with("transforms:\n  - mask: {tables: ['*'], columns: [email], with: fixed, value: x}\n"
                + "  - filter: {tables: ['*'], where: 'n < 100'}");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, email varchar(20), n int, v varchar(9))",
                "INSERT INTO t VALUES (1000, 'one@shop', 1, 'one')");
        run();
        task.atSource(
                "INSERT INTO t VALUES (2000, 'two@shop', 2, 'two')",
                "ALTER TABLE t RENAME COLUMN email TO mail",
                "INSERT INTO t VALUES (3000, 'three@shop', 3, 'three'), (3500, 'no@shop', 300, 'no')",
                "ALTER TABLE t DROP COLUMN v",
                "INSERT INTO t VALUES (4000, 'four@shop', 4), (4500, 'no@shop', 400)",
                "UPDATE t SET mail = 'first@shop', n = 11 WHERE id = 1000",
                "ALTER TABLE t ADD COLUMN w int",
                "INSERT INTO t VALUES (5000, 'five@shop', 5, 50)");
        run();
        assertEquals(
                List.of("1000|x|11|one|", "2000|x|2|two|", "3000|x|3|three|", "4000|x|4||", "5000|x|5||50"),
                atTarget("SELECT id, email, n, v, w FROM SHOP.t ORDER BY id").stream()
                        .map(row -> row.replace("null", ""))
                        .toList());
        task.atSource("INSERT INTO t VALUES (6000, 'six@shop', 6, 60)", "DELETE FROM t WHERE id = 2000");
        run();
        assertEquals(
                List.of("1000|x", "3000|x", "4000|x", "5000|x", "6000|x"),
                atTarget("SELECT id, email FROM SHOP.t ORDER BY id"));
    }

    /** What a row that could not be written should be in a table that is another one since is told by nobody: it stays, and says so. */
    @Test
    void shouldKeepADirtyRowWhenItsTableIsAnotherOneSince() throws Exception {
        begin(
                ALL_NORMAL + "\ndirty: {limit: 5}",
                "CREATE TABLE t (id int PRIMARY KEY, n int, v varchar(9))",
                "INSERT INTO t VALUES (1000, 1, 'one')");
        task.atTarget("ALTER TABLE " + task.database + ".t ADD CONSTRAINT small CHECK (n < 100)");
        task.atSource("INSERT INTO t VALUES (2000, 200, 'two'), (3000, 3, 'three')");
        run();
        assertEquals(List.of("1000|1|one", "3000|3|three"), atTarget("SELECT * FROM SHOP.t ORDER BY id"));
        task.atSource("ALTER TABLE t ADD COLUMN w int, DROP COLUMN v", "INSERT INTO t VALUES (4000, 4, 44)");
        run();
        task.atTarget("ALTER TABLE " + task.database + ".t DROP CONSTRAINT small");
        CliEnd replayed = task.cli().run("dirty", "replay", "task.yaml");
        assertEquals(1, replayed.exitCode(), replayed.toString());
        assertTrue(replayed.out().contains("stays: what it should be by now cannot be told"), replayed.toString());
        assertEquals(List.of("1000|1|null", "3000|3|null", "4000|4|44"), atTarget("SELECT * FROM SHOP.t ORDER BY id"));
    }

    /** A chunk was read before the statement, others would be read behind it: the table is loaded once more, behind it. */
    @Test
    void shouldLoadATableAnewWhenItIsAlteredWithinItsLoad() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with(ALL_NORMAL + "\nresources: {rows_per_second: 10000, read_concurrency: 1}");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9), n int)",
                "SET SESSION cte_max_recursion_depth = 50000",
                "INSERT INTO t WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < 40000)"
                        + " SELECT id, 'loaded', id FROM r",
                "CREATE TABLE small (id int PRIMARY KEY)",
                "INSERT INTO small VALUES (1000)");
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml", "--until", "caught-up")) {
            long deadline = System.nanoTime() + 180_000_000_000L;
            while (task.loadedChunks("t") == 0) {
                assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
                Thread.sleep(10);
            }
            task.atSource(
                    "UPDATE t SET n = -n WHERE id < 100",
                    "ALTER TABLE t ADD COLUMN w int DEFAULT 5",
                    "UPDATE t SET w = 6 WHERE id % 3 = 0",
                    "ALTER TABLE t DROP COLUMN v",
                    "DELETE FROM t WHERE id % 5 = 0",
                    "INSERT INTO small VALUES (2000)");
            CliEnd ended = running.end();
            assertEquals(0, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("loads begin anew"), ended.toString());
        }
        run();
        assertSame("t", "small");
    }

    /**
     * Chunks of before took the place of some rows, those behind it would bring others: the table is emptied, the statement carried out, and
     * all of it loaded.
     */
    @Test
    @Tag("full")
    void shouldEmptyATableAndLoadItWhenItIsAlteredWhileItIsLoadedAgain() throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with(ALL_NORMAL + "\nresources: {rows_per_second: 10000, read_concurrency: 1}");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9), n int)",
                "SET SESSION cte_max_recursion_depth = 50000",
                "INSERT INTO t WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM r WHERE id < 40000)"
                        + " SELECT id, 'loaded', id FROM r",
                "CREATE TABLE small (id int PRIMARY KEY)",
                "INSERT INTO small VALUES (1)");
        run();
        task.atTarget(
                "UPDATE " + task.database + ".t SET v = 'damaged' WHERE id % 7 = 0",
                "INSERT INTO " + task.database + ".t VALUES (-1, 'further', 1), (50000, 'further', 1)",
                "INSERT INTO " + task.database + ".small VALUES (-1)");
        CliEnd asked = task.cli().run("reload", "task.yaml", "--table", task.database + ".t");
        assertEquals(0, asked.exitCode(), asked.toString());
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml", "--until", "caught-up")) {
            running.waitFor(err -> err.contains("loads again: tables="));
            long deadline = System.nanoTime() + 180_000_000_000L;
            while (rowsOfFirstChunk() == 0) {
                assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
                Thread.sleep(10);
            }
            task.atSource(
                    "UPDATE t SET n = -n WHERE id < 100",
                    "ALTER TABLE t ADD COLUMN w int DEFAULT 5",
                    "UPDATE t SET w = 6 WHERE id % 3 = 0",
                    "DELETE FROM t WHERE id % 5 = 0",
                    "INSERT INTO small VALUES (2)");
            CliEnd ended = running.end();
            assertEquals(0, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("loads begin anew"), ended.toString());
        }
        run();
        assertSame("t");
        assertEquals(List.of("-1", "1", "2"), atTarget("SELECT id FROM SHOP.small ORDER BY id"));
        assertEquals(0, task.targetCount("SELECT count(*) FROM millrace.load_ledger WHERE chunk < -2"));
    }

    private long rowsOfFirstChunk() {
        return task.targetCount(
                "SELECT COALESCE(sum(rows), 0) FROM millrace.load_ledger WHERE source_table = 't'" + " AND chunk >= 0");
    }

    /** Nothing is there to be carried out; somebody is told of it, or the task goes no further. */
    @Test
    void shouldTellOrStopAsItsPolicySaysWhenAStatementLeavesRowsAlone() throws Exception {
        begin(
                "ddl: {other: alert}",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource("CREATE INDEX by_v ON t (v)", "ALTER TABLE t COMMENT 'x'", "INSERT INTO t VALUES (2, 'two')");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        assertEquals(3, ended.err().split("statement left out", -1).length, ended.toString());
        assertEquals(
                List.of("alerted|alert", "alerted|alert"),
                atTarget("SELECT outcome, policy FROM millrace.ddl ORDER BY ordinal"));
        task.tables("\n  - include: " + task.database + ".t\n    ddl: {other: error}");
        task.atSource(
                "INSERT INTO t VALUES (3, 'three')",
                "ALTER TABLE t ADD COLUMN n int, ADD INDEX by_n (n)",
                "INSERT INTO t VALUES (4, 'four', 44)");
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("policy=error, kind=other"), stopped.toString());
        assertEquals(3, task.targetCount("SELECT count(*) FROM " + task.targetTable("t")));
        String place = stopped.err().replaceFirst("(?s).*kind=other, skip=([^\\s]+).*", "$1");
        CliEnd next = task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", place);
        assertEquals(0, next.exitCode(), next.toString());
        assertEquals(List.of("1|one", "2|two", "3|three", "4|four"), atTarget("SELECT * FROM SHOP.t ORDER BY id"));
    }

    @Test
    void shouldDestroyNothingWhenTheTaskIsLenient() throws Exception {
        begin(
                "ddl_mode: lenient\n" + ALL_NORMAL,
                "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, v varchar(9), x int)",
                "INSERT INTO t VALUES (1000, 1, 'one', 1)");
        task.atSource(
                "ALTER TABLE t RENAME COLUMN n TO m",
                "INSERT INTO t VALUES (2000, 2, 'two', 2)",
                "ALTER TABLE t DROP COLUMN v, MODIFY x varchar(9)",
                "INSERT INTO t VALUES (3000, 3, 'three')",
                "TRUNCATE TABLE t",
                "INSERT INTO t VALUES (4000, 4, 'four')");
        run();
        assertEquals(
                List.of(
                        "1000|1|1|one|1|null",
                        "2000|null|2|two|2|null",
                        "3000|null|3|null|null|three",
                        "4000|null|4|null|null|four"),
                atTarget("SELECT id, n, m, v, x, x_2 FROM SHOP.t ORDER BY id"));
        task.atSource("DROP TABLE t", "CREATE TABLE u (id int PRIMARY KEY)");
        run();
        assertEquals(4, task.targetCount("SELECT count(*) FROM " + task.database + ".t"));
    }
}
