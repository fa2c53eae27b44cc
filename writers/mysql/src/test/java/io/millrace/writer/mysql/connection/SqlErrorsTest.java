package io.millrace.writer.mysql.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlErrorsTest {
    /** Those that are known by their state. */
    private static final Map<String, String> STATES = Map.of(
            "1048", "23000", "1062", "23000", "1451", "23000", "1452", "23000", "4025", "23000", "1644", "45000");

    private static ErrorCode code(int number, String state) {
        return SqlErrors.of(StatementException.of(number, state, "text"), "testing")
                .code();
    }

    @Test
    void shouldTellWhoseFaultItIsByNumberAndState() {
        assertEquals(ErrorCode.DIRTY_LIMIT, code(1062, "23000"));
        assertEquals(ErrorCode.DIRTY_LIMIT, code(1406, "22001"));
        assertEquals(ErrorCode.DIRTY_LIMIT, code(1265, "01000"));
        assertEquals(ErrorCode.DIRTY_LIMIT, code(1366, "HY000"));
        assertEquals(ErrorCode.DIRTY_LIMIT, code(1644, "45000"));
        assertEquals(ErrorCode.DIRTY_LIMIT, code(3819, "HY000"));
        assertEquals(ErrorCode.TARGET_BUSY, code(1205, "HY000"));
        assertEquals(ErrorCode.TARGET_BUSY, code(1213, "40001"));
        assertEquals(ErrorCode.TARGET_BUSY, code(1114, "HY000"));
        assertEquals(ErrorCode.TARGET_BUSY, code(1290, "HY000"));
        assertEquals(ErrorCode.TARGET_BUSY, code(1317, "70100"));
        assertEquals(ErrorCode.TARGET_PRIVILEGE, code(1142, "42000"));
        assertEquals(ErrorCode.TARGET_TABLE_MISSING, code(1146, "42S02"));
        assertEquals(ErrorCode.TARGET_TABLE_MISMATCH, code(1054, "42S22"));
        assertEquals(ErrorCode.TARGET_TABLE_MISMATCH, code(1364, "HY000"));
        assertEquals(ErrorCode.TARGET_CONNECTION_LOST, code(1053, "08S01"));
        assertEquals(ErrorCode.ROW_TOO_LARGE, code(1153, "08S01"));
        assertEquals(ErrorCode.TARGET_FAILED, code(1064, "42000"));
        SQLException lost = new SQLException("Socket error", "HY000", new IOException("broken pipe"));
        assertTrue(SqlErrors.isConnectionLost(lost));
    }

    /** The table of all writers, where a number is whose fault it says. */
    @Test
    void shouldBlameWhomTheReadmeBlames() throws IOException {
        int codes = 0;
        for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 7 || !cells[2].strip().matches("[0-9 ]{4,}")) {
                continue;
            }
            for (String number : cells[2].strip().split(" ")) {
                ErrorCode code = code(Integer.parseInt(number), STATES.getOrDefault(number, "HY000"));
                if (cells[4].strip().equals("row")) {
                    assertEquals(ErrorCode.DIRTY_LIMIT, code, number);
                } else {
                    assertEquals(retry(cells[5].strip()), code.retry(), number);
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
    void shouldNameKeyColumnAndConstraintAndNoValue() {
        StatementException duplicate =
                StatementException.of(1062, "23000", "Duplicate entry 'canary' for key 'x'' for key 'items.PRIMARY'");
        assertEquals("PRIMARY", duplicate.key());
        assertEquals("error=1062, sqlstate=23000, key=items.PRIMARY", duplicate.getMessage());
        StatementException old = StatementException.of(1062, "23000", "Duplicate entry 'canary' for key 'mail'");
        assertEquals("mail", old.key());
        StatementException text = StatementException.of(
                1366, "HY000", "Incorrect string value: '\\xE4 canary' for column 'note' at row 1");
        assertEquals("error=1366, sqlstate=HY000, column=note", text.getMessage());
        StatementException qualified = StatementException.of(
                1292, "22007", "Incorrect datetime value: 'canary' for column `shop`.`items`.`at` at row 3");
        assertFalse(qualified.getMessage().contains("canary"), qualified.getMessage());
        assertTrue(qualified.getMessage().endsWith("column=at"), qualified.getMessage());
        StatementException parent = StatementException.of(
                1452,
                "23000",
                "Cannot add or update a child row: a foreign key constraint fails (`shop`.`items`, CONSTRAINT `to_shop`"
                        + " FOREIGN KEY (`shop`) REFERENCES `shop` (`id`))");
        assertEquals("error=1452, sqlstate=23000, constraint=to_shop", parent.getMessage());
        StatementException check = StatementException.of(3819, "HY000", "Check constraint 'positive' is violated.");
        assertEquals("error=3819, sqlstate=HY000, constraint=positive", check.getMessage());
    }

    @Test
    void shouldKeepTheServersTextWhereItHoldsNoValue() {
        StatementException busy = StatementException.of(1205, "HY000", "Lock wait timeout exceeded");
        assertTrue(busy.getMessage().contains("server=Lock wait timeout exceeded"), busy.getMessage());
    }
}
