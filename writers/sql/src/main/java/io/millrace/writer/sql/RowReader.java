package io.millrace.writer.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads what is wanted of the row on which a result stands. */
@FunctionalInterface
public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
}
