package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Statements that are several ones at MySQL and MariaDB, which commit each by itself: killed before each of them, and behind the last, when the server has it
 * and nobody has noted so.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class StatementPartsFailureTest {
    private static final long PATIENCE_NANOS = 180_000_000_000L;
    private static final String TOLD_APART = """
            mapping:
              rename_tables: [{from: 't_[0-9]', to: t}]
              schema_name: %s
              add: [{name: src, value: '${table_name_src}', type: varchar(20), key: true}]
            """;

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(Server target, String lines, String... statements) {
        task = new CliTask(directory, Servers.mysql(), target);
        task.target("tls", "{mode: disabled}").with(lines.formatted(task.targetDatabase));
        task.atSource(statements);
        run();
    }

    private void run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    /** Kills the task with a statement on its way to the target, or at the server and not answered. */
    private void kill(String statement, boolean isLet) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(task.target)) {
            task.target("host", proxy.host()).target("port", Integer.toString(proxy.port()));
            byte[] text = statement.getBytes(StandardCharsets.UTF_8);
            ByteWatch watch = proxy.holdAt(Direction.TO_SERVER, text, 1, isLet, connection -> true);
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                await(watch::hasCaught, running, statement);
                running.process().destroyForcibly().waitFor();
            }
        }
        task.target("host", task.target.host()).target("port", Integer.toString(task.target.port()));
        assertEquals(
                1,
                task.targetCount("SELECT count(*) FROM millrace.ddl WHERE task = '" + task.database
                        + "' AND outcome = 'intent'"),
                "the intent");
    }

    private static void await(BooleanSupplier isSo, ChildCli.Started running, String what) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.getAsBoolean()) {
            assertTrue(running.process().isAlive(), () -> running.end().toString());
            assertTrue(System.nanoTime() < deadline, "never sent: " + what);
            Thread.sleep(20);
        }
    }

    /** A server may be at a statement whose client is gone. */
    private void awaitAtTarget(List<String> expected, String query) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!task.targetRows(query).equals(expected) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertEquals(expected, task.targetRows(query));
    }

    private List<String> rows(String columns, String table) {
        return task.targetRows("SELECT " + columns + " FROM " + task.targetDatabase + "." + table + " ORDER BY 1, 2");
    }

    private List<String> columns(String table) {
        return task.targetRows("SELECT column_name FROM information_schema.columns WHERE table_schema = '"
                + task.targetDatabase + "' AND table_name = '" + table + "' ORDER BY ordinal_position");
    }

    @Test
    void shouldFillTheRowsOfOneTableWhenKilledBetweenTheParts() throws Exception {
        fill(Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldFillTheRowsOfOneTableWhenKilledBetweenThePartsAtMariaDb() throws Exception {
        fill(Servers.mariadb());
    }

    private void fill(Server target) throws Exception {
        begin(
                target,
                TOLD_APART,
                "CREATE TABLE t_1 (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE t_2 (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t_1 VALUES (1, 'one'), (2, 'two')",
                "INSERT INTO t_2 VALUES (1, 'eins')");
        task.atSource("ALTER TABLE t_1 ADD COLUMN n int DEFAULT 5", "INSERT INTO t_1 VALUES (3, 'three', NULL)");
        kill("ALTER TABLE `" + task.targetDatabase, false);
        assertEquals(List.of("id", "v", "src"), columns("t"));
        kill("UPDATE `" + task.targetDatabase, false);
        assertEquals(List.of("1|eins|t_2|null", "1|one|t_1|null", "2|two|t_1|null"), rows("id, v, src, n", "t"));
        kill("`n` = 5 WHERE `src` = 't_1'", true);
        awaitAtTarget(
                List.of("1|eins|null", "1|one|5", "2|two|5"),
                "SELECT id, v, n FROM " + task.targetDatabase + ".t ORDER BY 1, 2");
        task.atSource("INSERT INTO t_2 VALUES (4, 'vier')");
        run();
        assertEquals(
                List.of("1|eins|t_2|null", "1|one|t_1|5", "2|two|t_1|5", "3|three|t_1|null", "4|vier|t_2|null"),
                rows("id, v, src, n", "t"));
    }

    @Test
    @Tag("full")
    void shouldCopyAColumnWhenKilledBetweenTheParts() throws Exception {
        begin(
                Servers.mysql(),
                "mapping: {schema_name: %s}\nddl_mode: lenient\n",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource("ALTER TABLE t RENAME COLUMN v TO w", "INSERT INTO t VALUES (2, 'two')");
        kill("UPDATE `" + task.targetDatabase, false);
        assertEquals(List.of("1|one|null"), rows("id, v, w", "t"));
        run();
        assertEquals(List.of("1|one|one", "2|null|two"), rows("id, v, w", "t"));
    }

    @Test
    @Tag("full")
    void shouldAlterAndRenameATableWhenKilledBetweenTheParts() throws Exception {
        rename(Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldAlterAndRenameATableWhenKilledBetweenThePartsAtMariaDb() throws Exception {
        rename(Servers.mariadb());
    }

    private void rename(Server target) throws Exception {
        begin(
                target,
                "mapping: {schema_name: %s}\nddl: {rename_table: normal}\n",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource("ALTER TABLE t ADD COLUMN n int DEFAULT 7, RENAME TO u", "INSERT INTO u VALUES (2, 'two', 2)");
        kill("RENAME TABLE `" + task.targetDatabase, false);
        assertEquals(List.of("1|one|7"), rows("id, v, n", "t"));
        kill(" TO `" + task.targetDatabase + "`.`u`", true);
        awaitAtTarget(
                List.of("u"),
                "SELECT table_name FROM information_schema.tables WHERE table_schema = '" + task.targetDatabase + "'");
        run();
        assertEquals(List.of("1|one|7", "2|two|2"), rows("id, v, n", "u"));
        assertEquals(List.of(), columns("t"));
    }

    /** The table looks the same before and behind it. */
    @Test
    void shouldPassANameOnWhenKilledBetweenTheParts() throws Exception {
        begin(
                Servers.mysql(),
                "mapping: {schema_name: %s}\nddl: {drop_column: normal, rename_column: normal}\n",
                "CREATE TABLE t (id int PRIMARY KEY, a int, b int)",
                "INSERT INTO t VALUES (1, 10, 20)");
        task.atSource(
                "ALTER TABLE t DROP COLUMN a, RENAME COLUMN b TO a, ADD COLUMN b int",
                "INSERT INTO t (id, a, b) VALUES (2, 200, 300)");
        kill("ALTER TABLE `" + task.targetDatabase + "`.`t` DROP COLUMN", false);
        assertEquals(List.of("1|20"), rows("id, millrace_1_0", "t"));
        kill("ADD COLUMN `b` int NULL", true);
        awaitAtTarget(List.of("1|20|null"), "SELECT id, a, b FROM " + task.targetDatabase + ".t");
        run();
        assertEquals(List.of("1|20|null", "2|200|300"), rows("id, a, b", "t"));
    }

    /** Of one of three tables its rows go, and the name that the other two have by now comes. */
    @Test
    void shouldRemoveRowsAndGiveTheNameWhenKilledBetweenTheParts() throws Exception {
        begin(
                Servers.mysql(),
                TOLD_APART + "ddl: {drop_table: normal, rename_column: normal}\n",
                "CREATE TABLE t_1 (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE t_2 (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t_1 VALUES (1, 'one')",
                "INSERT INTO t_2 VALUES (1, 'eins')");
        task.atSource("ALTER TABLE t_2 RENAME COLUMN v TO w");
        run();
        task.atSource("DROP TABLE t_1", "INSERT INTO t_2 VALUES (2, 'zwei')");
        kill("DELETE FROM `" + task.targetDatabase, false);
        assertEquals(List.of("1|eins|t_2", "1|one|t_1"), rows("id, v, src", "t"));
        kill("ALTER TABLE `" + task.targetDatabase, false);
        assertEquals(List.of("1|eins|t_2"), rows("id, v, src", "t"));
        run();
        assertEquals(List.of("1|eins|t_2", "2|zwei|t_2"), rows("id, w, src", "t"));
    }
}
