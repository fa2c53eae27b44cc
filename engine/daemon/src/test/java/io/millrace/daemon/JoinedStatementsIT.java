package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements on shards that are one table at the target: they come to one shard after the other, with rows of all of them in between. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class JoinedStatementsIT {
    private static final String TOLD_APART =
            "\n  add: [{name: src, value: '${table_name_src}', type: varchar(20), key: true}]";

    @TempDir
    Path directory;

    private CliTask task;
    private String all;

    private void begin(Server source, Server target, String ddl, String... statements) {
        begin(source, target, ddl, "", statements);
    }

    /** @param more of {@code mapping} */
    private void begin(Server source, Server target, String ddl, String more, String[] statements) {
        task = new CliTask(directory, source, target);
        all = CliTask.type(target).equals("postgres") ? "shop.t" : task.targetDatabase + ".t";
        task.with("mapping:\n  rename_tables: [{from: 't_[0-9]', to: t}]\n  schema_name: "
                + (CliTask.type(target).equals("postgres") ? "shop" : task.targetDatabase) + more + "\nddl: {" + ddl
                + "}");
        task.atSource(
                "CREATE TABLE t_1 (id int PRIMARY KEY, v varchar(9) NOT NULL)",
                "CREATE TABLE t_2 (id int PRIMARY KEY, v varchar(9) NOT NULL)",
                "INSERT INTO t_1 VALUES (1, 'one')",
                "INSERT INTO t_2 VALUES (2, 'two')");
        task.atSource(statements);
        run();
    }

    private void run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    private String refused() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("MR5003"), ended.toString());
        return ended.err();
    }

    private List<String> rows(String columns) {
        return task.targetRows("SELECT " + columns + " FROM " + all + " ORDER BY id");
    }

    private void assertBoth() {
        String both = "SELECT * FROM t_1 UNION ALL SELECT * FROM t_2 ORDER BY id";
        assertEquals(task.sourceRows(both), rows("*"));
    }

    @Test
    void shouldGiveTheTargetWhatAnyOfThemHasFromMySqlToPostgres() {
        check(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldGiveTheTargetWhatAnyOfThemHasFromMySqlToMySql() {
        check(Servers.mysql(), Servers.mysql());
    }

    private void check(Server source, Server target) {
        begin(source, target, "drop_column: normal");
        task.atSource(
                "ALTER TABLE t_1 ADD COLUMN n int",
                "INSERT INTO t_1 VALUES (3, 'three', 3)",
                "INSERT INTO t_2 VALUES (4, 'four')",
                "UPDATE t_1 SET n = 1 WHERE id = 1");
        run();
        assertEquals(List.of("1|one|1", "2|two|null", "3|three|3", "4|four|null"), rows("id, v, n"));
        task.atSource(
                "INSERT INTO t_2 VALUES (6, 'six')",
                "UPDATE t_2 SET v = 'TWO' WHERE id = 2",
                "DELETE FROM t_1 WHERE id = 3",
                "INSERT INTO t_2 VALUES (3, 'moved')",
                "ALTER TABLE t_2 ADD COLUMN n bigint",
                "UPDATE t_2 SET n = 5000000000 WHERE id = 4",
                "UPDATE t_1 SET n = 11 WHERE id = 1",
                "ALTER TABLE t_1 MODIFY n bigint, MODIFY v varchar(20) NOT NULL",
                "UPDATE t_1 SET v = 'longer than nine' WHERE id = 1",
                "ALTER TABLE t_2 MODIFY v varchar(15) NOT NULL",
                "UPDATE t_2 SET v = 'longer, too' WHERE id = 2");
        run();
        assertBoth();
        task.atSource(
                "ALTER TABLE t_2 DROP COLUMN v",
                "INSERT INTO t_2 VALUES (8, 8)",
                "INSERT INTO t_1 VALUES (9, 'nine', 9)",
                "UPDATE t_2 SET id = 10 WHERE id = 8");
        run();
        assertEquals(List.of("9|nine|9", "10|null|8"), rows("id, v, n").subList(5, 7));
        task.atSource("ALTER TABLE t_1 DROP COLUMN v", "INSERT INTO t_1 VALUES (11, 11)");
        run();
        assertBoth();
        task.atSource("DELETE FROM t_1 WHERE id = 9", "UPDATE t_2 SET n = NULL WHERE id = 10");
        run();
        assertBoth();
    }

    /** By lineage: what one of them calls otherwise goes where it has always gone. */
    @Test
    void shouldGoOnByLineageWhenStatementsOnOneOfThemAreLeftOut() {
        begin(Servers.mysql(), Servers.postgres(), "add_column: ignore");
        task.atSource(
                "ALTER TABLE t_1 RENAME COLUMN v TO w",
                "INSERT INTO t_1 VALUES (3, 'three')",
                "ALTER TABLE t_2 ADD COLUMN n int",
                "INSERT INTO t_2 VALUES (4, 'four', 4)");
        run();
        task.atSource("UPDATE t_1 SET w = 'uno' WHERE id = 1", "UPDATE t_2 SET v = 'due', n = 2 WHERE id = 2");
        run();
        assertEquals(List.of("1|uno", "2|due", "3|three", "4|four"), rows("*"));
    }

    @Test
    void shouldGiveTheTargetANewNameWhenTheLastOfThemHasItFromMySqlToPostgres() {
        checkRenames(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldGiveTheTargetANewNameWhenTheLastOfThemHasItFromMySqlToMySql() {
        checkRenames(Servers.mysql(), Servers.mysql());
    }

    private void checkRenames(Server source, Server target) {
        begin(source, target, "rename_column: normal");
        task.atSource(
                "ALTER TABLE t_1 RENAME COLUMN v TO w",
                "INSERT INTO t_1 VALUES (3, 'three')",
                "INSERT INTO t_2 VALUES (4, 'four')");
        run();
        assertEquals(List.of("1|one", "2|two", "3|three", "4|four"), rows("id, v"));
        task.atSource(
                "UPDATE t_1 SET w = 'uno' WHERE id = 1",
                "ALTER TABLE t_2 CHANGE v w varchar(20) NOT NULL",
                "INSERT INTO t_2 VALUES (5, 'longer than nine')",
                "UPDATE t_1 SET w = 'tre' WHERE id = 3",
                "ALTER TABLE t_1 ADD COLUMN n int",
                "INSERT INTO t_1 VALUES (6, 'six', 6)",
                "ALTER TABLE t_2 ADD COLUMN n int");
        run();
        assertBoth();
    }

    @Test
    void shouldDoToTheRowsOfOneWhatItsStatementDoesFromMySqlToPostgres() {
        checkRowsOfOne(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldDoToTheRowsOfOneWhatItsStatementDoesFromMySqlToMySql() {
        checkRowsOfOne(Servers.mysql(), Servers.mysql());
    }

    private void checkRowsOfOne(Server source, Server target) {
        begin(
                source,
                target,
                "truncate_table: normal, drop_table: normal, rename_column: normal, drop_column: normal",
                TOLD_APART,
                new String[] {"INSERT INTO t_1 VALUES (2, 'both')", "CREATE TABLE kept (id int PRIMARY KEY)"});
        task.atSource(
                "INSERT INTO t_2 VALUES (3, 'three')", "TRUNCATE TABLE t_1", "INSERT INTO t_1 VALUES (3, 'drei')");
        run();
        assertEquals(List.of("2|two|t_2", "3|drei|t_1", "3|three|t_2"), ofBoth("id, v, src"));
        task.atSource(
                "ALTER TABLE t_1 ADD COLUMN n int NOT NULL DEFAULT 5",
                "INSERT INTO t_1 VALUES (4, 'vier', 44)",
                "ALTER TABLE t_2 RENAME COLUMN v TO w",
                "INSERT INTO t_2 VALUES (4, 'four')");
        run();
        assertEquals(
                List.of("2|two|t_2|null", "3|drei|t_1|5", "3|three|t_2|null", "4|four|t_2|null", "4|vier|t_1|44"),
                ofBoth("id, v, src, n"));
        task.atSource(
                "ALTER TABLE t_2 ADD COLUMN n int NOT NULL DEFAULT 7",
                "UPDATE t_2 SET n = 8 WHERE id = 4",
                "ALTER TABLE t_1 RENAME COLUMN v TO w",
                "UPDATE t_1 SET w = 'dri' WHERE id = 3");
        run();
        assertEquals(
                List.of("2|two|t_2|7", "3|dri|t_1|5", "3|three|t_2|7", "4|four|t_2|8", "4|vier|t_1|44"),
                ofBoth("id, w, src, n"));
        task.atSource("DROP TABLE t_1", "DELETE FROM t_2 WHERE id = 3");
        run();
        assertEquals(List.of("2|two|t_2|7", "4|four|t_2|8"), ofBoth("id, w, src, n"));
    }

    private List<String> ofBoth(String columns) {
        return task.targetRows("SELECT " + columns + " FROM " + all + " ORDER BY 1, 2");
    }

    @Test
    void shouldStopWhenWhatOneOfThemDoesWouldBeDoneToRowsOfOthers() {
        begin(Servers.mysql(), Servers.postgres(), "truncate_table: normal, drop_table: normal");
        task.atSource("TRUNCATE TABLE t_1");
        assertTrue(refused().contains("other tables of the task have the same target"));
        assertEquals(List.of("1|one", "2|two"), rows("*"));
    }

    @Test
    void shouldStopWhenRowsOfOthersWouldGetAValue() {
        begin(Servers.mysql(), Servers.postgres(), "");
        task.atSource("ALTER TABLE t_1 ADD COLUMN n int NOT NULL DEFAULT 5");
        assertTrue(refused().contains("rows that are there get a value"));
        assertEquals(List.of("1|one", "2|two"), rows("*"));
    }

    /** What went stays at the target, in sessions to come, too; nothing but its own name tells a table's rows from it. */
    @Test
    void shouldLeaveRowsOfTheOneThatWentWhenTheLastOneIsEmptiedFromMySqlToPostgres() {
        checkLeft(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldLeaveRowsOfTheOneThatWentWhenTheLastOneIsEmptiedFromMySqlToMySql() {
        checkLeft(Servers.mysql(), Servers.mysql());
    }

    private void checkLeft(Server source, Server target) {
        begin(source, target, "drop_table: alert", TOLD_APART, new String[] {"INSERT INTO t_1 VALUES (2, 'both')"});
        task.atSource("DROP TABLE t_1", "INSERT INTO t_2 VALUES (3, 'three')");
        run();
        task.atSource("TRUNCATE TABLE t_2", "INSERT INTO t_2 VALUES (4, 'four')");
        run();
        assertEquals(List.of("1|one|t_1", "2|both|t_1", "4|four|t_2"), ofBoth("id, v, src"));
        CliEnd reload = task.cli().run("reload", "task.yaml", "--table", task.database + ".t_2");
        assertTrue(
                reload.err().contains("rows of tables that are the task's no more stay in its target"),
                reload.toString());
    }

    @Test
    void shouldStopWhenNothingTellsRowsOfTheOneThatWent() {
        begin(Servers.mysql(), Servers.postgres(), "drop_table: ignore");
        task.atSource("DROP TABLE t_1", "TRUNCATE TABLE t_2");
        assertTrue(refused()
                .contains("no text of its key tells whose a row is: target=shop.t, of=[" + task.database + ".t_1]"));
        assertEquals(List.of("1|one", "2|two"), rows("*"));
    }

    /** By the declared key rows are told apart before and behind it. */
    @Test
    void shouldGoOnWhenAPrimaryKeyChangesThatIsNotTheDeclaredOne() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        all = "shop.t";
        task.tables("[{include: " + task.database + ".t_*, key: [id]}]")
                .with("mapping:\n  rename_tables: [{from: 't_[0-9]', to: t}]\n  schema_name: shop");
        task.atSource(
                "CREATE TABLE t_1 (id int NOT NULL, v varchar(9) NOT NULL, PRIMARY KEY (id))",
                "CREATE TABLE t_2 (id int NOT NULL, v varchar(9) NOT NULL, PRIMARY KEY (id))",
                "INSERT INTO t_1 VALUES (1, 'one')",
                "INSERT INTO t_2 VALUES (2, 'two')");
        run();
        task.atSource(
                "ALTER TABLE t_1 DROP PRIMARY KEY, ADD PRIMARY KEY (v, id)",
                "UPDATE t_1 SET v = 'uno' WHERE id = 1",
                "INSERT INTO t_1 VALUES (3, 'three')",
                "ALTER TABLE t_2 DROP PRIMARY KEY, ADD PRIMARY KEY (v, id)",
                "DELETE FROM t_2 WHERE id = 2");
        run();
        assertBoth();
    }

    @Test
    void shouldDropTheTargetWhenOneStatementDropsAllOfThem() {
        begin(Servers.mysql(), Servers.postgres(), "drop_table: normal", "CREATE TABLE kept (id int PRIMARY KEY)");
        task.atSource("DROP TABLE t_1, t_2", "INSERT INTO kept VALUES (1)");
        run();
        assertEquals(
                List.of("kept"),
                task.targetRows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop'"));
    }
}
