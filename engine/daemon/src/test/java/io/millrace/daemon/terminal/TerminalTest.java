package io.millrace.daemon.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TerminalTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean isInteractive) {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                isInteractive);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldDrawTheProgressLineAgainBelowWhatIsPrinted() {
        Terminal terminal = terminal(true);
        terminal.progress("10%");
        terminal.note("a log line");
        terminal.progress("20%");
        terminal.progress("");
        terminal.result("done");

        assertEquals("10%\r\u001b[Ka log line\n10%\r\u001b[K20%\r\u001b[K", err());
        assertEquals("done\n", out());
    }

    @Test
    void shouldPrintAnErrorAsTwoLinesOrAnObject() {
        MillraceException e = new MillraceException(ErrorCode.SOURCE_UNREACHABLE, "cannot connect: host=é");
        terminal(false).error(e, false);
        assertEquals("error MR2001: cannot connect: host=é\nadvice: " + e.code().advice() + "\n", err());

        err.reset();
        terminal(false).error(e, true);
        assertEquals(
                "{\"error\": {\"code\": \"MR2001\", \"kind\": \"source\", \"message\": \"cannot connect: host=é\", \"advice\": \""
                        + e.code().advice() + "\"}}\n",
                err());
    }

    @Test
    void shouldLogNoMessageOfAForeignException() {
        Logs.configure(terminal(false), LogFormat.text, LogLevel.debug);
        Exception foreign = new IllegalStateException("Key (id)=(canary) already exists");

        LoggerFactory.getLogger("io.millrace.test")
                .error("failed: table=t", new MillraceException(ErrorCode.INVARIANT, "ours: a=b", foreign));
        LoggerFactory.getLogger("org.postgresql.core").error("INSERT INTO t VALUES ('canary')");
        LoggerFactory.getLogger("org.mariadb.jdbc.client").debug("execute query: 'canary'");
        java.util.logging.Logger.getLogger("org.postgresql.core").severe("canary");

        assertTrue(err().contains("ERROR test: failed: table=t"), err());
        assertTrue(err().contains("io.millrace.error.MillraceException: ours: a=b"), err());
        assertTrue(err().contains("caused by java.lang.IllegalStateException\n"), err());
        assertFalse(err().contains("canary"), err());
    }

    @Test
    void shouldBoundLinesInLengthAndNumber() {
        Logs.configure(terminal(false), LogFormat.text, LogLevel.info);

        LoggerFactory.getLogger("io.millrace.test").info("tables={}", "t".repeat(100_000));
        assertTrue(err().endsWith("t… (characters=100007)\n"), err());
        assertTrue(err().length() < 5_000);

        err.reset();
        for (int i = 0; i < 1_000; i++) {
            LoggerFactory.getLogger("io.millrace.test").warn("lost again: i={}", i);
        }
        assertEquals(RepeatedLines.MOST_A_MINUTE, err().lines().count());
    }

    @Test
    void shouldWriteLogLinesAsObjectsWhenAskedTo() {
        Logs.configure(terminal(false), LogFormat.json, LogLevel.info);

        LoggerFactory.getLogger("io.millrace.test").info("said: a=b");
        LoggerFactory.getLogger("io.millrace.test").debug("not said");
        java.util.logging.Logger.getLogger("io.millrace.test").warning("bridged");

        String[] lines = err().split("\n", -1);
        assertEquals(3, lines.length, err());
        assertTrue(
                lines[0].matches("\\{\"time\": \"[0-9T:.-]+Z\", \"level\": \"info\", .*\"message\": \"said: a=b\"}"),
                lines[0]);
        assertTrue(lines[1].contains("\"message\": \"bridged\""), lines[1]);
    }
}
