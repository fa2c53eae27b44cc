package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user gets wrong, through the command line: the exit code, the error's code, the key or object, one
 * line of advice; and nothing is changed.
 */
abstract class BadInputContract {
    @TempDir
    Path directory;

    private CliTask task;

    abstract Server source();

    /** Another server of the same kind. */
    abstract Server otherSource();

    abstract String type();

    @BeforeEach
    void makeTask() {
        PostgresServer target = Servers.postgres();
        task = new CliTask(directory, source(), target);
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(20))", "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }

    /** Run and check refuse the task alike, and neither changes anything. */
    private void assertRefused(ErrorCode code, String... names) {
        assertRefused(task.cli(), code, names);
    }

    private void assertRefused(Cli cli, ErrorCode code, String... names) {
        long objects = task.targetObjects();
        CliEnd run = cli.run("run", "task.yaml", "--until", "caught-up");
        assertError(run, code, names);
        CliEnd check = cli.run("check", "task.yaml");
        assertEquals(code.exitCode(), check.exitCode(), check.toString());
        assertTrue((check.out() + check.err()).contains(code.label()), check.toString());
        for (String name : names) {
            assertTrue((check.out() + check.err()).contains(name), name + " is not in " + check);
        }
        assertEquals(objects, task.targetObjects());
    }

    private static void assertError(CliEnd ended, ErrorCode code, String... names) {
        assertEquals(code.exitCode(), ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("error " + code.label() + ": "), ended.toString());
        assertTrue(ended.err().contains("\nadvice: " + code.advice() + "\n"), ended.toString());
        for (String name : names) {
            assertTrue(ended.err().contains(name), name + " is not in " + ended);
        }
        assertFalse(ended.err().contains("\tat "), "a stack is not for users: " + ended);
    }

    private CliEnd runToEnd() {
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    @Test
    void shouldRefuseWhenASourceCannotBeReached() {
        task.source("host", "127.0.0.2").source("port", "1");
        assertRefused(ErrorCode.SOURCE_UNREACHABLE, "127.0.0.2", "port=1");
    }

    @Test
    void shouldRefuseWhenATargetCannotBeReached() {
        task.target("port", "1");
        assertRefused(ErrorCode.TARGET_UNREACHABLE, "port=1");
    }

    @Test
    void shouldRefuseWhenAPasswordIsWrong() {
        assertRefused(
                task.cli().variable("SOURCE_PASSWORD", "wrong-secret"),
                ErrorCode.SOURCE_LOGIN_REFUSED,
                source().user());
        assertRefused(
                task.cli().variable("TARGET_PASSWORD", "wrong-secret"), ErrorCode.TARGET_LOGIN_REFUSED, "warehouse");
    }

    @Test
    void shouldRefuseWhenReplicationIsNotGranted() {
        source().execute(
                        null,
                        "CREATE USER " + task.database + "@'%' IDENTIFIED BY 'pw'",
                        "GRANT SELECT ON " + task.database + ".* TO " + task.database + "@'%'");
        task.source("user", task.database);
        assertRefused(task.cli().variable("SOURCE_PASSWORD", "pw"), ErrorCode.SOURCE_PRIVILEGE, "REPLICATION SLAVE");
    }

    @Test
    void shouldRefuseWhenTheBinlogHoldsStatements() {
        source().execute(null, "SET GLOBAL binlog_format = 'STATEMENT'");
        try {
            assertRefused(ErrorCode.SOURCE_SETTING, "binlog_format");
        } finally {
            source().execute(null, "SET GLOBAL binlog_format = 'ROW'");
        }
    }

    @Test
    void shouldRefuseWhenATableHasNoKey() {
        task.atSource("CREATE TABLE keyless (v int)");
        assertRefused(ErrorCode.TABLE_WITHOUT_KEY, task.database + ".keyless");
    }

    @Test
    void shouldRefuseWhenTheDataDirectoryIsOfAnotherServer() {
        runToEnd();
        long objects = task.targetObjects();
        otherSource().execute(null, "CREATE DATABASE IF NOT EXISTS " + task.database);
        otherSource().execute(task.database, "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, v varchar(20))");
        task.source("port", Integer.toString(otherSource().port()));

        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");

        assertError(ended, ErrorCode.SOURCE_IDENTITY);
        assertEquals(objects, task.targetObjects());
        assertEquals(2, task.targetCount("SELECT count(*) FROM " + task.database + ".t"));
    }

    @Test
    void shouldRefuseWhenThePositionIsPurged() {
        runToEnd();
        task.atSource("INSERT INTO t VALUES (3, 'three')");
        purgeAll();

        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");

        assertError(ended, ErrorCode.SOURCE_POSITION_PURGED);
        assertEquals(2, task.targetCount("SELECT count(*) FROM " + task.database + ".t"));
    }

    /** A server keeps what it still sends: it may take a while to see that the reader has gone. */
    private void purgeAll() {
        source().execute(null, "FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
        long deadline = System.nanoTime() + 180_000_000_000L;
        do {
            source().execute(null, purge());
        } while (binlogFiles() > 1 && System.nanoTime() < deadline);
        assertEquals(1, binlogFiles());
    }

    private int binlogFiles() {
        try (Connection connection = source().connect();
                Statement statement = connection.createStatement();
                ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
            int count = 0;
            while (files.next()) {
                count++;
            }
            return count;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot list binlog files", e);
        }
    }

    /** The statement that removes all binlog files but the current one. */
    abstract String purge();

    @Test
    void shouldRefuseASecondProcessAndLeaveTheFirstOneAlone() {
        try (ChildCli.Started first = task.cli().child().start("run", "task.yaml")) {
            first.waitFor(err -> err.contains("incremental"));

            assertError(task.cli().run("run", "task.yaml"), ErrorCode.DATA_DIRECTORY_LOCKED);

            task.atSource("INSERT INTO t VALUES (3, 'three')");
            waitForRows(3);
            assertEquals(0, first.stop().exitCode(), first.toString());
        }
    }

    private void waitForRows(long count) {
        String query = "SELECT count(*) FROM " + task.database + ".t";
        long deadline = System.nanoTime() + 180_000_000_000L;
        while (task.targetCount(query) < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(count, task.targetCount(query));
    }

    @Test
    void shouldStopTheReaderWhenAnotherOneTakesItsServerId(@TempDir Path otherDirectory) {
        String spec = "{datasource: shop, server_id: 777}";
        CliTask other = new CliTask(otherDirectory, source(), task.target);
        other.atSource("CREATE TABLE t (id int PRIMARY KEY)");
        other.sourceSpec(spec);
        task.sourceSpec(spec);
        try (ChildCli.Started first = task.cli().child().start("run", "task.yaml")) {
            first.waitFor(err -> err.contains("incremental"));
            try (ChildCli.Started second = other.cli().child().start("run", "task.yaml")) {
                assertError(first.end(), ErrorCode.SOURCE_SERVER_ID_TAKEN, "777");
                second.stop();
            }
        }
    }

    @Test
    void shouldRefuseWhenTheTargetUserMayNotCreate() {
        String user = task.targetDatabase + "_user";
        task.atTarget(
                "CREATE ROLE " + user + " LOGIN PASSWORD 'pw'",
                "REVOKE CREATE ON DATABASE " + task.targetDatabase + " FROM PUBLIC");
        task.target("user", user);
        assertRefused(task.cli().variable("TARGET_PASSWORD", "pw"), ErrorCode.TARGET_PRIVILEGE, "CREATE");
    }

    @Test
    void shouldRefuseWhenATargetTableHoldsRows() {
        task.atTarget(
                "CREATE SCHEMA " + task.database,
                "CREATE TABLE " + task.database + ".t (id int PRIMARY KEY, v varchar(20))",
                "INSERT INTO " + task.database + ".t VALUES (7, 'seven')");
        assertRefused(ErrorCode.TARGET_ROWS_EXIST, task.database + ".t");
        assertEquals(1, task.targetCount("SELECT count(*) FROM " + task.database + ".t"));
    }

    @Test
    void shouldRefuseWhenATargetTableLacksAColumn() {
        task.atTarget("CREATE SCHEMA " + task.database, "CREATE TABLE " + task.database + ".t (id int PRIMARY KEY)");
        assertRefused(ErrorCode.TARGET_TABLE_MISMATCH, task.database + ".t", "v");
    }

    @Test
    void shouldGiveUpWhenNothingIsSelected() {
        task.tables("[nowhere.*]");
        assertRefused(ErrorCode.NO_TABLE_SELECTED);
        assertFalse(Files.exists(directory.resolve("millrace-data")));
    }
}
