package io.millrace.verify;

import io.millrace.schema.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Reads a table's columns from PostgreSQL's catalog. */
final class PostgresCatalog {
    private static final String COLUMNS = """
            SELECT a.attname, t.typname, CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            """;

    private PostgresCatalog() {}

    /** By name; empty where there is no such table. */
    static Map<String, TheirColumn> columns(Connection connection, TableId table) throws SQLException {
        Map<String, TheirColumn> columns = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setString(1, table.namespace());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), new TheirColumn(rows.getString(2), rows.getString(3)));
                }
            }
        }
        return columns;
    }
}
