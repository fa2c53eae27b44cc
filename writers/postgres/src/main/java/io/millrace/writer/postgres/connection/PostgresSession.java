package io.millrace.writer.postgres.connection;

import io.millrace.connection.postgres.PostgresLogin;
import io.millrace.datasource.DataSource;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.sql.Savepoint;
import io.millrace.writer.sql.SqlSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Query;

/**
 * One connection, with every setting that could change a value fixed. Statements run in the driver's autocommit mode, so that
 * BEGIN and COMMIT travel with others in one round trip.
 *
 * <p>Confined to one thread. A session that failed is aborted and replaced, never used again.
 */
public final class PostgresSession extends SqlSession {
    private final BaseConnection base;
    private final Pipeline pipeline;
    private final boolean isReplica;

    private PostgresSession(Connection connection, boolean isReplica) throws SQLException {
        super(connection, "BEGIN");
        this.isReplica = isReplica;
        base = connection.unwrap(BaseConnection.class);
        pipeline = new Pipeline(base);
    }

    /**
     * Connects and logs in.
     *
     * @param purpose what the session is for, for whoever looks at the server's list of sessions
     */
    public static PostgresSession open(DataSource source, TargetSettings settings, String purpose) {
        return open(source, settings, purpose, ConnectionSettings.SILENCE_SECONDS);
    }

    /** For what may take long without a word: an index of a large table, a column that is written anew. */
    public static PostgresSession forStructure(DataSource source, TargetSettings settings) {
        return open(source, settings, "structure", 0);
    }

    private static PostgresSession open(
            DataSource source, TargetSettings settings, String purpose, int silenceSeconds) {
        Properties properties = ConnectionSettings.properties(
                source, "millrace " + purpose + " " + settings.taskName(), silenceSeconds);
        Connection connection = null;
        try {
            connection = new Driver().connect(PostgresLogin.url(source), properties);
            try (Statement statement = connection.createStatement()) {
                statement.execute(ConnectionSettings.SESSION);
                if (settings.isReplica()) {
                    statement.execute(ConnectionSettings.REPLICA);
                }
            }
            return new PostgresSession(connection, settings.isReplica());
        } catch (SQLException e) {
            abort(connection);
            throw SqlStates.whileConnecting(
                    e,
                    "datasource=" + source.name() + ", host=" + source.host() + ", port=" + source.port()
                            + ", database=" + properties.getProperty("PGDBNAME") + ", user=" + source.user());
        }
    }

    /** Whether triggers and foreign keys rest, but for those that fire in replicas. */
    public boolean isReplica() {
        return isReplica;
    }

    /** The {@code tgenabled} and {@code ev_enabled} of what fires for us, as a list of SQL. */
    public String firing() {
        return isReplica ? "('R', 'A')" : "('O', 'A')";
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    /** Prepares a statement for the {@link #pipeline}: parsed by the server on its first use here. */
    public Query prepare(String sql) throws SQLException {
        return base.getQueryExecutor().createQuery(sql, false, true).query;
    }

    /** Serialises, until the transaction ends, what several processes may do at once. */
    public void lock(String what) throws SQLException {
        try (PreparedStatement statement = connection()
                .prepareStatement("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            statement.setString(1, "millrace " + what);
            statement.executeQuery().close();
        }
    }

    public boolean schemaExists(String schema) throws SQLException {
        try (PreparedStatement statement =
                connection().prepareStatement("SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?")) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Makes a schema if it is missing; in a transaction. IF NOT EXISTS asks for the privilege even where nothing is to be made. */
    public void createSchema(String schema) throws SQLException {
        lock("schema " + schema);
        if (!schemaExists(schema)) {
            execute("CREATE SCHEMA " + Identifiers.quote(schema));
        }
    }

    /** Starts a COPY FROM STDIN, in the transaction that is open. */
    public CopyIn copyIn(String sql) throws SQLException {
        return connection().unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    public Savepoint savepoint(String name) {
        String undo = "ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name;
        return new Savepoint(this, SqlStates.FAULTS, name, undo);
    }

    @Override
    protected void dropUnsent() {
        pipeline.reset();
    }
}
