package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify} says of tables whose rows are rewritten, and that it finds what differs there. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class RewrittenVerifyIT {
    private static final String STEPS = """
            transforms:
              - filter: {where: '%s'}
              - mask: {columns: [email], with: email}
              - replace: {columns: [phone], from: '+86', to: ''}
              - set: {columns: {score: 'score * 2', twice: 'score + score'}}
            mapping:
              add: [{name: origin, value: here}]
            """;

    @TempDir
    Path directory;

    private static CliEnd ended(int code, CliTask task, String... arguments) {
        CliEnd end = task.cli().run(arguments);
        assertEquals(code, end.exitCode(), end.toString());
        return end;
    }

    private void compare(CliTask task, String schema) {
        ended(0, task, "run", "task.yaml", "--until", "caught-up");
        task.atSource(
                "UPDATE " + schema + "c SET region = 9 WHERE id = 1",
                "UPDATE " + schema + "c SET region = 1 WHERE id = 4",
                "UPDATE " + schema + "c SET name = 'other', email = 'x@y' WHERE id = 2");
        ended(0, task, "run", "task.yaml", "--until", "caught-up");
        CliEnd equal = ended(0, task, "verify", "task.yaml");
        assertTrue(
                equal.out().contains("equal, not compared: columns that steps change: email, phone, score"),
                equal.out());
        assertTrue(equal.out().contains("equal: 3 rows in 1 tables"), equal.out());
        String table = task.targetTable("c");
        task.atTarget("UPDATE " + table + " SET email = 'nobody sees' WHERE id = 2");
        ended(0, task, "verify", "task.yaml");
        task.atTarget(
                "UPDATE " + table + " SET name = 'changed' WHERE id = 2",
                "DELETE FROM " + table + " WHERE id = 4",
                "INSERT INTO " + table + " (id, region, name, origin) VALUES (1, 9, 'one', 'here')");
        CliEnd other = ended(1, task, "verify", "task.yaml");
        assertTrue(other.out().contains("different  key=2  columns=name"), other.out());
        assertTrue(other.out().contains("missing  key=4"), other.out());
        assertTrue(other.out().contains("extra  key=1"), other.out());
    }

    private static final String TABLE =
            " (id int PRIMARY KEY, region int, name varchar(20), email varchar(40), phone" + " varchar(20), score int)";
    private static final String ROWS = " VALUES (1, 1, 'one', 'a@b', '+861', 1), (2, 2, 'two', 'c@d', '+862', 2),"
            + " (3, 1, 'three', NULL, NULL, NULL), (4, NULL, 'zour', 'e', 'f', 4), (5, 9, 'five', 'e', 'f', 5)";

    @Test
    void shouldCompareTheRowsThatPassWhenMySqlComparesWholeNumbers() {
        CliTask task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource("CREATE TABLE c" + TABLE, "INSERT INTO c" + ROWS);
        task.with(STEPS.formatted("region in (1, 2) and not (Region is null)"));
        compare(task, "");
    }

    @Test
    void shouldCompareTheRowsThatPassWhenPostgresEvaluatesTheCondition() {
        Server server = Servers.postgres();
        CliTask task = new CliTask(directory, server, Servers.postgres());
        task.source("database", task.database);
        task.atSource(
                "CREATE SCHEMA " + task.database,
                "CREATE TABLE " + task.database + ".c" + TABLE,
                "ALTER TABLE " + task.database + ".c REPLICA IDENTITY FULL",
                "INSERT INTO " + task.database + ".c" + ROWS);
        task.with(STEPS.formatted("region in (1, 2) and (name < ''u'' or `name` = ''zour'')"));
        compare(task, task.database + ".");
    }

    @Test
    void shouldSayWhyNotWhenTheSourceMayUnderstandAFilterOtherwise() {
        CliTask task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource("CREATE TABLE c" + TABLE, "INSERT INTO c" + ROWS);
        task.with(STEPS.formatted("name = ''one''"));
        ended(0, task, "run", "task.yaml", "--until", "caught-up");
        CliEnd end = ended(1, task, "verify", "task.yaml");
        assertTrue(
                end.out()
                        .contains(
                                "the source cannot say which rows pass transforms[0].filter: the source may compare a column"
                                        + " otherwise: column=name, type=varchar"),
                end.out());
    }
}
