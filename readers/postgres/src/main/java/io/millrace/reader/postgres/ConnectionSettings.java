package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.postgresql.PGProperty;

/** What the driver is told, and what each session sets first, so that no value depends on a setting of server, role or JVM. */
final class ConnectionSettings {
    /** The server cuts longer application names without an error. */
    private static final int MAX_APPLICATION_NAME = 63;

    /** How long the server may be silent while we wait for an answer. */
    private static final int SILENCE_SECONDS = 300;

    /** The server's text of a value is what travels: these make it exact and the same everywhere. */
    static final String FORMS = """
            SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3;\
             SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET client_min_messages = 'warning'""";

    /** For statements of ours; nothing of the source waits for us long. */
    static final String SESSION = FORMS + """
            ; SET standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = '30s';\
             SET idle_in_transaction_session_timeout = 0; SET row_security = off; SET jit = off;\
             SET default_transaction_read_only = off""";

    private ConnectionSettings() {}

    static String url(DataSource source) {
        String host = source.host().indexOf(':') >= 0 ? "[" + source.host() + "]" : source.host();
        return "jdbc:postgresql://" + host + ":" + source.port() + "/";
    }

    static Properties sql(DataSource source, String purpose) {
        Properties properties = common(source, purpose);
        PGProperty.SOCKET_TIMEOUT.set(properties, SILENCE_SECONDS);
        PGProperty.PREFER_QUERY_MODE.set(properties, "extended");
        return properties;
    }

    static Properties replication(DataSource source, String purpose) {
        Properties properties = common(source, purpose);
        PGProperty.SOCKET_FACTORY.set(properties, StreamSocketFactory.class.getName());
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }

    private static Properties common(DataSource source, String purpose) {
        Properties properties = new Properties();
        PGProperty.PG_DBNAME.set(properties, source.database().isEmpty() ? source.user() : source.database());
        PGProperty.USER.set(properties, source.user());
        if (!source.password().isEmpty()) {
            PGProperty.PASSWORD.set(properties, source.password().reveal());
        }
        PGProperty.APPLICATION_NAME.set(properties, cut("millrace " + purpose));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(source));
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds(source));
        PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSocketFactory.class.getName());
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
