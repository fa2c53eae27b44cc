package io.millrace.writer.postgres.connection;

import io.millrace.connection.postgres.PostgresLogin;
import io.millrace.datasource.DataSource;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * How this program's sessions are made: what the driver is told, and what each session sets first, so that no value
 * depends on a setting of server, database, role or JVM.
 */
public final class ConnectionSettings {
    /**
     * How long the server may be silent while we wait for it, or take none of the bytes that we write. It is much longer than any statement of ours takes, since waits
     * for locks end sooner: it turns a server that stands still into a lost connection, which is seen and tried again.
     */
    public static final int SILENCE_SECONDS = 300;

    /**
     * One round trip. Joins are nested loops over the key's index, always: the plan of an upsert must not turn into a scan
     * because a table was empty when it was made. synchronous_commit stays the server's.
     */
    public static final String SESSION = """
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

    /**
     * What the driver is told.
     *
     * @param silenceSeconds after which a silent server is given up; 0 for a session that waits for whatever takes long
     */
    static Properties properties(DataSource source, String applicationName, int silenceSeconds) {
        Properties properties = PostgresLogin.properties(source, applicationName, BoundedSocketFactory.class);
        PGProperty.SOCKET_TIMEOUT.set(properties, silenceSeconds);
        PGProperty.PREFER_QUERY_MODE.set(properties, "extended");
        return properties;
    }
}
