package io.millrace.reader.mysql.schema;

import io.millrace.datasource.DataSource;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.catalog.Catalog;
import io.millrace.reader.mysql.sql.ServerPositions;
import io.millrace.reader.mysql.sql.ServerVariables;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The selected tables as the catalog has them when the first is asked for, or when they were last asked for again: shapes, and the
 * defaults of columns that an INSERT may leave out of its row. Confined to the stream's thread.
 */
public final class CatalogShapes implements TableShapes {
    private final DataSource dataSource;
    private final TableSelection selection;
    private final Map<TableId, TableState> states = new HashMap<>();
    private final Map<TableId, Defaults> defaults = new HashMap<>();
    private final Set<TableId> actionParents = new HashSet<>();
    private Map<String, String> collations = Map.of();
    private boolean isRead;

    public CatalogShapes(DataSource dataSource, TableSelection selection) {
        this.dataSource = dataSource;
        this.selection = selection;
    }

    @Override
    public boolean isCatalog() {
        return true;
    }

    @Override
    public TableSchema shapeOf(TableId table) {
        readOnce();
        TableState state = states.get(table);
        return state == null ? null : state.schema();
    }

    @Override
    public boolean mayHaveTablesIn(String database) {
        readOnce();
        return states.keySet().stream().anyMatch(table -> table.namespace().equalsIgnoreCase(database));
    }

    @Override
    public boolean mayHaveActingChildren(TableId table) {
        readOnce();
        return actionParents.contains(table);
    }

    @Override
    public List<TableState> states() {
        readOnce();
        return List.copyOf(states.values());
    }

    @Override
    public Map<String, String> collations() {
        readOnce();
        return collations;
    }

    private void readOnce() {
        if (!isRead) {
            readAgain();
        }
    }

    /**
     * A table's constant defaults.
     *
     * @param texts by column
     * @param since what the server had committed before they were read
     */
    private record Defaults(Map<String, String> texts, SourcePosition since) {}

    /** Asks the server once more. What was known stays where that fails. */
    void readAgain() {
        Map<TableId, TableState> found = new HashMap<>();
        Map<TableId, Defaults> foundDefaults = new HashMap<>();
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            SourcePosition since = new ServerPositions(session, ServerVariables.read(session)).committed();
            Catalog catalog = new Catalog(session);
            catalog.tables(selection, (details, state) -> {
                found.put(state.table(), state);
                foundDefaults.put(state.table(), new Defaults(details.defaults(), since));
                // A key that was dropped since may have acted at the stream's place: parents are never forgotten.
                details.foreignKeys().stream()
                        .filter(ForeignKey::hasAction)
                        .map(ForeignKey::parent)
                        .forEach(actionParents::add);
            });
            collations = catalog.databaseCollations();
        }
        states.clear();
        states.putAll(found);
        defaults.clear();
        defaults.putAll(foundDefaults);
        isRead = true;
    }

    @Override
    public boolean putDefault(TableSchema schema, int column, TransactionId transaction, RowEncoder row) {
        readOnce();
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

    @Override
    public void forgetDefaults(TableId table, TransactionId transaction) {
        defaults.computeIfPresent(table, (name, known) -> known.since().contains(transaction) ? known : null);
    }
}
