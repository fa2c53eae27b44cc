package io.millrace.connection;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import javax.net.ssl.SSLException;

/** What can be said of a driver's error without knowing its server. */
public final class DriverErrors {
    private DriverErrors() {}

    /** Five characters, whatever the driver has. */
    public static String stateOf(SQLException error) {
        String state = error.getSQLState();
        return state == null || state.length() != 5 ? "?????" : state;
    }

    /** Whether TLS failed. A connection that ended in mid-handshake, or was damaged, says nothing of TLS: the next one may do. */
    public static boolean isTls(SQLException error) {
        return !isCut(error)
                && !TlsDamage.isIn(error)
                && isCausedBy(error, SSLException.class, GeneralSecurityException.class);
    }

    /** Whether the connection ended under the driver's hands. */
    public static boolean isCut(SQLException error) {
        return isCausedBy(error, EOFException.class, SocketException.class);
    }

    /** Whether bytes could not be sent or received. */
    public static boolean isIo(SQLException error) {
        return isCausedBy(error, IOException.class);
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

    /** A message up to its first line's end; nothing where there is none. */
    public static String firstLine(String message) {
        int end = message == null ? -1 : message.indexOf('\n');
        return message == null ? "" : end < 0 ? message : message.substring(0, end);
    }
}
