package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task whose log is lost while the binlog has statements that it had not read. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class LostLogIT {
    private static final String ALL_NORMAL =
            "ddl:\n  drop_table: normal\n  rename_table: normal\n" + "  rename_column: normal\n  drop_column: normal";

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(String... statements) {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.with(ALL_NORMAL);
        task.atSource(statements);
        run();
    }

    private void run() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    private void assertSame(String table) {
        assertEquals(
                task.sourceRows("SELECT * FROM " + table + " ORDER BY id"),
                task.targetRows("SELECT * FROM " + task.database + "." + table + " ORDER BY id"));
    }

    private void beginTwoTables() {
        begin(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))",
                "CREATE TABLE a (id int PRIMARY KEY, v varchar(9))",
                "INSERT INTO t VALUES (1, 'one')");
        task.atSource("INSERT INTO t VALUES (2, 'two')");
        run();
    }

    private void changeAndRename() {
        task.atSource(
                "INSERT INTO t VALUES (3, 'three')",
                "ALTER TABLE t ADD COLUMN n int DEFAULT 7",
                "INSERT INTO t VALUES (4, 'four', 4)",
                "ALTER TABLE t ADD COLUMN w varchar(9)",
                "UPDATE t SET w = 'vierä' WHERE id = 4",
                "RENAME TABLE t TO u",
                "INSERT INTO u VALUES (5, 'five', 5, 'fünf')",
                "UPDATE u SET v = 'first' WHERE id = 1");
    }

    @Test
    void shouldCarryStatementsOutWhenTheLogIsLost() throws Exception {
        beginTwoTables();
        changeAndRename();
        task.loseLog();
        run();
        assertSame("u");
        task.atSource("RENAME TABLE u TO t", "INSERT INTO t VALUES (6, 'six', 6, 'sechs')");
        run();
        assertSame("t");
    }

    /** The new log then has another table's rows, and nothing of the one whose statements stand before them. */
    @Test
    void shouldGoOnWhenTheNewLogHasBegunWithoutATable() throws Exception {
        beginTwoTables();
        task.atSource("INSERT INTO a VALUES (1, 'a'), (2, 'b')");
        changeAndRename();
        task.loseLog();
        LockedTarget.killWhenBlocked(task, "LOCK TABLE " + task.database + ".a IN SHARE MODE");
        assertEquals(0, task.targetCount("SELECT count(*) FROM " + task.database + ".a"), "lanes are behind the log");
        task.atSource("RENAME TABLE u TO t", "INSERT INTO t VALUES (6, 'six', 6, 'sechs')");
        run();
        assertSame("a");
        assertSame("t");
    }
}
