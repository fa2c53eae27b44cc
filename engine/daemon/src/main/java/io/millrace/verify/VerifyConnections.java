package io.millrace.verify;

import io.millrace.connection.mysql.MySqlLogin;
import io.millrace.connection.postgres.KeepAliveSocketFactory;
import io.millrace.connection.postgres.PostgresLogin;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/** Connects to the two servers of a comparison, with sessions whose zone and formats are fixed. */
final class VerifyConnections {
    private static final String[] MYSQL_SESSION = {
        "SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 3600",
        "SET NAMES utf8mb4",
        "SET SESSION TRANSACTION READ ONLY"
    };
    private static final String[] POSTGRES_SESSION = {
        "SET TimeZone = 'UTC'",
        "SET DateStyle = 'ISO, YMD'",
        "SET IntervalStyle = 'postgres'",
        "SET extra_float_digits = 1",
        "SET bytea_output = 'hex'",
        "SET lc_monetary = 'C'",
        "SET statement_timeout = 0",
        "SET default_transaction_read_only = on"
    };

    /** A row may take half of the heap, where the driver's own limit is a quarter. */
    private static final Map<String, String> MYSQL_OPTIONS = Map.of(
            "maxAllowedPacket",
            Long.toString(Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2)));

    private VerifyConnections() {}

    static Connection mysqlSource(DataSource source) {
        return mysql(source, ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_LOGIN_REFUSED);
    }

    static Connection mysqlTarget(DataSource target) {
        return mysql(target, ErrorCode.TARGET_UNREACHABLE, ErrorCode.TARGET_LOGIN_REFUSED);
    }

    private static Connection mysql(DataSource server, ErrorCode unreachable, ErrorCode refused) {
        try {
            return prepared(MySqlLogin.connect(server, MYSQL_OPTIONS), MYSQL_SESSION);
        } catch (SQLException e) {
            throw failed(unreachable, refused, server, e);
        }
    }

    static Connection postgresSource(DataSource source) {
        try {
            return prepared(postgres(source), POSTGRES_SESSION);
        } catch (SQLException e) {
            throw failed(ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_LOGIN_REFUSED, source, e);
        }
    }

    static Connection postgresTarget(DataSource target) {
        try {
            return prepared(postgres(target), POSTGRES_SESSION);
        } catch (SQLException e) {
            throw failed(ErrorCode.TARGET_UNREACHABLE, ErrorCode.TARGET_LOGIN_REFUSED, target, e);
        }
    }

    /** Class 28 is a refused login; the drivers' own text may quote what was sent, so it is not shown. */
    private static MillraceException failed(
            ErrorCode unreachable, ErrorCode refused, DataSource server, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return new MillraceException(
                state.startsWith("28") ? refused : unreachable,
                "cannot connect to compare: datasource=" + server.name() + ", host=" + server.host() + ", port="
                        + server.port() + ", sqlState=" + state,
                e);
    }

    private static Connection prepared(Connection connection, String[] statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection postgres(DataSource server) throws SQLException {
        Properties properties = PostgresLogin.properties(server, "millrace verify", KeepAliveSocketFactory.class);
        return new Driver().connect(PostgresLogin.url(server), properties);
    }
}
