package io.millrace.reader.mysql.connection;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * Translates the servers' error packets. MySQL and MariaDB send nearly everything that ends a dump as 1236, so its text has to
 * tell; the texts are those of {@code sql/rpl_source.cc}, {@code sql/rpl_binlog_sender.cc} and MariaDB's {@code sql/sql_repl.cc}.
 */
final class BinlogErrors {
    private static final int TOO_MANY_CONNECTIONS = 1040;
    private static final int ACCESS_DENIED_DATABASE = 1044;
    private static final int ACCESS_DENIED = 1045;
    private static final int SERVER_SHUTDOWN = 1053;
    private static final int HOST_BLOCKED = 1129;
    private static final int HOST_NOT_PRIVILEGED = 1130;
    private static final int TABLE_ACCESS_DENIED = 1142;
    private static final int NOT_SUPPORTED_AUTH = 1251;
    private static final int SPECIFIC_ACCESS_DENIED = 1227;
    private static final int MASTER_FATAL = 1236;
    private static final int MUST_CHANGE_PASSWORD = 1820;
    private static final int PASSWORD_EXPIRED = 1862;
    private static final int ACCOUNT_LOCKED = 3118;
    private static final int MARIADB_SAME_ID = 4052;
    private static final int ACCESS_DENIED_NO_PASSWORD = 1698;

    private BinlogErrors() {}

    /** The exception for an error packet; {@code during} says what was being done. */
    static MillraceException of(int number, String text, String during) {
        return new MillraceException(
                code(number, text), "server refused: during=" + during + ", error=" + number + ", text=" + text);
    }

    private static ErrorCode code(int number, String text) {
        return switch (number) {
            case ACCESS_DENIED_NO_PASSWORD,
                    HOST_BLOCKED,
                    HOST_NOT_PRIVILEGED,
                    NOT_SUPPORTED_AUTH,
                    MUST_CHANGE_PASSWORD,
                    PASSWORD_EXPIRED,
                    ACCOUNT_LOCKED -> ErrorCode.SOURCE_LOGIN_REFUSED;
            // What a command is refused with whose privilege is missing, too; BinlogLogin tells a password that is
            // wrong.
            case ACCESS_DENIED, ACCESS_DENIED_DATABASE, TABLE_ACCESS_DENIED, SPECIFIC_ACCESS_DENIED ->
                ErrorCode.SOURCE_PRIVILEGE;
            case TOO_MANY_CONNECTIONS -> ErrorCode.SOURCE_UNREACHABLE;
            case MARIADB_SAME_ID -> ErrorCode.SOURCE_SERVER_ID_TAKEN;
            case SERVER_SHUTDOWN -> ErrorCode.SOURCE_CONNECTION_LOST;
            case MASTER_FATAL -> dump(text);
            default -> ErrorCode.SOURCE_PROTOCOL;
        };
    }

    private static ErrorCode dump(String text) {
        if (text.contains("same server_uuid/server_id")) {
            return ErrorCode.SOURCE_SERVER_ID_TAKEN;
        }
        if (text.contains("purged") || text.contains("Could not find first log file name")) {
            return ErrorCode.SOURCE_POSITION_PURGED;
        }
        if (text.contains("more GTIDs than")
                || text.contains("position > file size")
                || text.contains("impossible position")
                || text.contains("diverged")
                || text.contains("not in the master's binlog")
                || text.contains("is missing the GTID")) {
            return ErrorCode.SOURCE_IDENTITY;
        }
        if (text.contains("max_allowed_packet") || text.contains("log is not open") || text.contains("Misconfigured")) {
            return ErrorCode.SOURCE_SETTING;
        }
        return ErrorCode.SOURCE_PROTOCOL;
    }
}
