package io.millrace.writer.mysql.connection;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.writer.sql.Savepoint;
import io.millrace.writer.sql.SqlSession;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection, with every setting that could change a value fixed.
 *
 * <p>Confined to one thread. A session that failed is aborted and replaced, never used again.
 */
public final class MySqlSession extends SqlSession {
    private static final long MAX_STATEMENT_BYTES = 1024 * 1024;

    private final Pipeline pipeline;
    private final long maxStatementBytes;
    private final boolean takesLocalFiles;
    private final String version;

    private MySqlSession(Connection connection) throws SQLException {
        super(connection, "START TRANSACTION");
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT @@max_allowed_packet, @@global.local_infile, VERSION()")) {
            row.next();
            maxStatementBytes = Math.min(row.getLong(1), SqlOutput.MAX_CAPACITY);
            takesLocalFiles = row.getBoolean(2);
            version = row.getString(3);
        }
        pipeline = new Pipeline(
                connection.unwrap(org.mariadb.jdbc.Connection.class).getClient(), maxStatementBytes);
    }

    /** For questions, and for transactions that are few. */
    public static MySqlSession forControl(DataSource source, String task) {
        return open(source, "millrace control " + task, ConnectionSettings.SILENCE_SECONDS);
    }

    /** For what may take long without a word: indexes and keys of large tables. */
    public static MySqlSession forStructure(DataSource source, String task) {
        return open(source, "millrace structure " + task, 0);
    }

    /** For rows: a statement that stands alone opens a transaction, so that none behind a failed one is committed by itself. */
    public static MySqlSession forRows(DataSource source, String task, String purpose) {
        MySqlSession session = open(source, "millrace " + purpose + " " + task, ConnectionSettings.SILENCE_SECONDS);
        try {
            session.execute("SET SESSION autocommit = 0");
        } catch (SQLException e) {
            session.abort();
            throw SqlErrors.whileConnecting(e, source);
        }
        return session;
    }

    private static MySqlSession open(DataSource source, String name, int silenceSeconds) {
        Dialect dialect = Dialect.of(source.type());
        Connection connection = ConnectionSettings.connect(source, name, silenceSeconds);
        try {
            MySqlSession session = new MySqlSession(connection);
            if (Dialect.ofVersion(session.version) != dialect) {
                throw new MillraceException(
                        ErrorCode.INVALID_VALUE,
                        "the data source's type is not the server's product: datasource=" + source.name() + ", type="
                                + source.type() + ", server=" + session.version);
            }
            for (String sql : ConnectionSettings.SESSION) {
                session.execute(sql);
            }
            for (String sql : dialect.session()) {
                session.executeWhereKnown(sql);
            }
            return session;
        } catch (SQLException e) {
            abort(connection);
            throw SqlErrors.whileConnecting(e, source);
        } catch (RuntimeException e) {
            abort(connection);
            throw e;
        }
    }

    /** As the server says it. */
    public String version() {
        return version;
    }

    /** Where a statement of many rows ends: it still has room for one that is not small. */
    public long statementBytes() {
        return Math.min(MAX_STATEMENT_BYTES, maxStatementBytes / 2);
    }

    /** Whether the server's {@code local_infile} is on. */
    public boolean takesLocalFiles() {
        return takesLocalFiles;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    private void executeWhereKnown(String sql) throws SQLException {
        try {
            execute(sql);
        } catch (SQLException e) {
            if (!SqlErrors.isUnknownVariable(e)) {
                throw e;
            }
        }
    }

    /** All rows of a query, each value as text. */
    public List<List<String>> texts(String sql) throws SQLException {
        return rows(sql, row -> {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                values.add(row.getString(i));
            }
            return values;
        });
    }

    public Savepoint savepoint() {
        return new Savepoint(this, SqlErrors.FAULTS, "search", "ROLLBACK TO SAVEPOINT search");
    }

    @Override
    protected void dropUnsent() {
        pipeline.reset();
    }
}
