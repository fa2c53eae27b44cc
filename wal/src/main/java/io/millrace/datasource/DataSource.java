package io.millrace.datasource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One server of {@code datasources.yaml}.
 *
 * @param name as tasks call it
 * @param type {@code mysql}, {@code mariadb}, {@code postgres}, {@code file}
 * @param database the database to connect to, where the type needs one; else empty
 * @param tlsMode already resolved: never absent
 * @param tlsCa PEM file of the authorities to trust, for the verifying modes
 * @param tlsCertificate PEM file of the certificate that we show, and those that vouch for it; else no one asks who we are
 * @param tlsKey PEM file of its key, present exactly where the certificate is
 * @param options what a type has for itself, by the names that its writer knows
 */
public record DataSource(
        String name,
        String type,
        String host,
        int port,
        String database,
        String user,
        Secret password,
        TlsMode tlsMode,
        Optional<Path> tlsCa,
        Optional<Path> tlsCertificate,
        Optional<Path> tlsKey,
        Duration connectTimeout,
        Map<String, String> options) {
    public DataSource {
        options = Map.copyOf(options);
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(tlsMode, "tlsMode");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
            throw new IllegalArgumentException("certificate and key belong together: dataSource=" + name);
        }
    }

    /** A server, which has no options of its own. */
    public DataSource(
            String name,
            String type,
            String host,
            int port,
            String database,
            String user,
            Secret password,
            TlsMode tlsMode,
            Optional<Path> tlsCa,
            Optional<Path> tlsCertificate,
            Optional<Path> tlsKey,
            Duration connectTimeout) {
        this(
                name,
                type,
                host,
                port,
                database,
                user,
                password,
                tlsMode,
                tlsCa,
                tlsCertificate,
                tlsKey,
                connectTimeout,
                Map.of());
    }

    /** Something that is no server: it is named by its options alone. */
    public static DataSource of(String name, String type, Map<String, String> options) {
        return new DataSource(
                name,
                type,
                "",
                0,
                "",
                "",
                Secret.NONE,
                TlsMode.DISABLED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                options);
    }

    /** A data source without a certificate of ours. */
    public DataSource(
            String name,
            String type,
            String host,
            int port,
            String database,
            String user,
            Secret password,
            TlsMode tlsMode,
            Optional<Path> tlsCa,
            Duration connectTimeout) {
        this(
                name,
                type,
                host,
                port,
                database,
                user,
                password,
                tlsMode,
                tlsCa,
                Optional.empty(),
                Optional.empty(),
                connectTimeout);
    }
}
