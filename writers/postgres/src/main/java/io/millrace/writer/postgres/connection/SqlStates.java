package io.millrace.writer.postgres.connection;

import io.millrace.connection.DriverErrors;
import io.millrace.connection.postgres.PostgresErrors;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.Refusal;
import io.millrace.writer.sql.ServerFaults;
import io.millrace.writer.sql.SqlFailure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.ServerErrorMessage;

/**
 * Whose fault an error of the server is, by its SQLSTATE. The server's detail, hint and context are never repeated, and its
 * message only where the class of error cannot hold a row's value.
 *
 * <pre>
 * class   meaning                                    becomes
 * 08      connection                                 TARGET_CONNECTION_LOST (while connecting: TARGET_UNREACHABLE)
 * 08004   the driver's: no password, unknown method  TARGET_LOGIN_REFUSED
 * 21      a statement met a row twice                the row's, after it was tried alone
 * 22      data: range, length, encoding, syntax      the row's
 * 23      integrity constraint                       the row's
 * 25006   read-only transaction                      TARGET_BUSY: a standby, or a full disk's guard
 * 28      login                                      TARGET_LOGIN_REFUSED
 * 3D      no such database                           TARGET_LOGIN_REFUSED
 * 3F      no such schema                             TARGET_TABLE_MISSING
 * 40      rollback: deadlock, serialization          TARGET_BUSY
 * 42501   privilege                                  TARGET_PRIVILEGE
 * 42P01   no such table                              TARGET_TABLE_MISSING
 * 42703, 42804, 42P10, 428C9 …                       TARGET_TABLE_MISMATCH
 * 44      view's check option                        the row's
 * 53      disk, memory, connections                  TARGET_BUSY (while connecting: TARGET_UNREACHABLE)
 * 54      a limit: index row too large …             the row's
 * 55P03   lock timeout; 55006 object in use          TARGET_BUSY
 * 57      shutdown, crash, cancelled                 TARGET_CONNECTION_LOST; 57014 TARGET_BUSY
 * P0      raised by a trigger                        the row's
 * other                                              TARGET_FAILED
 * </pre>
 */
public final class SqlStates {
    public static final String NOT_NULL_VIOLATION = "23502";
    public static final String UNIQUE_VIOLATION = "23505";
    public static final String CARDINALITY_VIOLATION = "21000";

    /** The same for what all writers share. */
    public static final ServerFaults FAULTS = new ServerFaults() {
        @Override
        public boolean isRowsFault(SQLException error) {
            return SqlStates.isRowsFault(error);
        }

        @Override
        public boolean isShapesFault(SQLException error) {
            return SqlStates.isShapesFault(error);
        }

        @Override
        public boolean isConnectionLost(SQLException error) {
            return SqlStates.isConnectionLost(error);
        }

        @Override
        public MillraceException of(SQLException error, String doing) {
            return SqlStates.of(error, doing);
        }

        @Override
        public Refusal refusal(SQLException error) {
            String state = DriverErrors.stateOf(error);
            return new Refusal(state, state, description(error));
        }
    };

    private SqlStates() {}

    /** Whether another row in its place might have been written. */
    static boolean isRowsFault(SQLException error) {
        String state = DriverErrors.stateOf(error);
        return switch (state.substring(0, 2)) {
            case "21", "22", "23", "44", "54", "P0" -> true;
            default -> false;
        };
    }

    /** Whether somebody may have altered or replaced a table since its statements were made. */
    static boolean isShapesFault(SQLException error) {
        ErrorCode code = code(error, false);
        return code == ErrorCode.TARGET_TABLE_MISSING
                || code == ErrorCode.TARGET_TABLE_MISMATCH
                || DriverErrors.stateOf(error).equals("0A000");
    }

    static boolean isConnectionLost(SQLException error) {
        return code(error, false) == ErrorCode.TARGET_CONNECTION_LOST;
    }

    /** An error while connecting and logging in. */
    static MillraceException whileConnecting(SQLException error, String where) {
        ErrorCode code = PostgresErrors.isTls(error) ? ErrorCode.TARGET_TLS : code(error, true);
        return new MillraceException(code, SqlFailure.words(code) + ": " + where + ", " + description(error), error);
    }

    /** An error of a session that stood. */
    public static MillraceException of(SQLException error, String doing) {
        ErrorCode code = code(error, false);
        return new MillraceException(
                code, SqlFailure.words(code) + ": doing=" + doing + ", " + description(error), error);
    }

    private static ErrorCode code(SQLException error, boolean isConnecting) {
        String state = DriverErrors.stateOf(error);
        ErrorCode connection = isConnecting ? ErrorCode.TARGET_UNREACHABLE : ErrorCode.TARGET_CONNECTION_LOST;
        return switch (state) {
            case "57014", "25006", "55P03", "55006" -> ErrorCode.TARGET_BUSY;
            case "57P04" -> ErrorCode.TARGET_FAILED;
            case "08004" -> ErrorCode.TARGET_LOGIN_REFUSED;
            case "42501" -> ErrorCode.TARGET_PRIVILEGE;
            case "42P01" -> ErrorCode.TARGET_TABLE_MISSING;
            case "42703", "42804", "42P10", "428C9", "42809", "42704" -> ErrorCode.TARGET_TABLE_MISMATCH;
            case "?????" -> connection;
            default ->
                switch (state.substring(0, 2)) {
                    case "08" -> connection;
                    case "28", "3D" -> ErrorCode.TARGET_LOGIN_REFUSED;
                    case "3F" -> ErrorCode.TARGET_TABLE_MISSING;
                    case "40" -> ErrorCode.TARGET_BUSY;
                    case "53" -> isConnecting ? ErrorCode.TARGET_UNREACHABLE : ErrorCode.TARGET_BUSY;
                    case "57" -> connection;
                    case "21", "22", "23", "44", "54", "P0" -> ErrorCode.DIRTY_LIMIT;
                    default -> ErrorCode.TARGET_FAILED;
                };
        };
    }

    /** What may be said of an error: SQLSTATE, names, and the message where it cannot hold values. */
    public static String description(SQLException error) {
        List<String> parts = new ArrayList<>();
        parts.add("sqlstate=" + DriverErrors.stateOf(error));
        ServerErrorMessage server = PostgresErrors.serverMessage(error);
        if (server == null) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            parts.add("reason=" + cause.getClass().getSimpleName()
                    + (isRowsFault(error) || cause.getMessage() == null
                            ? ""
                            : " " + DriverErrors.firstLine(cause.getMessage())));
            return String.join(", ", parts);
        }
        if (server.getTable() != null) {
            parts.add("table=" + server.getSchema() + "." + server.getTable());
        }
        if (server.getColumn() != null) {
            parts.add("column=" + server.getColumn());
        }
        if (server.getConstraint() != null) {
            parts.add("constraint=" + server.getConstraint());
        }
        if (!isRowsFault(error) && !DriverErrors.stateOf(error).startsWith("XX")) {
            parts.add("server=" + DriverErrors.firstLine(server.getMessage()));
        }
        return String.join(", ", parts);
    }

    /** The table that a constraint of the server named, as schema.table; or null. */
    public static String tableOf(SQLException error) {
        ServerErrorMessage server = PostgresErrors.serverMessage(error);
        return server == null || server.getTable() == null ? null : server.getSchema() + "." + server.getTable();
    }
}
