package io.millrace.writer.postgres.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.sql.RowReader;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions to the server's catalog. */
public final class Catalog {
    private static final String TABLES = """
            SELECT n.nspname, c.relname, c.oid, c.relkind, c.relpersistence
            FROM ROWS FROM (unnest(?::pg_catalog.text[]), unnest(?::pg_catalog.text[])) AS wanted (namespace, name)
            JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name""";

    private static final String COLUMNS = """
            SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod, t.typarray,
                   pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname),
                   pg_catalog.format_type(a.atttypid, a.atttypmod),
                   a.attnotnull, a.atthasdef, a.attidentity::text, a.attgenerated <> '',
                   COALESCE(c.collisdeterministic, true)
                   AND (b.typtype = 'e' OR b.oid IN (
                       'pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype, 'pg_catalog.bpchar'::regtype))
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
            LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE a.attrelid = ANY (?::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum""";

    private static final String UNIQUE_INDEXES = """
            SELECT i.indrelid, c.relname,
                   i.indisvalid AND i.indimmediate AND i.indpred IS NULL,
                   CASE WHEN i.indexprs IS NULL THEN ARRAY(
                       SELECT a.attname::text
                       FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s]
                       ORDER BY s)
                   ELSE '{}'::text[] END
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ANY (?::pg_catalog.oid[]) AND i.indisunique
            ORDER BY i.indrelid, c.relname""";

    private Catalog() {}

    private record Relation(long oid, String kind, String persistence) {}

    /** The table, or empty where there is no relation of that name. */
    public static Optional<CatalogTable> table(Connection connection, TableId name) throws SQLException {
        return Optional.ofNullable(tables(connection, List.of(name)).get(name));
    }

    /** The tables that are there, by three questions, however many they are. */
    public static Map<TableId, CatalogTable> tables(Connection connection, Collection<TableId> names)
            throws SQLException {
        Map<TableId, Relation> relations = relations(connection, names);
        List<Long> oids = relations.values().stream().map(Relation::oid).toList();
        Map<Long, List<CatalogColumn>> columns = byTable(connection, COLUMNS, oids, Catalog::column);
        Map<Long, List<CatalogIndex>> indexes = byTable(connection, UNIQUE_INDEXES, oids, Catalog::index);
        Map<TableId, CatalogTable> tables = new HashMap<>();
        relations.forEach((name, relation) -> tables.put(
                name,
                new CatalogTable(
                        relation.oid(),
                        relation.kind(),
                        relation.persistence(),
                        columns.getOrDefault(relation.oid(), List.of()),
                        indexes.getOrDefault(relation.oid(), List.of()))));
        return tables;
    }

    private static Map<TableId, Relation> relations(Connection connection, Collection<TableId> names)
            throws SQLException {
        Map<TableId, Relation> relations = new LinkedHashMap<>();
        Array namespaces = connection.createArrayOf(
                "text", names.stream().map(TableId::namespace).toArray());
        Array tables = connection.createArrayOf(
                "text", names.stream().map(TableId::name).toArray());
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setArray(1, namespaces);
            statement.setArray(2, tables);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    relations.put(
                            new TableId(rows.getString(1), rows.getString(2)),
                            new Relation(rows.getLong(3), rows.getString(4), rows.getString(5)));
                }
            }
        }
        return relations;
    }

    /** What a query says of each table, whose number is its first column. */
    static <T> Map<Long, List<T>> byTable(
            Connection connection, String query, Collection<Long> oids, RowReader<T> reader) throws SQLException {
        Map<Long, List<T>> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setArray(1, connection.createArrayOf("oid", oids.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getLong(1), table -> new ArrayList<>())
                            .add(reader.read(rows));
                }
            }
        }
        return found;
    }

    /** Whether there is a relation of that name, which is quoted. */
    public static boolean exists(Connection connection, String relation) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
            statement.setString(1, relation);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Whether there is a relation of that name, which is quoted, and its rows may be read. */
    public static boolean isReadable(Connection connection, String relation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.has_table_privilege(pg_catalog.to_regclass(?), 'SELECT')")) {
            statement.setString(1, relation);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static CatalogColumn column(ResultSet row) throws SQLException {
        return new CatalogColumn(
                row.getString(2),
                (int) row.getLong(3),
                row.getInt(4),
                (int) row.getLong(5),
                row.getString(6),
                row.getString(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getString(10),
                row.getBoolean(11),
                row.getBoolean(12));
    }

    private static CatalogIndex index(ResultSet row) throws SQLException {
        List<String> columns = List.of((String[]) row.getArray(4).getArray());
        return new CatalogIndex(row.getString(2), columns, row.getBoolean(3) && !columns.isEmpty());
    }
}
