package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;

/** What is said of a failure, whatever the server. */
public final class SqlFailure {
    private SqlFailure() {}

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
