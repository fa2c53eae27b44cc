package io.millrace.writer;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What a contract needs of a real server: targets on it, and a look at it that shares no code with the writer. */
public interface TargetLab {
    /** A target over an empty database of its own; the same database each time within one test. */
    Target open(TargetSettings settings);

    /** Names of a schema that exist in the target's world, for the lab's tables. */
    String namespace();

    /** A connection of the driver's own to the database. */
    Connection connect() throws SQLException;

    /** The statement that has the server print moments in UTC. */
    String inUtc();

    /** Rows of a query, each value as the server's own text, NULL as null. */
    default List<List<String>> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(inUtc());
            try (ResultSet rows = statement.executeQuery(sql)) {
                List<List<String>> result = new ArrayList<>();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(rows.getString(i));
                    }
                    result.add(row);
                }
                return result;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Runs a statement. */
    void execute(String sql);

    /** Does something while a transaction of another session has run the statement and is still open. */
    default <T> T whileOpen(String sql, Callable<T> work) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            T result = work.call();
            connection.commit();
            return result;
        }
    }

    default TargetTable create(Target target, TableSchema schema) {
        TargetTable table =
                target.plan(schema, new TableId(namespace(), schema.table().name()));
        target.create(table);
        return table;
    }
}
