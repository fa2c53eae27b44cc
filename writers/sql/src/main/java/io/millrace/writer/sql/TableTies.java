package io.millrace.writer.sql;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What ties a table's rows to others beyond their key, as far as the server enforces it on us (EXACTNESS 25).
 *
 * @param tables at the other end of foreign keys
 * @param uniqueColumns of further unique keys; all columns where one is not on whole columns of all rows
 */
public record TableTies(boolean isTied, List<TableId> tables, List<String> uniqueColumns) {
    public TableTies {
        tables = List.copyOf(tables);
        uniqueColumns = List.copyOf(uniqueColumns);
    }

    /**
     * With what the task has yet to make, so that rows are shared out alike before and behind that.
     *
     * @param noted of the table, of others that refer to it, or of others altogether
     * @param doKeysRest whether foreign keys do not bind our sessions
     */
    public TableTies and(TableId table, List<StructureItem> noted, boolean doKeysRest) {
        if (noted.isEmpty()) {
            return this;
        }
        boolean doesTie = isTied;
        Set<TableId> others = new TreeSet<>(tables);
        Set<String> unique = new TreeSet<>(uniqueColumns);
        for (StructureItem item : noted) {
            Optional<TableId> parent = item.reference().map(StructureItem.Reference::table);
            boolean isParent = parent.filter(table::equals).isPresent();
            if (item.kind() == StructureItem.Kind.UNIQUE && item.table().equals(table)) {
                unique.addAll(item.columns());
            }
            boolean doesRest = doKeysRest && item.kind() == StructureItem.Kind.FOREIGN_KEY;
            if (item.doesTie() && !doesRest && (isParent || item.table().equals(table))) {
                doesTie = true;
                parent.ifPresent(each -> others.add(isParent ? item.table() : each));
            }
        }
        return new TableTies(doesTie, List.copyOf(others), List.copyOf(unique));
    }
}
