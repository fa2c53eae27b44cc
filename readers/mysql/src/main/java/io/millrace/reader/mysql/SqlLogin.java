package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;

/**
 * Connects and logs in as strictly as the data source's TLS mode says. Where there is no TLS, no key is asked of the server
 * and no password is sent in clear (EXACTNESS 43): an account that needs either is refused by name.
 */
final class SqlLogin {
    private static final String METHODS_WITHOUT_TLS =
            "mysql_native_password,caching_sha2_password,client_ed25519,parsec";
    private static final String KEEP_ALIVE_IDLE_SECONDS = "60";
    private static final String KEEP_ALIVE_INTERVAL_SECONDS = "10";
    private static final String KEEP_ALIVE_COUNT = "6";

    private SqlLogin() {}

    static Connection connect(DataSource dataSource) {
        requireReadable(dataSource);
        try {
            return connect(dataSource, dataSource.tlsMode());
        } catch (SQLException e) {
            if (dataSource.tlsMode() == TlsMode.PREFERRED && SqlErrors.isWithoutTls(e)) {
                try {
                    return connect(dataSource, TlsMode.DISABLED);
                } catch (SQLException plain) {
                    throw SqlErrors.ofLogin(plain, dataSource);
                }
            }
            throw SqlErrors.ofLogin(e, dataSource);
        }
    }

    private static void requireReadable(DataSource dataSource) {
        dataSource.tlsCertificate().ifPresent(file -> requireReadable(dataSource, "tls.cert", file));
        dataSource.tlsKey().ifPresent(file -> requireReadable(dataSource, "tls.key", file));
        boolean verifies = dataSource.tlsMode() == TlsMode.VERIFY_CA || dataSource.tlsMode() == TlsMode.VERIFY_FULL;
        Path ca = dataSource.tlsCa().orElse(null);
        if (verifies && ca != null) {
            requireReadable(dataSource, "tls.ca", ca);
        }
    }

    private static void requireReadable(DataSource dataSource, String key, Path file) {
        if (!Files.isReadable(file)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_TLS,
                    "cannot read " + key + ": dataSource=" + dataSource.name() + ", file=" + file);
        }
    }

    private static Connection connect(DataSource dataSource, TlsMode mode) throws SQLException {
        Properties options = new Properties();
        options.setProperty("user", dataSource.user());
        options.setProperty("password", dataSource.password().reveal());
        options.setProperty("connectTimeout", Integer.toString(timeoutMillis(dataSource)));
        options.setProperty("tcpKeepAlive", "true");
        options.setProperty("tcpKeepIdle", KEEP_ALIVE_IDLE_SECONDS);
        options.setProperty("tcpKeepInterval", KEEP_ALIVE_INTERVAL_SECONDS);
        options.setProperty("tcpKeepCount", KEEP_ALIVE_COUNT);
        options.setProperty("useServerPrepStmts", "true");
        options.setProperty("cachePrepStmts", "false");
        options.setProperty("jdbcCompliantTruncation", "false");
        options.setProperty("tinyInt1isBit", "false");
        options.setProperty("transformedBitIsBoolean", "false");
        options.setProperty("allowLocalInfile", "false");
        options.setProperty("allowPublicKeyRetrieval", "false");
        options.setProperty("permitRedirect", "false");
        options.setProperty("deferCertificateValidation", "false");
        options.setProperty("sslMode", sslMode(mode));
        if (mode == TlsMode.DISABLED) {
            options.setProperty("restrictedAuth", METHODS_WITHOUT_TLS);
        }
        if (mode == TlsMode.VERIFY_CA || mode == TlsMode.VERIFY_FULL) {
            dataSource.tlsCa().ifPresent(ca -> {
                options.setProperty("serverSslCert", ca.toAbsolutePath().toString());
                options.setProperty("fallbackToSystemTrustStore", "false");
            });
        }
        if (mode != TlsMode.DISABLED && dataSource.tlsCertificate().isPresent()) {
            options.setProperty("tlsSocketType", ClientCertificateTls.TYPE);
            options.setProperty(
                    ClientCertificateTls.CERTIFICATE,
                    dataSource.tlsCertificate().get().toAbsolutePath().toString());
            options.setProperty(
                    ClientCertificateTls.KEY,
                    dataSource.tlsKey().orElseThrow().toAbsolutePath().toString());
        }
        // Not from a builder: the driver fails on a configuration that was not parsed from a URL.
        String url = "jdbc:mariadb://address=(host=" + dataSource.host() + ")(port=" + dataSource.port() + ")/";
        return Driver.connect(Configuration.parse(url, options));
    }

    private static int timeoutMillis(DataSource dataSource) {
        return (int) Math.min(
                Integer.MAX_VALUE, Math.max(1, dataSource.connectTimeout().toMillis()));
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
