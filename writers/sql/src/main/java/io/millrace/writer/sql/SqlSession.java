package io.millrace.writer.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to a server. Transactions are opened and ended by statements of ours, so that they can travel with others.
 *
 * <p>Confined to one thread. A session that failed is aborted and replaced, never used again.
 */
public abstract class SqlSession implements AutoCloseable {
    private final Connection connection;
    private final String begin;

    /**
     * Over a connection that is logged in.
     *
     * @param begin the statement that opens a transaction
     */
    protected SqlSession(Connection connection, String begin) {
        this.connection = connection;
        this.begin = begin;
    }

    /** For questions that only the driver of this server answers. */
    public final Connection connection() {
        return connection;
    }

    /** Runs statements without parameters or results. */
    public final void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows of a query. */
    public final <T> List<T> rows(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    /** Runs a statement with parameters; says how many rows it met. */
    public final int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** Something done in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws SQLException;
    }

    /** Opens a transaction. */
    public final void begin() throws SQLException {
        execute(begin);
    }

    /** Does it in a transaction of its own, and rolls back unless it returns. */
    public final <T> T inTransaction(Work<T> work) throws SQLException {
        begin();
        boolean isDone = false;
        try {
            T result = work.run();
            execute("COMMIT");
            isDone = true;
            return result;
        } finally {
            if (!isDone && isOpen()) {
                rollback();
            }
        }
    }

    /** Ends the transaction, whatever its state; an error of that shows at the next use. */
    public final void rollback() throws SQLException {
        dropUnsent();
        execute("ROLLBACK");
    }

    /** Forgets what was to be sent and was not. */
    protected abstract void dropUnsent();

    public final boolean isOpen() {
        try {
            return !connection.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Drops the socket without a word, for a session whose server may not listen. */
    public final void abort() {
        abort(connection);
    }

    /** The same for a connection that is no session yet; null where there is none at all. */
    protected static void abort(Connection connection) {
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // It is gone all the same.
            }
        }
    }

    @Override
    public final void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            abort();
        }
    }
}
