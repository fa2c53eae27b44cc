package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Foreign keys as the server's catalog has them; it enforces all of them on us. */
public final class ForeignKeyCatalog {
    private static final String KEYS =
            "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,"
                    + " r.DELETE_RULE, r.UPDATE_RULE, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME"
                    + " FROM information_schema.KEY_COLUMN_USAGE k"
                    + " JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA"
                    + " AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME"
                    + " WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND ";

    private static final String ORDER = " ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

    private ForeignKeyCatalog() {}

    /** One column of a key, as a row of the catalog. */
    private record Part(
            TableId table,
            String name,
            TableId parent,
            KeyAction onDelete,
            KeyAction onUpdate,
            String column,
            String of) {}

    private record Name(TableId table, String key) {}

    /** The keys of a table. */
    public static List<StructureItem> of(MySqlSession session, TableId table) throws SQLException {
        return of(session, Set.of(table)).getOrDefault(table, List.of());
    }

    /** By table: a question for each database, or for each of few tables. */
    public static Map<TableId, List<StructureItem>> of(MySqlSession session, Set<TableId> tables) throws SQLException {
        Map<Name, List<Part>> keys = new LinkedHashMap<>();
        for (CatalogScope scope : CatalogScope.of(tables)) {
            for (Part part : parts(session, scope)) {
                keys.computeIfAbsent(new Name(part.table(), part.name()), name -> new ArrayList<>())
                        .add(part);
            }
        }
        Map<TableId, List<StructureItem>> byTable = CatalogScope.byName(session);
        keys.forEach((name, parts) -> byTable.computeIfAbsent(name.table(), table -> new ArrayList<>())
                .add(item(name.table(), parts)));
        return byTable;
    }

    private static List<Part> parts(MySqlSession session, CatalogScope scope) throws SQLException {
        return session.rows(
                KEYS + scope.where("k.TABLE_SCHEMA", "k.TABLE_NAME") + ORDER,
                row -> new Part(
                        new TableId(scope.schema(), row.getString(1)),
                        row.getString(2),
                        new TableId(row.getString(3), row.getString(4)),
                        KeyAction.of(row.getString(5)),
                        KeyAction.of(row.getString(6)),
                        row.getString(7),
                        row.getString(8)),
                scope.parameters());
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
    public static boolean isOwnParent(MySqlSession session, TableId table) throws SQLException {
        return of(session, table).stream()
                .anyMatch(key -> key.reference().orElseThrow().table().equals(table));
    }
}
