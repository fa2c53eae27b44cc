package io.millrace.writer.postgres.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class SqlStatesTest {
    private static final Map<String, ErrorCode> CODES = Map.ofEntries(
            Map.entry("08006", ErrorCode.TARGET_CONNECTION_LOST),
            Map.entry("08P01", ErrorCode.TARGET_CONNECTION_LOST),
            Map.entry("57P01", ErrorCode.TARGET_CONNECTION_LOST),
            Map.entry("57P02", ErrorCode.TARGET_CONNECTION_LOST),
            Map.entry("57P05", ErrorCode.TARGET_CONNECTION_LOST),
            Map.entry("57014", ErrorCode.TARGET_BUSY),
            Map.entry("40P01", ErrorCode.TARGET_BUSY),
            Map.entry("40001", ErrorCode.TARGET_BUSY),
            Map.entry("55P03", ErrorCode.TARGET_BUSY),
            Map.entry("53100", ErrorCode.TARGET_BUSY),
            Map.entry("53200", ErrorCode.TARGET_BUSY),
            Map.entry("25006", ErrorCode.TARGET_BUSY),
            Map.entry("42501", ErrorCode.TARGET_PRIVILEGE),
            Map.entry("42P01", ErrorCode.TARGET_TABLE_MISSING),
            Map.entry("3F000", ErrorCode.TARGET_TABLE_MISSING),
            Map.entry("42703", ErrorCode.TARGET_TABLE_MISMATCH),
            Map.entry("42804", ErrorCode.TARGET_TABLE_MISMATCH),
            Map.entry("28P01", ErrorCode.TARGET_LOGIN_REFUSED),
            Map.entry("42601", ErrorCode.TARGET_FAILED),
            Map.entry("XX000", ErrorCode.TARGET_FAILED),
            Map.entry("58030", ErrorCode.TARGET_FAILED),
            Map.entry("22003", ErrorCode.DIRTY_LIMIT),
            Map.entry("23505", ErrorCode.DIRTY_LIMIT),
            Map.entry("54000", ErrorCode.DIRTY_LIMIT),
            Map.entry("P0001", ErrorCode.DIRTY_LIMIT));

    /** An error as the server sends it, every field with a value of a row in it. */
    private static PSQLException fromServer(String state) {
        return new PSQLException(
                new ServerErrorMessage(
                        "SERROR\0VERROR\0C" + state + "\0Mvalue canary\nis bad\0DKey (v)=(canary)\0Hcanary\0"
                                + "Wcanary\0sdw\0titems\0cnote\0npositive\0"),
                false);
    }

    @Test
    void shouldKnowWhoseFaultAStateIs() {
        CODES.forEach((state, code) -> {
            MillraceException error = SqlStates.of(fromServer(state), "applying");
            assertEquals(code, error.code(), state);
            assertTrue(error.getMessage().contains("sqlstate=" + state), error.getMessage());
            assertTrue(
                    error.getMessage().contains("table=dw.items, column=note, constraint=positive"),
                    error.getMessage());
            assertEquals(code == ErrorCode.DIRTY_LIMIT, SqlStates.isRowsFault(fromServer(state)), state);
        });
    }

    /** The table of all writers, where a code is whose fault it says. */
    @Test
    void shouldBlameWhomTheReadmeBlames() throws IOException {
        int codes = 0;
        for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 7 || cells[4].isBlank() || !cells[1].strip().matches("[0-9A-Z ]{5,}")) {
                continue;
            }
            for (String state : cells[1].strip().split(" ")) {
                ErrorCode code = SqlStates.of(fromServer(state), "applying").code();
                if (cells[4].strip().equals("row")) {
                    assertEquals(ErrorCode.DIRTY_LIMIT, code, state);
                } else {
                    assertEquals(retry(cells[5].strip()), code.retry(), state);
                }
                codes++;
            }
        }
        assertTrue(codes > 25, "codes=" + codes);
    }

    private static Retry retry(String then) {
        if (then.startsWith("tried again for five minutes")) {
            return Retry.AWHILE;
        }
        if (then.startsWith("started again")) {
            return Retry.RESTART;
        }
        return then.contains("stops") ? Retry.OPERATOR : Retry.BACKOFF;
    }

    @Test
    void shouldRepeatNoValueWhenARowIsAtFaultOrTheServerIsBroken() {
        CODES.forEach((state, code) -> {
            String message = SqlStates.of(fromServer(state), "applying").getMessage();
            if (code == ErrorCode.DIRTY_LIMIT || state.startsWith("XX")) {
                assertFalse(message.contains("canary"), message);
            } else {
                assertTrue(message.endsWith("server=value canary"), message);
            }
        });
    }

    @Test
    void shouldBeUnreachableRatherThanLostWhileConnecting() {
        for (String state : new String[] {"08001", "08006", "57P03", "53300"}) {
            assertEquals(
                    ErrorCode.TARGET_UNREACHABLE,
                    SqlStates.whileConnecting(fromServer(state), "host=x").code(),
                    state);
        }
        assertEquals(
                ErrorCode.TARGET_LOGIN_REFUSED,
                SqlStates.whileConnecting(fromServer("3D000"), "host=x").code());
        assertEquals(
                ErrorCode.TARGET_TLS,
                SqlStates.whileConnecting(
                                new PSQLException(
                                        "x", PSQLState.CONNECTION_FAILURE, new javax.net.ssl.SSLException("bad")),
                                "host=x")
                        .code());
    }

    @Test
    void shouldBeLostWhenTheDriverHasNoState() {
        SQLException broken =
                new PSQLException("broken", PSQLState.CONNECTION_FAILURE, new IOException("Connection reset"));
        assertEquals(
                ErrorCode.TARGET_CONNECTION_LOST,
                SqlStates.of(broken, "applying").code());
        assertEquals(
                ErrorCode.TARGET_CONNECTION_LOST,
                SqlStates.of(new SQLException("closed"), "applying").code());
    }
}
