package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Questions to the server's catalog. */
final class Catalog {
    private static final String TABLE = """
            SELECT c.oid, c.relkind, c.relpersistence
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?""";

    private static final String COLUMNS = """
            SELECT a.attname, a.atttypid, a.atttypmod, t.typarray,
                   pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname),
                   pg_catalog.format_type(a.atttypid, a.atttypmod),
                   a.attnotnull, a.atthasdef, a.attidentity::text, a.attgenerated <> ''
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE a.attrelid = ?::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private static final String UNIQUE_INDEXES = """
            SELECT c.relname,
                   i.indisvalid AND i.indimmediate AND i.indpred IS NULL,
                   CASE WHEN i.indexprs IS NULL THEN ARRAY(
                       SELECT a.attname::text
                       FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s]
                       ORDER BY s)
                   ELSE '{}'::text[] END
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ?::pg_catalog.oid AND i.indisunique
            ORDER BY c.relname""";

    private Catalog() {}

    /** The table, or empty where there is no relation of that name. */
    static Optional<CatalogTable> table(Connection connection, TableId name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setString(1, name.namespace());
            statement.setString(2, name.name());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                long oid = rows.getLong(1);
                return Optional.of(new CatalogTable(
                        oid, rows.getString(2), rows.getString(3), columns(connection, oid), indexes(connection, oid)));
            }
        }
    }

    /** Whether there is a relation of that name, which is quoted. */
    static boolean exists(Connection connection, String relation) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
            statement.setString(1, relation);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Whether there is a relation of that name, which is quoted, and its rows may be read. */
    static boolean isReadable(Connection connection, String relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.has_table_privilege(pg_catalog.to_regclass(?), 'SELECT')")) {
            statement.setString(1, relation);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    static boolean schemaExists(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?")) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static List<CatalogColumn> columns(Connection connection, long table) throws SQLException {
        List<CatalogColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new CatalogColumn(
                            rows.getString(1),
                            (int) rows.getLong(2),
                            rows.getInt(3),
                            (int) rows.getLong(4),
                            rows.getString(5),
                            rows.getString(6),
                            rows.getBoolean(7),
                            rows.getBoolean(8),
                            rows.getString(9),
                            rows.getBoolean(10)));
                }
            }
        }
        return columns;
    }

    private static List<CatalogIndex> indexes(Connection connection, long table) throws SQLException {
        List<CatalogIndex> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setLong(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> columns = List.of((String[]) rows.getArray(3).getArray());
                    indexes.add(new CatalogIndex(rows.getString(1), columns, rows.getBoolean(2) && !columns.isEmpty()));
                }
            }
        }
        return indexes;
    }
}
