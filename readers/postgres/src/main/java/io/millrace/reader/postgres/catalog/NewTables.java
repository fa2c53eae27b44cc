package io.millrace.reader.postgres.catalog;

import io.millrace.reader.TableSelection;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for tables that a task takes and that were made since it was planned. One that cannot be published yet, without a key or an
 * identity, is no reason to disturb the task: it may get them a statement later. Confined to the stream's thread.
 */
public final class NewTables {
    private static final Logger LOG = LoggerFactory.getLogger(NewTables.class);

    private final SqlSession session;
    private final TableSelection selection;
    private final Set<TableId> known;
    private final Set<TableId> said = new HashSet<>();

    /** @param known tables of the task */
    public NewTables(SqlSession session, TableSelection selection, Set<TableId> known) {
        this.session = session;
        this.selection = selection;
        this.known = Set.copyOf(known);
    }

    /** Whether there is one that could be followed. */
    public boolean areThere() {
        List<TableId> found = new Catalog(session, new TypeCatalog(session))
                        .numbers(selection, (table, oid) -> selection.isSelected(table) && !known.contains(table))
                        .keySet()
                        .stream()
                        .toList();
        return !found.isEmpty() && found.stream().anyMatch(this::isReady);
    }

    private boolean isReady(TableId table) {
        boolean isReady = new Catalog(session, new TypeCatalog(session))
                .tables(new Only(table, selection)).stream()
                        .anyMatch(each -> each.isPublishable() && !each.key().isEmpty() && each.identifiesKey());
        if (!isReady && said.add(table)) {
            LOG.warn("a table that the task takes was made, and is not followed for want of a key: table={}", table);
        }
        return isReady;
    }

    private record Only(TableId table, TableSelection selection) implements TableSelection {
        @Override
        public boolean isSelected(TableId other) {
            return table.equals(other);
        }

        @Override
        public List<String> declaredKey(TableId other) {
            return selection.declaredKey(other);
        }

        @Override
        public Set<TableId> named() {
            return selection.named();
        }
    }
}
