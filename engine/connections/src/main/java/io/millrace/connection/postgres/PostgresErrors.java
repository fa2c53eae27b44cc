package io.millrace.connection.postgres;

import io.millrace.connection.DriverErrors;
import io.millrace.connection.TlsDamage;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the driver's errors have from the server, and what is TLS's. */
public final class PostgresErrors {
    private PostgresErrors() {}

    /** What the server said; or null, where the error is the driver's own. */
    public static ServerErrorMessage serverMessage(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException driver && driver.getServerErrorMessage() != null) {
                return driver.getServerErrorMessage();
            }
        }
        return null;
    }

    /** Whether the connection could not be made as safe as was asked. */
    public static boolean isTls(SQLException error) {
        if (DriverErrors.isTls(error)) {
            return true;
        }
        // The driver's own refusals have no cause and a translated text, in which these words stand in every language:
        // no
        // TLS at the server, a certificate file that cannot be read, a certificate for another host.
        String message = error.getMessage();
        return serverMessage(error) == null
                && !DriverErrors.isCut(error)
                && !TlsDamage.isIn(error)
                && message != null
                && (message.contains("SSL") || message.contains("HostnameVerifier"));
    }
}
