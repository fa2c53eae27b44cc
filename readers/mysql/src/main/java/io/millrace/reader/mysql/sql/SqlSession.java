package io.millrace.reader.mysql.sql;

import io.millrace.datasource.DataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One SQL connection whose session depends on no setting of the server: UTC, utf8mb4, an empty {@code sql_mode}, no limits on
 * statements.
 *
 * <p>Confined to one thread. Fails with {@link SqlErrors}' exceptions.
 */
public final class SqlSession implements AutoCloseable {
    private static final int NO_SUCH_VARIABLE = 1193;

    private final Connection connection;

    private SqlSession(Connection connection) {
        this.connection = connection;
    }

    /** For catalog and settings: each statement sees what is committed. */
    public static SqlSession forCatalog(DataSource dataSource) {
        return open(dataSource, "READ COMMITTED");
    }

    /** For consistent snapshots. */
    public static SqlSession forSnapshots(DataSource dataSource) {
        return open(dataSource, "REPEATABLE READ");
    }

    private static SqlSession open(DataSource dataSource, String isolation) {
        SqlSession session = new SqlSession(SqlLogin.connect(dataSource));
        try {
            session.execute(
                    "SET SESSION time_zone = '+00:00', sql_mode = '', sql_big_selects = 1, sql_select_limit = DEFAULT,"
                            + " wait_timeout = 86400, net_write_timeout = 3600");
            session.execute("SET SESSION TRANSACTION ISOLATION LEVEL " + isolation);
            session.executeWhereKnown("SET SESSION max_execution_time = 0");
            session.executeWhereKnown("SET SESSION max_statement_time = 0");
            // MySQL: generated invisible primary keys are columns of the binlog, so the catalog shall show them.
            session.executeWhereKnown("SET SESSION show_gipk_in_create_table_and_information_schema = ON");
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Reads one value of the row on which the result set stands. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw SqlErrors.of(e, sql);
        }
    }

    /** Runs a statement that sets a variable, which not every server has. */
    public void executeWhereKnown(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_VARIABLE) {
                throw SqlErrors.of(e, sql);
            }
        }
    }

    public <T> List<T> rows(String sql, RowReader<T> reader) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        } catch (SQLException e) {
            throw SqlErrors.of(e, sql);
        }
    }

    /** The first row, if there is one. */
    public <T> Optional<T> row(String sql, RowReader<T> reader) {
        return rows(sql, reader).stream().findFirst();
    }

    /** The first column of the first row; empty where there is no row, or NULL. */
    public Optional<String> value(String sql) {
        List<String> values = rows(sql, row -> row.getString(1));
        return values.isEmpty() ? Optional.empty() : Optional.ofNullable(values.get(0));
    }

    /** A statement of the binary protocol, whose rows come one by one as they arrive; the caller closes it. */
    public PreparedStatement prepare(String sql, int fetchRows) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(fetchRows);
        return statement;
    }

    /** Ends the connection at once, whatever is under way. */
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // Nothing is left to be saved: the connection is gone either way.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing is left to be saved: the connection is gone either way.
        }
    }
}
