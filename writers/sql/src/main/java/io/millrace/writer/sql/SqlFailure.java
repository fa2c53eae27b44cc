package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import java.io.EOFException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/** What can be said of a driver's error without knowing its server. */
public final class SqlFailure {
    private SqlFailure() {}

    /** Five characters, whatever the driver has. */
    public static String stateOf(SQLException error) {
        String state = error.getSQLState();
        return state == null || state.length() != 5 ? "?????" : state;
    }

    /** Whether TLS failed. A connection that ended in mid-handshake says nothing of TLS: the next one may do. */
    public static boolean isTls(SQLException error) {
        return !isCut(error) && isCausedBy(error, SSLException.class, GeneralSecurityException.class);
    }

    /** Whether the connection ended under the driver's hands. */
    public static boolean isCut(SQLException error) {
        return isCausedBy(error, EOFException.class, SocketException.class);
    }

    @SafeVarargs
    private static boolean isCausedBy(Throwable error, Class<? extends Exception>... types) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            for (Class<? extends Exception> type : types) {
                if (type.isInstance(cause)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How a message of ours begins. */
    public static String words(ErrorCode code) {
        return switch (code) {
            case TARGET_UNREACHABLE -> "cannot connect to the target";
            case TARGET_LOGIN_REFUSED -> "the target refused the login";
            case TARGET_TLS -> "cannot secure the connection to the target";
            case TARGET_PRIVILEGE -> "a privilege is missing at the target";
            case TARGET_CONNECTION_LOST -> "the connection to the target is lost";
            case TARGET_BUSY -> "the target cannot take this now";
            case TARGET_TABLE_MISSING -> "a table is missing at the target";
            case TARGET_TABLE_MISMATCH -> "a target table does not have the shape that was planned";
            case ROW_TOO_LARGE -> "a row is larger than the target takes";
            case DIRTY_LIMIT -> "a row cannot be written";
            default -> "the target failed";
        };
    }
}
