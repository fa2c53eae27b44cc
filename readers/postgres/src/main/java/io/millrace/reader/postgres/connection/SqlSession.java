package io.millrace.reader.postgres.connection;

import io.millrace.connection.postgres.PostgresLogin;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a source, for statements or for replication. Confined to one thread, but for {@link #abort}.
 */
public final class SqlSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqlSession.class);

    private final DataSource source;
    private final Connection connection;

    private SqlSession(DataSource source, Connection connection) {
        this.source = source;
        this.connection = connection;
    }

    /** For questions and chunks. */
    public static SqlSession open(DataSource source, String purpose) {
        return open(source, ConnectionSettings.sql(source, purpose), ConnectionSettings.SESSION);
    }

    /** For commands of the replication protocol. */
    public static SqlSession forReplication(DataSource source, String purpose) {
        return open(source, ConnectionSettings.replication(source, purpose), "");
    }

    /** For a stream of the replication protocol. */
    public static SqlSession forStream(DataSource source, String purpose, StreamHearing hearing) {
        return open(source, ConnectionSettings.stream(source, purpose, hearing), "");
    }

    /** Another connection to the same database, for commands of the replication protocol that are answered at once. */
    public SqlSession replicationBeside(String purpose) {
        return open(source, ConnectionSettings.brief(source, purpose), "");
    }

    private static SqlSession open(DataSource source, Properties properties, String settings) {
        Connection connection = null;
        try {
            connection = new Driver().connect(PostgresLogin.url(source), properties);
            SqlSession session = new SqlSession(source, connection);
            if (!settings.isEmpty()) {
                session.run(settings);
            }
            return session;
        } catch (SQLException e) {
            abort(connection);
            throw SqlErrors.whileConnecting(e, source);
        }
    }

    /** Reads a row of a result. */
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    public <T> List<T> rows(String sql, Row<T> reader, Object... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return rows;
            }
        } catch (SQLException e) {
            throw SqlErrors.of(e, "a question to the catalog");
        }
    }

    public <T> Optional<T> row(String sql, Row<T> reader, Object... parameters) {
        return rows(sql, reader, parameters).stream().findFirst();
    }

    /** The first column of the only row. */
    public String value(String sql, Object... parameters) {
        List<String> values = rows(sql, row -> row.getString(1), parameters);
        if (values.isEmpty()) {
            throw new MillraceException(ErrorCode.SOURCE_PROTOCOL, "a question had no answer");
        }
        return values.get(0);
    }

    /** A command of the replication protocol, which knows no parameters; the first row's columns. */
    public List<String> command(String command, String doing) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(command)) {
            List<String> columns = new ArrayList<>();
            if (result.next()) {
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(result.getString(i));
                }
            }
            return columns;
        } catch (SQLException e) {
            throw SqlErrors.of(e, doing);
        }
    }

    public void execute(String sql, String doing) {
        try {
            run(sql);
        } catch (SQLException e) {
            throw SqlErrors.of(e, doing);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public CopyOut copyOut(String sql) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    }

    /** Starts to stream a slot. */
    public PGReplicationStream stream(ReplicationStart start) throws SQLException {
        return start.open(connection.unwrap(PGConnection.class));
    }

    /** How a stream is started. */
    public interface ReplicationStart {
        PGReplicationStream open(PGConnection connection) throws SQLException;
    }

    /**
     * A question to whose answer nobody waits longer than that.
     *
     * @throws MillraceException with SOURCE_CONNECTION_LOST where none came
     */
    public <T> T within(Duration limit, Function<SqlSession, T> question) {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, limit.toMillis()));
            T answer = question.apply(this);
            connection.setNetworkTimeout(Runnable::run, ConnectionSettings.SILENCE_SECONDS * 1000);
            return answer;
        } catch (SQLException e) {
            throw SqlErrors.of(e, "a question to the server");
        }
    }

    /** Ends the statement that runs, at the server too, and the connection; from any thread. */
    public void cancel() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            LOG.debug("cannot cancel", e);
        }
        abort();
    }

    /** Drops the socket without a word; from any thread. */
    public void abort() {
        abort(connection);
    }

    private static void abort(Connection connection) {
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone all the same.
            }
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            abort();
        }
    }
}
