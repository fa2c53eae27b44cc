package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of tables and columns at the target, from the task's file to rows that are compared. */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class NamesIT {
    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void makeTask() {
        task = new CliTask(directory, Servers.mariadb(), Servers.postgres());
    }

    private CliEnd ok(String... arguments) {
        CliEnd ended = task.cli().run(arguments);
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    @Test
    void shouldLoadAndFollowUnderNamesThatTheRulesMake() {
        task.atSource(
                "CREATE TABLE doc_orders (`Order` int PRIMARY KEY, `USER` varchar(20), KEY (`USER`))",
                "CREATE TABLE `Select` (id int PRIMARY KEY, `from` text)",
                "CREATE TABLE odd (id int PRIMARY KEY)",
                "INSERT INTO doc_orders VALUES (1, 'one'), (2, 'two')",
                "INSERT INTO `Select` VALUES (1, 'table')",
                "INSERT INTO odd VALUES (7)");
        task.tables("\n  - include:\n      regex: '.*\\.odd'\n    to: Elsewhere.`user.Group`\n  - " + task.database
                        + ".*")
                .with("mapping:\n  rename_schemas: [{from: '^cli', to: 'DW'}]\n"
                        + "  rename_tables: [{from: '^doc_', to: 'pre_'}, {from: nothing, to: x}]\n  case: lower");
        String schema = task.database.replaceFirst("^cli", "dw");

        CliEnd plan = ok("plan", "task.yaml");
        assertTrue(plan.out().contains(task.database + ".doc_orders -> " + schema + ".pre_orders"), plan.out());
        assertTrue(plan.out().contains(task.database + ".odd -> Elsewhere.user.Group"), plan.out());
        assertTrue(plan.out().contains("the rule changes the name of no selected table"), plan.out());
        assertTrue(plan.out().contains("mapping.rename_tables[1] 'nothing' -> 'x'"), plan.out());
        ok("run", "task.yaml", "--until", "caught-up");
        task.atSource(
                "UPDATE doc_orders SET `USER` = 'ii' WHERE `Order` = 2",
                "INSERT INTO `Select` VALUES (2, 'where')",
                "DELETE FROM odd");
        ok("run", "task.yaml", "--until", "caught-up");

        assertEquals(1, task.targetCount("SELECT \"order\" - 1 FROM " + schema + ".pre_orders WHERE \"user\" = 'ii'"));
        assertEquals(2, task.targetCount("SELECT count(\"from\") FROM " + schema + ".\"select\""));
        assertEquals(0, task.targetCount("SELECT count(*) FROM \"Elsewhere\".\"user.Group\""));
        assertTrue(ok("verify", "task.yaml").out().contains("equal: 4 rows in 3 tables"));
    }

    @Test
    void shouldSayAllAtOnceWhenNamesMeetOrDoNotFit() {
        String wide = "ä".repeat(32);
        task.atSource(
                "CREATE TABLE a1 (id int PRIMARY KEY)",
                "CREATE TABLE b (id int PRIMARY KEY)",
                "CREATE TABLE " + wide + " (id int PRIMARY KEY)",
                "CREATE TABLE twins (id int PRIMARY KEY, `ctid` int)");
        task.with("mapping:\n  rename_tables: [{from: '^a1$', to: b}]");

        CliEnd plan = task.cli().run("plan", "task.yaml");

        assertEquals(2, plan.exitCode(), plan.toString());
        assertTrue(
                plan.out()
                        .contains("two tables have the same target by accident: target=" + task.database + ".b, source="
                                + task.database + ".a1, by=mapping.rename_tables[0] '^a1$' -> 'b', source="
                                + task.database
                                + ".b, by=its own name"),
                plan.out());
        assertTrue(plan.out().contains("name does not fit the target: table=" + wide + ", mostBytes=63"), plan.out());
        assertTrue(plan.out().contains("every table of the target has such a column: column=ctid"), plan.out());
        CliEnd run = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(2, run.exitCode(), run.toString());
        assertTrue(run.err().contains("MR1011") || run.err().contains("MR1009"), run.err());
    }

    @Test
    void shouldStopWhenALoadedTableGetsAnotherName() {
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
        ok("run", "task.yaml", "--until", "caught-up");

        task.with("mapping: {table_name: 'two_${db_table_name_src_transed}'}");
        CliEnd renamed = task.cli().run("run", "task.yaml", "--until", "caught-up");

        assertEquals(2, renamed.exitCode(), renamed.toString());
        assertTrue(renamed.err().contains("MR3008"), renamed.err());
        assertTrue(renamed.err().contains("table=" + task.database + ".two_t"), renamed.err());
    }

    @Test
    void shouldRefuseToWriteIntoTheServersOwnSchemas() {
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)");
        task.with("mapping: {schema_name: pg_mine}");

        CliEnd plan = task.cli().run("plan", "task.yaml");

        assertEquals(2, plan.exitCode(), plan.toString());
        assertTrue(plan.out().contains("the schema is the server's own: schema=pg_mine"), plan.out());
    }
}
