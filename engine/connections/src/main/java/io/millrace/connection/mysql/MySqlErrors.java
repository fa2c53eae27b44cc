package io.millrace.connection.mysql;

import io.millrace.connection.DriverErrors;
import java.sql.SQLException;

/** What the driver's errors mean while somebody connects and logs in, and what text they have from the server. */
public final class MySqlErrors {
    static final String SHA256 = "sha256_password";
    private static final String CLEAR = "mysql_clear_password";

    private MySqlErrors() {}

    /** Whether the server offers no TLS at all. */
    public static boolean isWithoutTls(SQLException error) {
        return text(error).contains("ssl not enabled in the server");
    }

    /** Whether the account's method takes the password itself, which a connection without TLS does not send. */
    public static boolean asksForTls(SQLException error) {
        String text = text(error);
        return text.contains("RSA public key")
                || (text.contains("restrict authentication plugin")
                        && (text.contains("'" + SHA256 + "'") || text.contains("'" + CLEAR + "'")));
    }

    /** Whether the connection could not be made as safe as was asked. */
    public static boolean isTls(SQLException error) {
        return isWithoutTls(error)
                || asksForTls(error)
                || (!isLoginRefused(error)
                        && (DriverErrors.isTls(error) || text(error).contains("SSL hostname verification failed")));
    }

    public static boolean isLoginRefused(SQLException error) {
        return switch (error.getErrorCode()) {
            // access denied; host blocked; host not allowed; no such method; without password; must change, expired;
            // locked
            case 1044, 1045, 1129, 1130, 1251, 1698, 1820, 1862, 3118, 4151 -> true;
            default -> false;
        };
    }

    /** The server's text without the driver's prefix. */
    public static String text(SQLException error) {
        String message = error.getMessage() == null ? "" : error.getMessage();
        return message.startsWith("(conn=") && message.indexOf(") ") > 0
                ? message.substring(message.indexOf(") ") + 2)
                : message;
    }

    /** What the innermost cause says. */
    public static String rootText(SQLException error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof SQLException sql ? text(sql) : root.toString();
    }
}
