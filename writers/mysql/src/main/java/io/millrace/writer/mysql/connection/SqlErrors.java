package io.millrace.writer.mysql.connection;

import io.millrace.connection.DriverErrors;
import io.millrace.connection.mysql.MySqlErrors;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Refusal;
import io.millrace.writer.sql.ServerFaults;
import io.millrace.writer.sql.SqlFailure;
import java.sql.SQLException;

/**
 * Whose fault an error of the server is, by its number, and by its SQLSTATE where the number is not known.
 *
 * <pre>
 * error                                              becomes
 * 08…, 1053, 1927, 3168, 4031, I/O                   TARGET_CONNECTION_LOST (while connecting: TARGET_UNREACHABLE)
 * 1044, 1045, 1129, 1130, 1698, 3118 …               TARGET_LOGIN_REFUSED while connecting
 * 1044, 1142, 1143, 1227, 1370                       TARGET_PRIVILEGE
 * 1205, 1206, 1213, 1614, 3058                       TARGET_BUSY: locks, deadlocks
 * 1021, 1026, 1037, 1038, 1041, 1114, 1135, 1712     TARGET_BUSY: disk, memory
 * 1040, 1203, 1226                                   TARGET_BUSY: connections (while connecting: TARGET_UNREACHABLE)
 * 1290, 1792, 1836, 3024, 1317, 1969                 TARGET_BUSY: read-only, cancelled
 * 1049, 1051, 1146                                   TARGET_TABLE_MISSING
 * 1054, 1136, 1364, 1906, 3105, 4161                 TARGET_TABLE_MISMATCH
 * 1153, 1301                                         ROW_TOO_LARGE
 * 22…, 23…, 45…, and those of HY000 and 42000        the row's
 *   that speak of a value
 * the rest                                           TARGET_FAILED
 * </pre>
 */
public final class SqlErrors {
    private static final int NO_SUCH_VARIABLE = 1193;

    /** The same for what all writers share. */
    public static final ServerFaults FAULTS = new ServerFaults() {
        @Override
        public boolean isRowsFault(SQLException error) {
            return SqlErrors.isRowsFault(error);
        }

        @Override
        public boolean isShapesFault(SQLException error) {
            return SqlErrors.isShapesFault(error);
        }

        @Override
        public boolean isConnectionLost(SQLException error) {
            return SqlErrors.isConnectionLost(error);
        }

        @Override
        public MillraceException of(SQLException error, String doing) {
            return SqlErrors.of(error, doing);
        }

        @Override
        public Refusal refusal(SQLException error) {
            return new Refusal(Integer.toString(error.getErrorCode()), DriverErrors.stateOf(error), description(error));
        }
    };

    private SqlErrors() {}

    /** Whether another row in its place might have been written. */
    public static boolean isRowsFault(SQLException error) {
        return isRowsFault(error.getErrorCode(), DriverErrors.stateOf(error));
    }

    public static boolean isRowsFault(int number, String state) {
        return code(number, state) == ErrorCode.DIRTY_LIMIT;
    }

    /** Whether the text names the column whose value it was. */
    static boolean namesColumn(int number) {
        return switch (number) {
            case 1048, 1263, 1264, 1265, 1292, 1366, 1406, 1416, 3140, 3155, 3156, 3903 -> true;
            default -> false;
        };
    }

    /** Whether the text names a constraint. */
    static boolean namesConstraint(int number) {
        return switch (number) {
            case 1216, 1217, 1451, 1452, 3819, 4025 -> true;
            default -> false;
        };
    }

    /** Whether somebody may have altered or replaced a table since its statements were made. */
    static boolean isShapesFault(SQLException error) {
        ErrorCode code = code(error.getErrorCode(), DriverErrors.stateOf(error));
        return code == ErrorCode.TARGET_TABLE_MISSING || code == ErrorCode.TARGET_TABLE_MISMATCH;
    }

    static boolean isConnectionLost(SQLException error) {
        return codeOf(error) == ErrorCode.TARGET_CONNECTION_LOST;
    }

    static boolean isUnknownVariable(SQLException error) {
        return error.getErrorCode() == NO_SUCH_VARIABLE;
    }

    /** An error of a session that stood. */
    public static MillraceException of(SQLException error, String doing) {
        ErrorCode code = codeOf(error);
        return new MillraceException(
                code, SqlFailure.words(code) + ": doing=" + doing + ", " + description(error), cause(error));
    }

    /** The driver repeats the server's text in its exceptions: only our own are kept. */
    private static Throwable cause(SQLException error) {
        return error instanceof StatementException || error.getErrorCode() == 0 ? error : null;
    }

    /** What may be said of an error: number, SQLSTATE, names, and the text where it cannot hold values. */
    public static String description(SQLException error) {
        if (error instanceof StatementException) {
            return error.getMessage();
        }
        if (error.getErrorCode() == 0 || !isKnown(error)) {
            return "sqlstate=" + DriverErrors.stateOf(error) + ", reason=" + MySqlErrors.rootText(error);
        }
        return StatementException.of(error.getErrorCode(), DriverErrors.stateOf(error), MySqlErrors.text(error))
                .getMessage();
    }

    private static boolean isKnown(SQLException error) {
        return codeOf(error) != ErrorCode.TARGET_CONNECTION_LOST;
    }

    private static ErrorCode codeOf(SQLException error) {
        ErrorCode code = code(error.getErrorCode(), DriverErrors.stateOf(error));
        return code == ErrorCode.TARGET_FAILED && DriverErrors.isIo(error) ? ErrorCode.TARGET_CONNECTION_LOST : code;
    }

    private static ErrorCode code(int number, String state) {
        return switch (number) {
            case 1053, 1077, 1152, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 3168, 4031 ->
                ErrorCode.TARGET_CONNECTION_LOST;
            case 1044, 1142, 1143, 1227, 1370, 1410, 4155 -> ErrorCode.TARGET_PRIVILEGE;
            case 1205, 1206, 1213, 1614, 3058, 3572 -> ErrorCode.TARGET_BUSY;
            case 1021, 1026, 1037, 1038, 1041, 1114, 1135, 1197, 1712 -> ErrorCode.TARGET_BUSY;
            case 1040, 1203, 1226 -> ErrorCode.TARGET_BUSY;
            case 1290, 1317, 1412, 1637, 1792, 1836, 1969, 3024, 3100, 3101 -> ErrorCode.TARGET_BUSY;
            case 1049, 1051, 1146 -> ErrorCode.TARGET_TABLE_MISSING;
            case 1054, 1136, 1364, 1906, 3105, 4161 -> ErrorCode.TARGET_TABLE_MISMATCH;
            case 1153, 1301 -> ErrorCode.ROW_TOO_LARGE;
            case 1118,
                    1264,
                    1265,
                    1292,
                    1366,
                    1367,
                    1406,
                    1416,
                    1526,
                    1748,
                    3140,
                    3141,
                    3146,
                    3155,
                    3156,
                    3157,
                    3158,
                    3819,
                    6138 -> ErrorCode.DIRTY_LIMIT;
            default ->
                switch (state.length() < 2 ? "" : state.substring(0, 2)) {
                    case "08" -> ErrorCode.TARGET_CONNECTION_LOST;
                    case "22", "23", "44", "45" -> ErrorCode.DIRTY_LIMIT;
                    case "40" -> ErrorCode.TARGET_BUSY;
                    default -> ErrorCode.TARGET_FAILED;
                };
        };
    }

    /** An error while connecting and logging in. */
    static MillraceException whileConnecting(SQLException error, DataSource source) {
        String where = "datasource=" + source.name() + ", host=" + source.host() + ", port=" + source.port() + ", user="
                + source.user() + ", tls=" + source.tlsMode();
        ErrorCode code = whileConnecting(error);
        return new MillraceException(
                code,
                SqlFailure.words(code) + ": " + where + ", error=" + error.getErrorCode() + ", reason="
                        + MySqlErrors.rootText(error),
                error);
    }

    private static ErrorCode whileConnecting(SQLException error) {
        if (MySqlErrors.isTls(error)) {
            return ErrorCode.TARGET_TLS;
        }
        return MySqlErrors.isLoginRefused(error) ? ErrorCode.TARGET_LOGIN_REFUSED : ErrorCode.TARGET_UNREACHABLE;
    }
}
