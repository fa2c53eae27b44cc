package io.millrace.connection.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;

/**
 * Connects and logs in as strictly as the data source's TLS mode says. Where there is no TLS, no key is asked of the server
 * and no password is sent in clear (EXACTNESS 43): an account that needs either is refused by name.
 */
public final class MySqlLogin {
    private static final String METHODS_WITHOUT_TLS =
            "mysql_native_password,caching_sha2_password,client_ed25519,parsec";
    private static final String KEEP_ALIVE_IDLE_SECONDS = "30";
    private static final String KEEP_ALIVE_INTERVAL_SECONDS = "10";
    private static final String KEEP_ALIVE_COUNT = "3";

    private MySqlLogin() {}

    /** What names a file that is to be read and cannot be: its key, and where it should be. */
    public static Optional<String> unreadableFile(DataSource source) {
        boolean verifies = source.tlsMode() == TlsMode.VERIFY_CA || source.tlsMode() == TlsMode.VERIFY_FULL;
        return unreadable("tls.cert", source.tlsCertificate())
                .or(() -> unreadable("tls.key", source.tlsKey()))
                .or(() -> unreadable("tls.ca", source.tlsCa().filter(file -> verifies)));
    }

    private static Optional<String> unreadable(String key, Optional<Path> file) {
        return file.filter(path -> !Files.isReadable(path)).map(path -> "key=" + key + ", file=" + path);
    }

    /**
     * Without TLS where the mode is {@code preferred} and the server has none.
     *
     * @param own options of the driver, beside those of every connection
     */
    public static Connection connect(DataSource source, Map<String, String> own) throws SQLException {
        try {
            return connect(source, source.tlsMode(), own);
        } catch (SQLException e) {
            if (source.tlsMode() == TlsMode.PREFERRED && MySqlErrors.isWithoutTls(e)) {
                return connect(source, TlsMode.DISABLED, own);
            }
            throw e;
        }
    }

    private static Connection connect(DataSource source, TlsMode mode, Map<String, String> own) throws SQLException {
        Properties options = new Properties();
        options.setProperty("user", source.user());
        options.setProperty("password", source.password().reveal());
        options.setProperty("connectTimeout", Integer.toString(timeoutMillis(source)));
        options.setProperty("tcpKeepAlive", "true");
        options.setProperty("tcpKeepIdle", KEEP_ALIVE_IDLE_SECONDS);
        options.setProperty("tcpKeepInterval", KEEP_ALIVE_INTERVAL_SECONDS);
        options.setProperty("tcpKeepCount", KEEP_ALIVE_COUNT);
        options.setProperty("jdbcCompliantTruncation", "false"); // sql_mode is the session's own
        options.setProperty("tinyInt1isBit", "false");
        options.setProperty("allowPublicKeyRetrieval", "false");
        options.setProperty("permitRedirect", "false");
        options.setProperty("deferCertificateValidation", "false");
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
        if (mode != TlsMode.DISABLED && source.tlsCertificate().isPresent()) {
            options.setProperty("tlsSocketType", ClientCertificateTls.TYPE);
            options.setProperty(
                    ClientCertificateTls.CERTIFICATE,
                    source.tlsCertificate().get().toAbsolutePath().toString());
            options.setProperty(
                    ClientCertificateTls.KEY,
                    source.tlsKey().orElseThrow().toAbsolutePath().toString());
        }
        own.forEach(options::setProperty);
        // Not from a builder: the driver fails on a configuration that was not parsed from a URL.
        String url = "jdbc:mariadb://address=(host=" + source.host() + ")(port=" + source.port() + ")/";
        return Driver.connect(Configuration.parse(url, options));
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
