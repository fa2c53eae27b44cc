package io.millrace.writer.mysql.connection;

import io.millrace.connection.mysql.MySqlLogin;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * How a session is opened: with every setting fixed that could change a value.
 */
public final class ConnectionSettings {
    /** A server that says nothing for so long, while we wait for it, is given up. */
    public static final int SILENCE_SECONDS = 300;

    /** The statements that every session begins with; MYSQL.md shows them. */
    public static final List<String> SESSION = List.of(
            "SET NAMES utf8mb4",
            "SET SESSION time_zone = '+00:00'",
            // Strict, but zero dates and days like February 30th are values that a source may have.
            "SET SESSION sql_mode ="
                    + " 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES'",
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "SET SESSION foreign_key_checks = 1, unique_checks = 1, sql_notes = 1, sql_safe_updates = 0,"
                    + " sql_big_selects = 1, sql_select_limit = DEFAULT",
            "SET SESSION innodb_lock_wait_timeout = 60, lock_wait_timeout = 60",
            "SET SESSION wait_timeout = 86400, net_read_timeout = 600, net_write_timeout = 600");

    private ConnectionSettings() {}

    /**
     * Connects and logs in.
     *
     * @param silenceSeconds after which a silent server is given up; 0 for a session that waits for whatever takes long
     */
    static Connection connect(DataSource source, String name, int silenceSeconds) {
        MySqlLogin.unreadableFile(source).ifPresent(file -> {
            throw new MillraceException(
                    ErrorCode.TARGET_TLS, "cannot read a file: datasource=" + source.name() + ", " + file);
        });
        try {
            return MySqlLogin.connect(
                    source,
                    Map.of(
                            "socketTimeout",
                            Integer.toString(silenceSeconds * 1_000),
                            "connectionAttributes",
                            "program_name:" + attribute(name),
                            "useServerPrepStmts",
                            "false",
                            "useAffectedRows", // an update that changes nothing has still met its row
                            "false",
                            "allowLocalInfile", // answered by StatementMessage alone, with our lines
                            "true",
                            "allowMultiQueries",
                            "false",
                            "dumpQueriesOnException",
                            "false"));
        } catch (SQLException e) {
            throw SqlErrors.whileConnecting(e, source);
        }
    }

    /** What separates attributes is replaced. */
    private static String attribute(String name) {
        return name.replace(',', '_').replace(':', '_');
    }
}
