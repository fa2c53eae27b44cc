package io.millrace.writer.mysql;

import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Questions to the server's catalog. */
final class Catalog {
    private static final String TABLE =
            "SELECT TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

    private static final String COLUMNS = "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_MAXIMUM_LENGTH,"
            + " NUMERIC_PRECISION, COALESCE(NUMERIC_SCALE, DATETIME_PRECISION), COLLATION_NAME, IS_NULLABLE = 'NO',"
            + " COLUMN_DEFAULT IS NOT NULL, EXTRA"
            + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION";

    private static final String UNIQUE_INDEXES = "SELECT INDEX_NAME, COLUMN_NAME, SUB_PART"
            + " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0"
            + " ORDER BY INDEX_NAME, SEQ_IN_INDEX";

    private Catalog() {}

    /** The table, or empty where there is none of that name. */
    static Optional<CatalogTable> table(MySqlSession session, TableId name) throws SQLException {
        List<String[]> found = session.rows(
                TABLE, row -> new String[] {row.getString(1), row.getString(2)}, name.namespace(), name.name());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String engine = found.get(0)[1] == null ? "" : found.get(0)[1];
        return Optional.of(new CatalogTable(found.get(0)[0], engine, columns(session, name), indexes(session, name)));
    }

    static boolean exists(MySqlSession session, String schema, String table) throws SQLException {
        return !session.rows(TABLE, row -> row.getString(1), schema, table).isEmpty();
    }

    static boolean schemaExists(MySqlSession session, String schema) throws SQLException {
        return !session.rows(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                        row -> row.getString(1),
                        schema)
                .isEmpty();
    }

    /** Makes a database if it is missing. IF NOT EXISTS alone would ask for the privilege where nothing is to be made. */
    static void createSchema(MySqlSession session, String schema) throws SQLException {
        if (!schemaExists(session, schema)) {
            session.execute("CREATE DATABASE IF NOT EXISTS " + Identifiers.quote(schema));
        }
    }

    private static List<CatalogColumn> columns(MySqlSession session, TableId table) throws SQLException {
        return session.rows(COLUMNS, Catalog::column, table.namespace(), table.name());
    }

    private static CatalogColumn column(ResultSet row) throws SQLException {
        String extra = row.getString(10) == null ? "" : row.getString(10).toLowerCase(Locale.ROOT);
        String collation = row.getString(7);
        return new CatalogColumn(
                row.getString(1),
                row.getString(2).toLowerCase(Locale.ROOT),
                row.getString(3).toLowerCase(Locale.ROOT),
                number(row, 4),
                (int) number(row, 5),
                (int) number(row, 6),
                collation == null ? "" : collation,
                row.getBoolean(8),
                row.getBoolean(9) || extra.contains("auto_increment") || extra.contains("default_generated"),
                extra.contains("virtual generated")
                        || extra.contains("stored generated")
                        || extra.contains("persistent generated"),
                extra.contains("on update"));
    }

    private static long number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? -1 : number;
    }

    private static List<CatalogIndex> indexes(MySqlSession session, TableId table) throws SQLException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        session.rows(
                UNIQUE_INDEXES,
                row -> {
                    boolean isWhole = row.getString(2) != null && row.getString(3) == null;
                    return columns.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                            .add(isWhole ? row.getString(2) : "");
                },
                table.namespace(),
                table.name());
        return columns.entrySet().stream()
                .map(index ->
                        new CatalogIndex(index.getKey(), index.getValue().contains("") ? List.of() : index.getValue()))
                .toList();
    }
}
