package io.millrace.reader.mysql.sql;

import io.millrace.connection.DriverErrors;
import io.millrace.connection.mysql.MySqlErrors;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.PacketReader;
import java.sql.SQLException;
import org.mariadb.jdbc.export.MaxAllowedPacketException;

/**
 * Translates the driver's exceptions. The server's text is passed on only where it cannot hold a row's value, and the
 * driver's exception is then kept as the cause; otherwise its number has to do.
 */
public final class SqlErrors {
    private static final int TABLE_CHANGED = 1412;
    private static final int UNKNOWN_COLUMN = 1054;
    private static final int UNKNOWN_TABLE = 1146;
    private static final int PACKET_TOO_LARGE = 1153;
    private static final int NO_BINLOG = 1381;
    private static final int NO_SUCH_GRANT = 1141;
    private static final int NO_XA_RECOVER = 1401;
    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final int TOO_MANY_CONNECTIONS_OF_USER = 1203;
    private static final int TOO_MANY_USER_RESOURCES = 1226;

    private SqlErrors() {}

    /** What a failure to connect or log in means. */
    static MillraceException ofLogin(SQLException e, DataSource dataSource) {
        String where =
                "dataSource=" + dataSource.name() + ", host=" + dataSource.host() + ", port=" + dataSource.port();
        if (MySqlErrors.asksForTls(e)) {
            return new MillraceException(
                    ErrorCode.SOURCE_TLS,
                    "account cannot log in safely without TLS: " + where + ", user=" + dataSource.user() + ", mode="
                            + dataSource.tlsMode(),
                    e);
        }
        if (MySqlErrors.isLoginRefused(e)) {
            return new MillraceException(
                    ErrorCode.SOURCE_LOGIN_REFUSED,
                    "login refused: " + where + ", user=" + dataSource.user() + ", error=" + e.getErrorCode()
                            + ", text=" + MySqlErrors.text(e),
                    e);
        }
        if (MySqlErrors.isWithoutTls(e)) {
            return new MillraceException(
                    ErrorCode.SOURCE_TLS, "server offers no TLS: " + where + ", mode=" + dataSource.tlsMode());
        }
        if (MySqlErrors.isTls(e)) {
            return new MillraceException(
                    ErrorCode.SOURCE_TLS,
                    "TLS failed: " + where + ", mode=" + dataSource.tlsMode() + ", cause=" + MySqlErrors.rootText(e),
                    e);
        }
        return new MillraceException(
                ErrorCode.SOURCE_UNREACHABLE,
                "cannot connect: " + where + ", error=" + e.getErrorCode() + ", cause=" + MySqlErrors.rootText(e),
                e);
    }

    /** What a failed statement means; {@code sql} holds names only, or is not shown. */
    public static MillraceException of(SQLException e, String sql) {
        int number = e.getErrorCode();
        if (isPrivilege(number)) {
            return new MillraceException(
                    ErrorCode.SOURCE_PRIVILEGE,
                    "privilege missing: error=" + number + ", text=" + MySqlErrors.text(e),
                    e);
        }
        if (number == TABLE_CHANGED || number == UNKNOWN_COLUMN || number == UNKNOWN_TABLE) {
            return new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "table is not as the catalog said: error=" + number + ", text=" + MySqlErrors.text(e));
        }
        if (number == PACKET_TOO_LARGE) {
            return new MillraceException(
                    ErrorCode.ROW_TOO_LARGE, "row exceeds the server's max_allowed_packet: error=" + number);
        }
        if (isBeyondDriver(e)) {
            return new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "row is over the limit, which is 1 GiB and half of the heap: limit="
                            + PacketReader.LARGEST_PAYLOAD);
        }
        if (number == NO_BINLOG) {
            return new MillraceException(ErrorCode.SOURCE_SETTING, "server writes no binlog: setting=log_bin");
        }
        if (isConnection(e)) {
            return new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST,
                    "connection lost: error=" + number + ", state=" + e.getSQLState() + ", cause="
                            + MySqlErrors.rootText(e));
        }
        int verb = sql.indexOf(' ');
        return new MillraceException(
                ErrorCode.SOURCE_PROTOCOL,
                "statement failed: statement=" + (verb < 0 ? sql : sql.substring(0, verb)) + ", error=" + number
                        + ", state=" + e.getSQLState());
    }

    private static boolean isBeyondDriver(SQLException e) {
        Throwable cause = e;
        while (cause != null && !(cause instanceof MaxAllowedPacketException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    static boolean isPrivilege(int number) {
        return switch (number) {
            // for database; for table; for column; of the named kind; no grant defined; XA RECOVER
            case 1044, 1142, 1143, 1227, NO_SUCH_GRANT, NO_XA_RECOVER -> true;
            default -> false;
        };
    }

    private static boolean isConnection(SQLException e) {
        String state = e.getSQLState();
        boolean isClassOfConnections = state != null && state.startsWith("08");
        return switch (e.getErrorCode()) {
            // shutdown; killed; gone; lost; too many
            case 1053, 1927, 3168, 4031, TOO_MANY_CONNECTIONS, TOO_MANY_CONNECTIONS_OF_USER, TOO_MANY_USER_RESOURCES ->
                true;
            default -> isClassOfConnections || DriverErrors.isIo(e);
        };
    }
}
