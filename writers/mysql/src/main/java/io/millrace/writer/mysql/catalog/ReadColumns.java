package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.ReadColumn;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.List;

/** Columns that the server reads to compute others, by its own text of their expressions, which has each name in backquotes. Stateless. */
public final class ReadColumns {
    private static final String OF_TABLE =
            "SELECT b.COLUMN_NAME, g.COLUMN_NAME FROM information_schema.COLUMNS g JOIN information_schema.COLUMNS b"
                    + " ON b.TABLE_SCHEMA = g.TABLE_SCHEMA AND b.TABLE_NAME = g.TABLE_NAME AND b.COLUMN_NAME <> g.COLUMN_NAME"
                    + " WHERE g.TABLE_SCHEMA = ? AND g.TABLE_NAME = ? AND g.GENERATION_EXPRESSION <> ''"
                    + " AND LOCATE(CONCAT('`', REPLACE(b.COLUMN_NAME, '`', '``'), '`'), g.GENERATION_EXPRESSION) > 0"
                    + " ORDER BY g.ORDINAL_POSITION, b.ORDINAL_POSITION";

    private ReadColumns() {}

    public static List<ReadColumn> of(MySqlSession session, TableId table) throws SQLException {
        return session.rows(
                OF_TABLE, row -> new ReadColumn(row.getString(1), row.getString(2)), table.namespace(), table.name());
    }
}
