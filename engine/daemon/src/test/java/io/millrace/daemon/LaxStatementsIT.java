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

/** An ALTER for which the server changes values that do not fit, where a strict session would refuse it: no row event tells of them. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class LaxStatementsIT {
    private static final String LAX = "SET SESSION sql_mode = ''";

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(Server source) {
        task = new CliTask(directory, source, Servers.postgres());
        task.with("ddl:\n  rename_column: normal\n  rename_table: normal\n  drop_table: normal");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, n int, i int NOT NULL, v varchar(20), d decimal(6,2), e enum('a','b'))",
                "INSERT INTO t VALUES (1, NULL, -5, 'v', 1.5, 'a'), (2, 2, 5, NULL, NULL, NULL)");
        assertEquals(0, run().exitCode());
    }

    private CliEnd run() {
        return task.cli().run("run", "task.yaml", "--until", "caught-up");
    }

    private void assertStops(Server source, String... statements) {
        begin(source);
        task.atSource(statements);
        CliEnd ended = run();
        assertTrue(
                ended.err().contains("MR5003") && ended.err().contains("rows may have come, gone or changed by it"),
                ended.toString());
        assertEquals(List.of("-5", "5"), task.targetRows("SELECT i FROM " + task.database + ".t ORDER BY id"));
    }

    @Test
    void shouldStopWhenNullsBecomeZeros() {
        assertStops(
                Servers.mysql(),
                LAX,
                "ALTER TABLE t MODIFY n int NOT NULL",
                "INSERT INTO t VALUES (3, 3, 3, NULL, NULL, NULL)");
    }

    @Test
    void shouldStopWhenNegativeNumbersBecomeZeros() {
        assertStops(Servers.mysql(), LAX, "ALTER TABLE t CHANGE i j int unsigned NOT NULL");
    }

    @Test
    void shouldStopWhenMariaDbIsAsLax() {
        assertStops(Servers.mariadb(), LAX, "ALTER TABLE t MODIFY n int NOT NULL");
    }

    @Test
    void shouldStopWhenACopyWasFilledWithWhatFits() {
        assertStops(
                Servers.mysql(),
                "CREATE TABLE _t_gho LIKE t",
                "ALTER TABLE _t_gho MODIFY n int NOT NULL",
                "INSERT IGNORE INTO _t_gho SELECT * FROM t",
                "RENAME TABLE t TO _t_del, _t_gho TO t");
    }

    @Test
    void shouldGoOnWhenAllValuesFit() {
        begin(Servers.mysql());
        task.atSource(
                LAX,
                "ALTER TABLE t MODIFY n bigint, MODIFY v varchar(40), MODIFY d decimal(9,4), MODIFY e enum('a','b','c')",
                "ALTER TABLE t CHANGE n m bigint, MODIFY i int NULL, ADD COLUMN more int NOT NULL",
                "ALTER TABLE t MODIFY v text, DROP COLUMN more",
                "INSERT INTO t VALUES (3, 3, 3, 'three', 3.3333, 'c')",
                "SET SESSION sql_mode = 'STRICT_TRANS_TABLES'",
                "UPDATE t SET m = 0 WHERE m IS NULL",
                "ALTER TABLE t MODIFY m bigint NOT NULL",
                "INSERT INTO t VALUES (4, 4, 4, 'four', 4, 'c')");
        CliEnd ended = run();
        assertEquals(0, ended.exitCode(), ended.toString());
        String all = "SELECT id, m, i, v, d, e FROM ";
        assertEquals(task.sourceRows(all + "t ORDER BY id"), task.targetRows(all + task.database + ".t ORDER BY id"));
    }
}
