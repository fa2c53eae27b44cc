package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.Servers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change a row, by the command line: what is refused, what a statement does, and that nothing is compared. */
class AppendModeIT {
    @TempDir
    Path directory;

    private CliTask task;

    private void write(String more) {
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: {datasource: warehouse, write_mode: append}\n"
                        + "tables: [" + task.database + ".*]\n" + more);
    }

    private CliEnd run() {
        return task.cli().run("run", "task.yaml", "--until", "caught-up");
    }

    private long count(String where) {
        return task.targetCount("SELECT count(*) FROM " + task.database + ".a WHERE " + where);
    }

    @Test
    void shouldKeepRowsOverStatementsAndRefuseWhatMeansNothing() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource("CREATE TABLE a (id int PRIMARY KEY, v varchar(20))", "INSERT INTO a VALUES (1, 'one')");
        write("conflicts: dirty\ndirty: {limit: 3}\ndml: {delete: {logical: gone}}\n");
        CliEnd refused = task.cli().run("check", "task.yaml");
        assertEquals(2, refused.exitCode(), refused.toString());
        for (String key : new String[] {"key=conflicts", "key=dirty.limit", "key=dml.delete.logical"}) {
            assertTrue(refused.out().contains(key), refused.toString());
        }
        write("");
        task.atTarget(
                "CREATE SCHEMA " + task.database,
                "CREATE TABLE " + task.database + ".a (id int PRIMARY KEY, v varchar(20))");
        CliEnd unique = task.cli().run("check", "task.yaml");
        assertTrue(unique.out().contains("the target's table has a unique key: columns=[id]"), unique.toString());
        task.atTarget("DROP TABLE " + task.database + ".a");

        CliEnd loaded = run();
        assertEquals(0, loaded.exitCode(), loaded.toString());
        task.atSource("UPDATE a SET v = 'new'", "DELETE FROM a", "INSERT INTO a VALUES (1, 'again')");
        CliEnd followed = run();
        assertEquals(0, followed.exitCode(), followed.toString());
        assertEquals(4, count("true"));
        assertEquals(1, count("millrace_operation = 'delete' AND v = 'new'"));
        CliEnd compared = task.cli().run("verify", "task.yaml");
        assertTrue((compared.out() + compared.err()).contains("every change is a row of it"), compared.toString());

        task.atSource("TRUNCATE TABLE a");
        CliEnd stopped = run();
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("its policy can be ignore"), stopped.toString());
        write("ddl: {truncate_table: ignore}\n");
        task.atSource("INSERT INTO a VALUES (2, 'two')");
        CliEnd passed = run();
        assertEquals(0, passed.exitCode(), passed.toString());
        assertEquals(5, count("true"));
    }
}
