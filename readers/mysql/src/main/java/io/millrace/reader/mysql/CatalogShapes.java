package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes of the selected tables as the catalog has them when the first is asked for. A table that was made since is looked
 * up when it is met. Confined to the stream's thread.
 */
final class CatalogShapes implements TableShapes {
    private final DataSource dataSource;
    private final TableSelection selection;
    private final Map<TableId, TableSchema> shapes = new HashMap<>();
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

    private boolean readOnce() {
        if (isRead) {
            return false;
        }
        read(selection);
        isRead = true;
        return true;
    }

    private void read(TableSelection which) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            new Catalog(session)
                    .tables(which)
                    .forEach(details -> shapes.put(details.schema().table(), details.schema()));
        }
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
