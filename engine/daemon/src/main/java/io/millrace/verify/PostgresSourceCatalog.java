package io.millrace.verify;

import io.millrace.schema.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Reads the tables of a PostgreSQL source from its catalog; partitions are their root's rows. */
final class PostgresSourceCatalog {
    private static final String COLUMNS = """
            SELECT n.nspname, c.relname, a.attname, t.typname, a.attgenerated <> ''
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
              AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            ORDER BY n.nspname, c.relname, a.attnum""";

    /** The primary key before the others, those by name. */
    private static final String KEYS = """
            SELECT n.nspname, c.relname,
                   ARRAY(SELECT a.attname::text FROM generate_series(0, i.indnkeyatts - 1) s
                         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s] ORDER BY s)
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_class k ON k.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (
              SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull)
            ORDER BY n.nspname, c.relname, NOT i.indisprimary, k.relname""";

    private PostgresSourceCatalog() {}

    static List<SourceTable> tables(Connection connection, Predicate<TableId> selected) throws SQLException {
        Map<TableId, List<SourceTable.SourceColumn>> columns = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                TableId table = new TableId(rows.getString(1), rows.getString(2));
                if (selected.test(table)) {
                    columns.computeIfAbsent(table, any -> new ArrayList<>())
                            .add(new SourceTable.SourceColumn(
                                    rows.getString(3), rows.getString(4), 0, rows.getBoolean(5)));
                }
            }
        }
        Map<TableId, List<String>> keys = keys(connection);
        return columns.entrySet().stream()
                .map(entry ->
                        new SourceTable(entry.getKey(), entry.getValue(), keys.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }

    private static Map<TableId, List<String>> keys(Connection connection) throws SQLException {
        Map<TableId, List<String>> keys = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(KEYS)) {
            while (rows.next()) {
                keys.putIfAbsent(new TableId(rows.getString(1), rows.getString(2)), List.of((String[])
                        rows.getArray(3).getArray()));
            }
        }
        return keys;
    }
}
