package io.millrace.connection.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.postgresql.PGProperty;

/** What the driver is told of a server and of who logs in: as strict as the data source's TLS mode says. */
public final class PostgresLogin {
    /** The server cuts longer application names without an error. */
    private static final int MAX_APPLICATION_NAME = 63;

    private PostgresLogin() {}

    public static String url(DataSource source) {
        String host = source.host().indexOf(':') >= 0 ? "[" + source.host() + "]" : source.host();
        return "jdbc:postgresql://" + host + ":" + source.port() + "/";
    }

    /**
     * What every session is opened with; the caller adds what his alone need.
     *
     * @param applicationName for whoever looks at the server's list of sessions; cut to what the server takes
     * @param sockets of what kind they are
     */
    public static Properties properties(
            DataSource source, String applicationName, Class<? extends KeepAliveSocketFactory> sockets) {
        Properties properties = new Properties();
        PGProperty.PG_DBNAME.set(properties, source.database().isEmpty() ? source.user() : source.database());
        PGProperty.USER.set(properties, source.user());
        if (!source.password().isEmpty()) {
            PGProperty.PASSWORD.set(properties, source.password().reveal());
        }
        PGProperty.APPLICATION_NAME.set(properties, cut(applicationName));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(source));
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds(source));
        PGProperty.SOCKET_FACTORY.set(properties, sockets.getName());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        // What the server says of rows, in detail and context, stays out of every message.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, "false");
        PGProperty.SSL_MODE.set(properties, sslMode(source.tlsMode()));
        if (source.tlsCa().isPresent()) {
            PGProperty.SSL_ROOT_CERT.set(properties, source.tlsCa().get().toString());
        } else if (source.tlsMode() == TlsMode.VERIFY_CA || source.tlsMode() == TlsMode.VERIFY_FULL) {
            PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return properties;
    }

    private static int seconds(DataSource source) {
        return (int) Math.max(
                1, Math.min(Integer.MAX_VALUE / 1000, source.connectTimeout().toSeconds()));
    }

    private static String sslMode(TlsMode mode) {
        return switch (mode) {
            case DISABLED -> "disable";
            case PREFERRED -> "prefer";
            case REQUIRED -> "require";
            case VERIFY_CA -> "verify-ca";
            case VERIFY_FULL -> "verify-full";
        };
    }

    /** By code points, so that the server has no half character to cut. */
    private static String cut(String name) {
        String cut = name;
        while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_APPLICATION_NAME) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}
