package io.millrace.verify;

import io.millrace.schema.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Reads the tables of a MySQL or MariaDB server from its catalog. */
final class MySqlCatalog {
    private static final String COLUMNS = """
            SELECT c.table_schema, c.table_name, c.column_name, c.data_type, c.numeric_precision, c.extra
            FROM information_schema.columns c
            JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
              AND c.table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
            ORDER BY c.table_schema, c.table_name, c.ordinal_position
            """;
    /** The primary key before the others, those by name; a key over an expression or a prefix names no column wholly. */
    private static final String KEYS = """
            SELECT table_schema, table_name, index_name, column_name, nullable = 'YES' OR sub_part IS NOT NULL
            FROM information_schema.statistics
            WHERE non_unique = 0
              AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
            ORDER BY table_schema, table_name, index_name <> 'PRIMARY', index_name, seq_in_index
            """;

    private static final String OF_TABLE = """
            SELECT c.column_name, c.data_type, COALESCE(c.generation_expression, '')
            FROM information_schema.columns c
            JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE t.table_type = 'BASE TABLE' AND c.table_schema = ? AND c.table_name = ?
            """;

    private MySqlCatalog() {}

    /** By name; empty where there is no such table. */
    static Map<String, TheirColumn> columns(Connection connection, TableId table) throws SQLException {
        Map<String, TheirColumn> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(OF_TABLE)) {
            statement.setString(1, table.namespace());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(
                            rows.getString(1),
                            new TheirColumn(rows.getString(2).toLowerCase(Locale.ROOT), rows.getString(3)));
                }
            }
        }
        return columns;
    }

    static List<SourceTable> tables(Connection connection, Predicate<TableId> selected) throws SQLException {
        Map<TableId, List<SourceTable.SourceColumn>> columns = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                TableId table = new TableId(rows.getString(1), rows.getString(2));
                String extra = String.valueOf(rows.getString(6)).toUpperCase(Locale.ROOT);
                boolean isGenerated = extra.contains("VIRTUAL GENERATED")
                        || extra.contains("STORED GENERATED")
                        || extra.contains("PERSISTENT GENERATED");
                if (selected.test(table)) {
                    String type = rows.getString(4).toLowerCase(Locale.ROOT);
                    columns.computeIfAbsent(table, any -> new ArrayList<>())
                            .add(new SourceTable.SourceColumn(
                                    rows.getString(3), type, type.equals("bit") ? rows.getInt(5) : 0, isGenerated));
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
        Map<TableId, Map<String, List<String>>> indexes = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(KEYS)) {
            while (rows.next()) {
                List<String> index = indexes.computeIfAbsent(
                                new TableId(rows.getString(1), rows.getString(2)), any -> new LinkedHashMap<>())
                        .computeIfAbsent(rows.getString(3), any -> new ArrayList<>());
                // A null marks the index as no key.
                index.add(rows.getBoolean(5) ? null : rows.getString(4));
            }
        }
        Map<TableId, List<String>> keys = new LinkedHashMap<>();
        indexes.forEach((table, candidates) -> candidates.values().stream()
                .filter(index -> !index.contains(null))
                .findFirst()
                .ifPresent(index -> keys.put(table, index)));
        return keys;
    }
}
