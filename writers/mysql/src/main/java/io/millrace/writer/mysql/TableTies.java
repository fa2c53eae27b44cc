package io.millrace.writer.mysql;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What ties a table's rows to others beyond their key: further unique indexes, foreign keys in either direction (EXACTNESS 25).
 *
 * @param tables at the other end of foreign keys
 * @param uniqueColumns of further unique keys; all columns where one is over expressions
 */
record TableTies(boolean isTied, List<TableId> tables, List<String> uniqueColumns) {
    TableTies {
        tables = List.copyOf(tables);
        uniqueColumns = List.copyOf(uniqueColumns);
    }

    /**
     * As the server has them.
     *
     * @param others at the other end of its foreign keys
     */
    static TableTies of(CatalogTable table, List<String> key, List<TableId> others) {
        return new TableTies(
                table.hasOtherUniqueIndex(key) || !others.isEmpty(), others, table.otherUniqueColumns(key));
    }

    /** With what the task has yet to make, so that rows are shared out alike before and behind that. */
    TableTies and(TableId table, List<StructureItem> noted) {
        boolean doesTie = isTied;
        Set<TableId> others = new TreeSet<>(tables);
        Set<String> unique = new TreeSet<>(uniqueColumns);
        for (StructureItem item : noted) {
            Optional<TableId> parent = item.reference().map(StructureItem.Reference::table);
            boolean isParent = parent.filter(table::equals).isPresent();
            if (item.kind() == StructureItem.Kind.UNIQUE && item.table().equals(table)) {
                unique.addAll(item.columns());
            }
            if (item.doesTie() && (isParent || item.table().equals(table))) {
                doesTie = true;
                parent.ifPresent(each -> others.add(isParent ? item.table() : each));
            }
        }
        return new TableTies(doesTie, List.copyOf(others), List.copyOf(unique));
    }
}
