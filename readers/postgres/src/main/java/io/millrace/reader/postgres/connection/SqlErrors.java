package io.millrace.reader.postgres.connection;

import io.millrace.connection.DriverErrors;
import io.millrace.connection.postgres.PostgresErrors;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.sql.SQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error of the driver or the server means to a reader.
 *
 * <pre>
 * SQLSTATE   meaning                                    code
 * 08, none   connection                                 SOURCE_CONNECTION_LOST (while connecting: SOURCE_UNREACHABLE)
 * 08004 28 3D  login, database                          SOURCE_LOGIN_REFUSED
 * 42501      privilege                                  SOURCE_PRIVILEGE
 * 40 53 55P03 55006 57014  conflict, resources, busy    SOURCE_BUSY
 * 57         shutdown, crash                            SOURCE_CONNECTION_LOST
 * other                                                 SOURCE_SETTING
 * </pre>
 */
public final class SqlErrors {
    private SqlErrors() {}

    static MillraceException whileConnecting(SQLException error, DataSource source) {
        ErrorCode code = PostgresErrors.isTls(error) ? ErrorCode.SOURCE_TLS : code(error, true);
        return new MillraceException(
                code,
                words(code) + ": datasource=" + source.name() + ", host=" + source.host() + ", port=" + source.port()
                        + ", database=" + source.database() + ", user=" + source.user() + ", " + description(error),
                error);
    }

    public static MillraceException of(SQLException error, String doing) {
        ErrorCode code = code(error, false);
        return new MillraceException(code, words(code) + ": doing=" + doing + ", " + description(error), error);
    }

    private static ErrorCode code(SQLException error, boolean isConnecting) {
        String state = DriverErrors.stateOf(error);
        ErrorCode connection = isConnecting ? ErrorCode.SOURCE_UNREACHABLE : ErrorCode.SOURCE_CONNECTION_LOST;
        return switch (state) {
            case "57014", "55P03", "55006" -> ErrorCode.SOURCE_BUSY;
            case "08004" -> ErrorCode.SOURCE_LOGIN_REFUSED;
            case "42501" -> ErrorCode.SOURCE_PRIVILEGE;
            case "?????" -> connection;
            default ->
                switch (state.substring(0, 2)) {
                    case "08" -> connection;
                    case "28", "3D" -> ErrorCode.SOURCE_LOGIN_REFUSED;
                    case "40", "53" -> isConnecting ? ErrorCode.SOURCE_UNREACHABLE : ErrorCode.SOURCE_BUSY;
                    case "57" -> connection;
                    default -> ErrorCode.SOURCE_SETTING;
                };
        };
    }

    private static String words(ErrorCode code) {
        return switch (code) {
            case SOURCE_UNREACHABLE -> "cannot connect to the source";
            case SOURCE_LOGIN_REFUSED -> "the source refused the login";
            case SOURCE_TLS -> "cannot secure the connection to the source";
            case SOURCE_PRIVILEGE -> "a privilege is missing at the source";
            case SOURCE_CONNECTION_LOST -> "the connection to the source is lost";
            case SOURCE_BUSY -> "the source cannot do this now";
            default -> "the source refused a statement";
        };
    }

    /** SQLSTATE and message; values of rows cannot be in it, for no statement of ours has any but bounds of keys. */
    private static String description(SQLException error) {
        ServerErrorMessage server = PostgresErrors.serverMessage(error);
        String state = "sqlstate=" + DriverErrors.stateOf(error);
        if (server == null) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            return state + ", reason=" + cause.getClass().getSimpleName()
                    + (cause.getMessage() == null ? "" : " " + DriverErrors.firstLine(cause.getMessage()));
        }
        boolean mayHoldValues = DriverErrors.stateOf(error).startsWith("22")
                || DriverErrors.stateOf(error).startsWith("23");
        return mayHoldValues ? state : state + ", server=" + DriverErrors.firstLine(server.getMessage());
    }
}
