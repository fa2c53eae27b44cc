package io.millrace.verify;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Streams a query's rows from MySQL or MariaDB, never holding more than a few. */
final class MySqlRows implements Rows {
    /** Rows read from the socket at a time. Few, for one row may have many megabytes. */
    private static final int FETCH_ROWS = 16;

    private final Statement statement;
    private final ResultSet rows;
    private final int columns;

    MySqlRows(Connection connection, String query, int columns) throws SQLException {
        this.columns = columns;
        statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setFetchSize(FETCH_ROWS);
        rows = statement.executeQuery(query);
    }

    @Override
    public byte[][] next() throws SQLException {
        if (!rows.next()) {
            return null;
        }
        byte[][] row = new byte[columns][];
        for (int i = 0; i < columns; i++) {
            row[i] = rows.getBytes(i + 1);
        }
        return row;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
