package io.millrace.writer.mysql;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Foreign keys as the server's catalog has them; it enforces all of them on us. */
final class ForeignKeyCatalog {
    private static final String KEYS = "SELECT k.CONSTRAINT_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,"
            + " r.DELETE_RULE, r.UPDATE_RULE, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME"
            + " FROM information_schema.KEY_COLUMN_USAGE k"
            + " JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA"
            + " AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME"
            + " WHERE k.TABLE_SCHEMA = ? AND k.TABLE_NAME = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL"
            + " ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

    private ForeignKeyCatalog() {}

    /** One column of a key, as a row of the catalog. */
    private record Part(
            String name, TableId parent, KeyAction onDelete, KeyAction onUpdate, String column, String of) {}

    /** The keys of a table. */
    static List<StructureItem> of(MySqlSession session, TableId table) throws SQLException {
        List<Part> parts = session.rows(
                KEYS,
                row -> new Part(
                        row.getString(1),
                        new TableId(row.getString(2), row.getString(3)),
                        KeyAction.of(row.getString(4)),
                        KeyAction.of(row.getString(5)),
                        row.getString(6),
                        row.getString(7)),
                table.namespace(),
                table.name());
        Map<String, List<Part>> keys = new LinkedHashMap<>();
        parts.forEach(part ->
                keys.computeIfAbsent(part.name(), name -> new ArrayList<>()).add(part));
        return keys.values().stream().map(key -> item(table, key)).toList();
    }

    private static StructureItem item(TableId table, List<Part> key) {
        Part first = key.get(0);
        return new StructureItem(
                StructureItem.Kind.FOREIGN_KEY,
                table,
                first.name(),
                key.stream().map(Part::column).toList(),
                Optional.of(new Reference(
                        first.parent(), key.stream().map(Part::of).toList(), first.onDelete(), first.onUpdate())),
                false);
    }

    /** Whether rows of a table refer to rows of the same one. */
    static boolean isOwnParent(MySqlSession session, TableId table) throws SQLException {
        return of(session, table).stream()
                .anyMatch(key -> key.reference().orElseThrow().table().equals(table));
    }
}
