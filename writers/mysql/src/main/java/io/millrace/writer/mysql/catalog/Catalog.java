package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Questions to the server's catalog. */
public final class Catalog {
    private static final String TABLES = "SELECT TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE ";

    private static final String COLUMNS = "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE,"
            + " CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, COALESCE(NUMERIC_SCALE, DATETIME_PRECISION), COLLATION_NAME,"
            + " IS_NULLABLE = 'NO', COLUMN_DEFAULT IS NOT NULL, EXTRA, COLUMN_DEFAULT <=> '0' FROM information_schema.COLUMNS WHERE ";

    private static final String UNIQUE_INDEXES = "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART"
            + " FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND ";

    private Catalog() {}

    /** A table before it has its columns. */
    private record Draft(String kind, String engine, List<CatalogColumn> columns, Map<String, List<String>> indexes) {
        CatalogTable table() {
            return new CatalogTable(
                    kind,
                    engine,
                    columns,
                    indexes.entrySet().stream()
                            .map(index -> new CatalogIndex(
                                    index.getKey(), index.getValue().contains("") ? List.of() : index.getValue()))
                            .toList());
        }
    }

    /** The table, or empty where there is none of that name. */
    public static Optional<CatalogTable> table(MySqlSession session, TableId name) throws SQLException {
        return Optional.ofNullable(tables(session, List.of(name)).get(name));
    }

    /** The tables that are there: three questions for each database, or for each of few tables. */
    public static Map<TableId, CatalogTable> tables(MySqlSession session, Collection<TableId> names)
            throws SQLException {
        Map<TableId, CatalogTable> tables = CatalogScope.byName(session);
        for (CatalogScope scope : CatalogScope.of(names)) {
            drafts(session, scope).forEach((name, draft) -> tables.put(name, draft.table()));
        }
        return tables;
    }

    private static Map<TableId, Draft> drafts(MySqlSession session, CatalogScope scope) throws SQLException {
        Map<TableId, Draft> drafts = new LinkedHashMap<>();
        String where = scope.where("TABLE_SCHEMA", "TABLE_NAME");
        session.rows(
                TABLES + where,
                row -> drafts.put(
                        new TableId(scope.schema(), row.getString(1)),
                        new Draft(
                                row.getString(2),
                                row.getString(3) == null ? "" : row.getString(3),
                                new ArrayList<>(),
                                new LinkedHashMap<>())),
                scope.parameters());
        if (drafts.isEmpty()) {
            return drafts;
        }
        each(
                session,
                scope,
                drafts,
                COLUMNS + where + " ORDER BY TABLE_NAME, ORDINAL_POSITION",
                (draft, row) -> draft.columns().add(column(row)));
        each(
                session,
                scope,
                drafts,
                UNIQUE_INDEXES + where + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
                (draft, row) -> {
                    boolean isWhole = row.getString(3) != null && row.getString(4) == null;
                    draft.indexes()
                            .computeIfAbsent(row.getString(2), name -> new ArrayList<>())
                            .add(isWhole ? row.getString(3) : "");
                });
        return drafts;
    }

    private interface DraftReader {
        void read(Draft draft, ResultSet row) throws SQLException;
    }

    /** A table that was made since they were listed is not there. */
    private static void each(
            MySqlSession session, CatalogScope scope, Map<TableId, Draft> drafts, String sql, DraftReader reader)
            throws SQLException {
        session.rows(
                sql,
                row -> {
                    Draft draft = drafts.get(new TableId(scope.schema(), row.getString(1)));
                    if (draft != null) {
                        reader.read(draft, row);
                    }
                    return draft;
                },
                scope.parameters());
    }

    public static boolean exists(MySqlSession session, String schema, String table) throws SQLException {
        return !session.rows(TABLES + "TABLE_SCHEMA = ? AND TABLE_NAME = ?", row -> row.getString(1), schema, table)
                .isEmpty();
    }

    public static boolean schemaExists(MySqlSession session, String schema) throws SQLException {
        return !session.rows(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
                        row -> row.getString(1),
                        schema)
                .isEmpty();
    }

    /** Makes a database if it is missing. IF NOT EXISTS alone would ask for the privilege where nothing is to be made. */
    public static void createSchema(MySqlSession session, String schema) throws SQLException {
        if (!schemaExists(session, schema)) {
            session.execute("CREATE DATABASE IF NOT EXISTS " + Identifiers.quote(schema));
        }
    }

    private static CatalogColumn column(ResultSet row) throws SQLException {
        String extra = row.getString(11) == null ? "" : row.getString(11).toLowerCase(Locale.ROOT);
        String collation = row.getString(8);
        return new CatalogColumn(
                row.getString(2),
                row.getString(3).toLowerCase(Locale.ROOT),
                row.getString(4).toLowerCase(Locale.ROOT),
                number(row, 5),
                (int) number(row, 6),
                (int) number(row, 7),
                collation == null ? "" : collation,
                row.getBoolean(9),
                row.getBoolean(10) || extra.contains("auto_increment") || extra.contains("default_generated"),
                extra.contains("auto_increment"),
                extra.contains("virtual generated")
                        || extra.contains("stored generated")
                        || extra.contains("persistent generated"),
                extra.contains("on update"),
                row.getBoolean(12));
    }

    private static long number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? -1 : number;
    }
}
