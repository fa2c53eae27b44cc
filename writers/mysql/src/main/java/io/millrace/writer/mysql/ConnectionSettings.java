package io.millrace.writer.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;

/**
 * How a session is opened: as strictly as the data source's TLS mode says, and with every setting fixed that could change a value.
 * Where there is no TLS, no key is asked of the server and no password is sent in clear (EXACTNESS 43).
 */
final class ConnectionSettings {
    /** A server that says nothing for so long, while we wait for it, is given up. */
    static final int SILENCE_SECONDS = 300;

    /** The statements that every session begins with; MYSQL.md shows them. */
    static final List<String> SESSION = List.of(
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

    private static final String METHODS_WITHOUT_TLS =
            "mysql_native_password,caching_sha2_password,client_ed25519,parsec";
    private static final String KEEP_ALIVE_IDLE_SECONDS = "30";
    private static final String KEEP_ALIVE_INTERVAL_SECONDS = "10";
    private static final String KEEP_ALIVE_COUNT = "3";

    private ConnectionSettings() {}

    /**
     * Connects and logs in.
     *
     * @param silenceSeconds after which a silent server is given up; 0 for a session that waits for whatever takes long
     */
    static Connection connect(DataSource source, String name, int silenceSeconds) {
        refuseCertificate(source);
        try {
            return connect(source, source.tlsMode(), name, silenceSeconds);
        } catch (SQLException e) {
            if (source.tlsMode() == TlsMode.PREFERRED && SqlErrors.isWithoutTls(e)) {
                try {
                    return connect(source, TlsMode.DISABLED, name, silenceSeconds);
                } catch (SQLException plain) {
                    throw SqlErrors.whileConnecting(plain, source);
                }
            }
            throw SqlErrors.whileConnecting(e, source);
        }
    }

    private static void refuseCertificate(DataSource source) {
        if (source.tlsCertificate().isPresent()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a client certificate cannot be shown to this target yet: datasource=" + source.name()
                            + ", key=tls.cert");
        }
        boolean verifies = source.tlsMode() == TlsMode.VERIFY_CA || source.tlsMode() == TlsMode.VERIFY_FULL;
        Path ca = source.tlsCa().orElse(null);
        if (verifies && ca != null && !Files.isReadable(ca)) {
            throw new MillraceException(
                    ErrorCode.TARGET_TLS, "cannot read tls.ca: datasource=" + source.name() + ", file=" + ca);
        }
    }

    private static Connection connect(DataSource source, TlsMode mode, String name, int silenceSeconds)
            throws SQLException {
        Properties options = new Properties();
        options.setProperty("user", source.user());
        options.setProperty("password", source.password().reveal());
        options.setProperty("connectTimeout", Integer.toString(timeoutMillis(source)));
        options.setProperty("socketTimeout", Integer.toString(silenceSeconds * 1_000));
        options.setProperty("tcpKeepAlive", "true");
        options.setProperty("tcpKeepIdle", KEEP_ALIVE_IDLE_SECONDS);
        options.setProperty("tcpKeepInterval", KEEP_ALIVE_INTERVAL_SECONDS);
        options.setProperty("tcpKeepCount", KEEP_ALIVE_COUNT);
        options.setProperty("connectionAttributes", "program_name:" + attribute(name));
        options.setProperty("useServerPrepStmts", "false");
        options.setProperty("useAffectedRows", "false"); // an update that changes nothing has still met its row
        options.setProperty("jdbcCompliantTruncation", "false"); // sql_mode is ours
        options.setProperty("tinyInt1isBit", "false");
        options.setProperty("allowLocalInfile", "true"); // answered by StatementMessage alone, with our lines
        options.setProperty("allowMultiQueries", "false");
        options.setProperty("allowPublicKeyRetrieval", "false");
        options.setProperty("permitRedirect", "false");
        options.setProperty("deferCertificateValidation", "false");
        options.setProperty("dumpQueriesOnException", "false");
        options.setProperty("sslMode", sslMode(mode));
        if (mode == TlsMode.DISABLED) {
            options.setProperty("restrictedAuth", METHODS_WITHOUT_TLS);
        }
        if (mode == TlsMode.VERIFY_CA || mode == TlsMode.VERIFY_FULL) {
            source.tlsCa().ifPresent(ca -> {
                options.setProperty("serverSslCert", ca.toAbsolutePath().toString());
                options.setProperty("fallbackToSystemTrustStore", "false");
            });
        }
        // Not from a builder: the driver fails on a configuration that was not parsed from a URL.
        String url = "jdbc:mariadb://address=(host=" + source.host() + ")(port=" + source.port() + ")/";
        return Driver.connect(Configuration.parse(url, options));
    }

    /** What separates attributes is replaced. */
    private static String attribute(String name) {
        return name.replace(',', '_').replace(':', '_');
    }

    private static int timeoutMillis(DataSource source) {
        return (int)
                Math.min(Integer.MAX_VALUE, Math.max(1, source.connectTimeout().toMillis()));
    }

    private static String sslMode(TlsMode mode) {
        return switch (mode) {
            case DISABLED -> "disable";
            case PREFERRED, REQUIRED -> "trust";
            case VERIFY_CA -> "verify-ca";
            case VERIFY_FULL -> "verify-full";
        };
    }
}
