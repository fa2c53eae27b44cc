package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shapes of the selected tables as the catalog has them when the first is asked for. A table that was made since is looked
 * up when it is met. Confined to the stream's thread.
 */
final class CatalogShapes implements TableShapes {
    private final DataSource dataSource;
    private final TableSelection selection;
    private final Map<TableId, TableSchema> shapes = new HashMap<>();
    private final Map<TableId, Defaults> defaults = new HashMap<>();
    private final Set<TableId> actionParents = new HashSet<>();
    private boolean isRead;

    CatalogShapes(DataSource dataSource, TableSelection selection) {
        this.dataSource = dataSource;
        this.selection = selection;
    }

    @Override
    public TableSchema shapeOf(TableId table) {
        if (!readOnce() && !shapes.containsKey(table)) {
            read(new Only(table, selection));
        }
        return shapes.get(table);
    }

    /** A selected table that was made since has stopped the stream at its CREATE TABLE. */
    @Override
    public boolean mayHaveTablesIn(String database) {
        readOnce();
        return shapes.keySet().stream().anyMatch(table -> table.namespace().equalsIgnoreCase(database));
    }

    @Override
    public boolean mayHaveActingChildren(TableId table) {
        readOnce();
        return actionParents.contains(table);
    }

    private boolean readOnce() {
        if (isRead) {
            return false;
        }
        read(selection);
        isRead = true;
        return true;
    }

    /**
     * A table's constant defaults.
     *
     * @param texts by column
     * @param since what the server had committed before they were read
     */
    private record Defaults(Map<String, String> texts, SourcePosition since) {}

    private void read(TableSelection which) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            SourcePosition since = new ServerPositions(session, ServerVariables.read(session)).committed();
            for (TableDetails details : new Catalog(session).tables(which)) {
                TableId table = details.schema().table();
                shapes.put(table, details.schema());
                defaults.put(table, new Defaults(details.defaults(), since));
                details.foreignKeys().stream()
                        .filter(ForeignKey::hasAction)
                        .map(ForeignKey::parent)
                        .forEach(actionParents::add);
            }
        }
    }

    @Override
    public boolean putDefault(TableSchema schema, int column, TransactionId transaction, RowEncoder row) {
        Defaults found = defaults.get(schema.table());
        if (found == null || found.since().contains(transaction)) {
            return false;
        }
        Column of = schema.columns().get(column);
        String text = found.texts().get(of.name());
        if (text != null) {
            return LiteralDefault.put(of, text, row, column);
        }
        if (of.nullable()) {
            row.putNull(column);
        }
        return of.nullable();
    }

    record Only(TableId table, TableSelection selection) implements TableSelection {
        @Override
        public boolean isSelected(TableId other) {
            return table.equals(other);
        }

        @Override
        public List<String> declaredKey(TableId other) {
            return selection.declaredKey(other);
        }
    }
}
