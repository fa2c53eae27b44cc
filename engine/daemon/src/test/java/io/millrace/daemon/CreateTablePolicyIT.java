package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ddl.create_table}: tables that are made at the source are none of the task's, until its policy says otherwise. */
@RealServers({ServerKind.POSTGRES_18, ServerKind.MYSQL_8_0})
@Timeout(300)
class CreateTablePolicyIT {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;
    private String schema;
    private String rule;

    private void begin(Server source, String policy) throws Exception {
        task = new CliTask(directory, source, Servers.postgres());
        boolean isPostgres = source instanceof PostgresServer;
        if (isPostgres) {
            task.source("database", task.database);
        }
        schema = isPostgres ? "public" : task.database;
        rule = schema + ".*";
        policy(policy);
        task.atSource("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
        task.catchUp();
    }

    private void policy(String policy) {
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables: ['" + rule
                        + "']\nddl: {create_table: " + policy + "}\n");
    }

    private List<String> tables() {
        return task.targetRows(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = '" + schema + "' ORDER BY 1");
    }

    private void await(ChildCli.Started running, int rows) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (task.targetCount("SELECT count(*) FROM " + schema + ".a") != rows) {
            assertTrue(running.process().isAlive() && System.nanoTime() < deadline, running::toString);
            Thread.sleep(20);
        }
    }

    private void shouldLeaveOut(Server source, String policy) throws Exception {
        begin(source, policy);
        try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
            running.waitFor(said -> said.contains("streaming"));
            task.atSource(
                    "CREATE TABLE b (id int PRIMARY KEY)",
                    "INSERT INTO b VALUES (1)",
                    "INSERT INTO a VALUES (2)",
                    "CREATE TABLE c AS SELECT id FROM a",
                    "INSERT INTO a VALUES (3)");
            await(running, 3);
            Thread.sleep(6_000); // whatever looks for new tables has looked
            task.atSource("INSERT INTO b VALUES (2)", "INSERT INTO a VALUES (4)", "UPDATE b SET id = 3 WHERE id = 1");
            await(running, 4);
            assertEquals(0, running.stop().exitCode());
        }
        assertEquals(List.of("a"), tables());
        task.atSource("INSERT INTO a VALUES (5)", "DROP TABLE c", "CREATE TABLE d (id int PRIMARY KEY)");
        CliEnd again = catchUp();
        assertEquals(List.of("a"), tables());
        assertEquals(5, task.targetCount("SELECT count(*) FROM " + schema + ".a"));
        boolean isTold = again.err().contains("a table that is new at the source is left out");
        assertEquals(policy.equals("alert"), isTold, again.toString());
        policy("normal");
        catchUp();
        task.atSource("INSERT INTO b VALUES (7)");
        catchUp();
        assertEquals(List.of("a", "b", "d"), tables());
        String all = "SELECT id FROM " + schema + ".b ORDER BY 1";
        assertEquals(task.sourceRows(all), task.targetRows(all));
        CliEnd removed = task.cli().run("remove", "task.yaml", "--all", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    private CliEnd catchUp() throws IOException {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    @Test
    @Tag("full")
    void shouldLeaveOutWhatIsMadeAtMySqlAndTakeItInWhenThePolicyIsNormal() throws Exception {
        shouldLeaveOut(Servers.mysql(), "ignore");
    }

    @Tag("full")
    @Test
    void shouldTellOfWhatIsMadeAtMySqlWhenThePolicyIsAlert() throws Exception {
        shouldLeaveOut(Servers.mysql(), "alert");
    }

    @Test
    void shouldLeaveOutWhatIsMadeAtPostgresAndTakeItInWhenThePolicyIsNormal() throws Exception {
        shouldLeaveOut(Servers.postgres(), "ignore");
    }
}
