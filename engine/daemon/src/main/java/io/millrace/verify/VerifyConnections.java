package io.millrace.verify;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

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

    /** How the driver says that the server has no TLS. */
    private static final String NO_TLS = "ssl not enabled in the server";

    private VerifyConnections() {}

    static Connection mysqlSource(DataSource source) {
        return mysql(source, ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_LOGIN_REFUSED);
    }

    static Connection mysqlTarget(DataSource target) {
        return mysql(target, ErrorCode.TARGET_UNREACHABLE, ErrorCode.TARGET_LOGIN_REFUSED);
    }

    private static Connection mysql(DataSource server, ErrorCode unreachable, ErrorCode refused) {
        try {
            return prepared(mysql(server, server.tlsMode()), MYSQL_SESSION);
        } catch (SQLException e) {
            if (server.tlsMode() != TlsMode.PREFERRED
                    || !String.valueOf(e.getMessage()).contains(NO_TLS)) {
                throw failed(unreachable, refused, server, e);
            }
        }
        try {
            return prepared(mysql(server, TlsMode.DISABLED), MYSQL_SESSION);
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

    private static Connection mysql(DataSource source, TlsMode mode) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", source.user());
        properties.setProperty("password", source.password().reveal());
        properties.setProperty(
                "connectTimeout", Long.toString(source.connectTimeout().toMillis()));
        properties.setProperty(
                "sslMode",
                switch (mode) {
                    case DISABLED -> "disable";
                    case PREFERRED, REQUIRED -> "trust";
                    case VERIFY_CA -> "verify-ca";
                    case VERIFY_FULL -> "verify-full";
                });
        source.tlsCa().ifPresent(ca -> properties.setProperty("serverSslCert", ca.toString()));
        return new org.mariadb.jdbc.Driver()
                .connect("jdbc:mariadb://" + literal(source.host()) + ":" + source.port() + "/", properties);
    }

    private static Connection postgres(DataSource target) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", target.password().reveal());
        properties.setProperty("PGDBNAME", target.database());
        properties.setProperty("ApplicationName", "millrace verify");
        properties.setProperty(
                "connectTimeout",
                Long.toString(Math.max(1, target.connectTimeout().toSeconds())));
        properties.setProperty(
                "sslmode",
                switch (target.tlsMode()) {
                    case DISABLED -> "disable";
                    case PREFERRED -> "prefer";
                    case REQUIRED -> "require";
                    case VERIFY_CA -> "verify-ca";
                    case VERIFY_FULL -> "verify-full";
                });
        target.tlsCa().ifPresent(ca -> properties.setProperty("sslrootcert", ca.toString()));
        return new org.postgresql.Driver()
                .connect("jdbc:postgresql://" + literal(target.host()) + ":" + target.port() + "/", properties);
    }

    private static String literal(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
