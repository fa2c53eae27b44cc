package io.millrace.reader.postgres.connection;

import io.millrace.connection.postgres.KeepAliveSocketFactory;
import io.millrace.connection.postgres.PostgresLogin;
import io.millrace.datasource.DataSource;
import java.util.Properties;
import org.postgresql.PGProperty;

/** What the driver is told, and what each session sets first, so that no value depends on a setting of server, role or JVM. */
public final class ConnectionSettings {
    /** How long the server may be silent while we wait for an answer. */
    static final int SILENCE_SECONDS = 300;

    /** The server's text of a value is what travels: these make it exact and the same everywhere. */
    public static final String FORMS = """
            SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3;\
             SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET client_min_messages = 'warning'""";

    /** For statements of ours; nothing of the source waits for us long. */
    static final String SESSION = FORMS + """
            ; SET standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = '30s';\
             SET idle_in_transaction_session_timeout = 0; SET row_security = off; SET jit = off;\
             SET default_transaction_read_only = off""";

    private ConnectionSettings() {}

    static Properties sql(DataSource source, String purpose) {
        Properties properties = PostgresLogin.properties(source, "millrace " + purpose, KeepAliveSocketFactory.class);
        PGProperty.SOCKET_TIMEOUT.set(properties, SILENCE_SECONDS);
        PGProperty.PREFER_QUERY_MODE.set(properties, "extended");
        return properties;
    }

    /** Of a connection whose bytes nobody counts. */
    static Properties replication(DataSource source, String purpose) {
        return replication(source, purpose, KeepAliveSocketFactory.class);
    }

    /** Of one that nobody waits for. */
    static Properties brief(DataSource source, String purpose) {
        Properties properties = replication(source, purpose);
        PGProperty.SOCKET_TIMEOUT.set(properties, SILENCE_SECONDS);
        return properties;
    }

    static Properties stream(DataSource source, String purpose, StreamHearing hearing) {
        Properties properties = replication(source, purpose, StreamSocketFactory.class);
        PGProperty.SOCKET_FACTORY_ARG.set(properties, hearing.word());
        return properties;
    }

    private static Properties replication(
            DataSource source, String purpose, Class<? extends KeepAliveSocketFactory> sockets) {
        Properties properties = PostgresLogin.properties(source, "millrace " + purpose, sockets);
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }
}
