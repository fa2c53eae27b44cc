package io.millrace.writer.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * How this program's sessions are made: what the driver is told, and what each session sets first, so that no value
 * depends on a setting of server, database, role or JVM.
 */
final class ConnectionSettings {
    /** The server cuts longer application names without an error. */
    private static final int MAX_APPLICATION_NAME = 63;

    /**
     * How long the server may be silent while we wait for it, or take none of the bytes that we write. It is much longer than any statement of ours takes, since waits
     * for locks end sooner: it turns a server that stands still into a lost connection, which is seen and tried again.
     */
    static final int SILENCE_SECONDS = 300;

    /**
     * One round trip. Joins are nested loops over the key's index, always: the plan of an upsert must not turn into a scan
     * because a table was empty when it was made. synchronous_commit stays the server's.
     */
    static final String SESSION = """
            SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';\
             SET standard_conforming_strings = on; SET extra_float_digits = 1; SET bytea_output = 'hex';\
             SET client_min_messages = 'warning'; SET search_path = ''; SET default_transaction_isolation = 'read committed';\
             SET default_transaction_read_only = off; SET statement_timeout = 0;\
             SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'; SET row_security = off;\
             SET jit = off; SET plan_cache_mode = 'force_generic_plan'; SET max_parallel_workers_per_gather = 0;\
             SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off""";

    /** Triggers and foreign keys rest. A role that is no superuser needs the parameter granted (15 and later). */
    static final String REPLICA = "SET session_replication_role = 'replica'";

    private ConnectionSettings() {}

    static String url(DataSource source) {
        String host = source.host().indexOf(':') >= 0 ? "[" + source.host() + "]" : source.host();
        return "jdbc:postgresql://" + host + ":" + source.port() + "/";
    }

    /**
     * What the driver is told.
     *
     * @param silenceSeconds after which a silent server is given up; 0 for a session that waits for whatever takes long
     */
    static Properties properties(DataSource source, String applicationName, int silenceSeconds) {
        Properties properties = new Properties();
        PGProperty.PG_DBNAME.set(properties, source.database().isEmpty() ? source.user() : source.database());
        PGProperty.USER.set(properties, source.user());
        if (!source.password().isEmpty()) {
            PGProperty.PASSWORD.set(properties, source.password().reveal());
        }
        PGProperty.APPLICATION_NAME.set(properties, cut(applicationName));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(source));
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds(source));
        PGProperty.SOCKET_TIMEOUT.set(properties, silenceSeconds);
        PGProperty.SOCKET_FACTORY.set(properties, KeepAliveSocketFactory.class.getName());
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        // What the server says of rows, in detail and context, stays out of every message.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, "false");
        PGProperty.PREFER_QUERY_MODE.set(properties, "extended");
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
