package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, arguments and a JVM that are wrong, through the command line. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class BadFileIT {
    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void makeTask() {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    }

    private void assertRefused(ErrorCode code, String... lines) {
        long objects = task.targetObjects();
        for (String command : new String[] {"run", "check", "plan", "verify"}) {
            CliEnd ended = task.cli().run(command, "task.yaml");
            assertEquals(code.exitCode(), ended.exitCode(), ended.toString());
            for (String line : lines) {
                assertTrue(ended.err().contains("error " + code.label() + ": " + line), line + " is not in " + ended);
            }
            assertTrue(ended.err().contains("\nadvice: " + code.advice()), ended.toString());
        }
        assertEquals(objects, task.targetObjects());
        assertFalse(Files.exists(directory.resolve("millrace-data")));
    }

    @Test
    void shouldNameTheKeyAndItsPlaceWhenItIsUnknown() {
        task.with("table: []");
        assertRefused(ErrorCode.UNKNOWN_KEY, "task.yaml:5:1: unknown key: key=table, nearest=tables");
    }

    @Test
    void shouldNameTheKeyAndItsPlaceWhenItStandsTwice() {
        task.with("source: warehouse");
        assertRefused(ErrorCode.YAML_SYNTAX, "task.yaml:5:1: duplicate key: key=source");
    }

    @Test
    void shouldNameTheUnitsWhenOneIsWrong() {
        task.with("resources: {memory: 256MB}");
        assertRefused(
                ErrorCode.INVALID_VALUE,
                "task.yaml:5:21: unknown unit: unit=MB, expected=KiB, MiB, GiB, key=resources.memory");
    }

    @Test
    void shouldNameTheKeyWhenItIsNotBuiltYet() {
        task.with("alerts: [{metric: lag, above: 1m, notify: [ops]}]");
        assertRefused(ErrorCode.NOT_SUPPORTED_YET, "task.yaml:5:35: not built yet: key=alerts[0].notify");
    }

    @Test
    void shouldNameTheVariableWhenASecretIsNotThere() {
        task.source("password", "'${env:NOT_SET_ANYWHERE}'");
        assertRefused(
                ErrorCode.SECRET_UNREADABLE,
                "datasources.yaml:3:13: secret cannot be read: key=shop.password, env=NOT_SET_ANYWHERE");
    }

    @Test
    void shouldWarnAndGoOnWhenAPasswordIsLiteral() {
        String password = Servers.mysql().password();
        task.source("password", "'" + password + "'");

        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up");

        assertEquals(0, ended.exitCode(), ended.toString());
        assertTrue(
                ended.err().contains("warning MR1012: datasources.yaml:3:13: literal password: key=shop.password"),
                ended.toString());
        assertEquals(1, task.targetCount("SELECT count(*) FROM " + task.database + ".t"));
    }

    @Test
    void shouldNameTheFlagWhenTheJvmLacksIt() {
        CliEnd ended = task.cli()
                .child()
                .withoutFlag("--add-exports=java.base/sun.nio.ch")
                .run("run", "task.yaml");

        assertEquals(5, ended.exitCode(), ended.toString());
        assertTrue(ended.err().contains("error MR4008: "), ended.toString());
        assertTrue(ended.err().contains("sun.nio.ch"), ended.toString());
        assertFalse(Files.exists(directory.resolve("millrace-data")));
    }

    @Test
    void shouldPrintErrorsAsObjectsWhenAskedTo() {
        CliEnd ended = task.cli().run("run", "nothing.yaml", "--json");

        assertEquals(2, ended.exitCode(), ended.toString());
        assertEquals("", ended.out());
        assertTrue(ended.err().startsWith("{\"error\": {\"code\": \"MR1002\", \"kind\": \"user\""), ended.toString());
    }

    @Test
    void shouldRefuseWrongArguments() {
        for (String[] arguments : new String[][] {
            {},
            {"rnu"},
            {"run"},
            {"run", "task.yaml", "--untl", "caught-up"},
            {"run", "task.yaml", "--until", "yesterday"},
            {"reload", "task.yaml", "--table", "t"},
            {"schema", "nonsense"}
        }) {
            CliEnd ended = task.cli().run(arguments);
            assertEquals(2, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("error MR100"), ended.toString());
            assertEquals("", ended.out());
        }
    }
}
