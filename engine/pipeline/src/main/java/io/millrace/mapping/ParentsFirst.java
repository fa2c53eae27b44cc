package io.millrace.mapping;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tables in an order in which each stands behind all to which its foreign keys refer. Confined to one thread. */
final class ParentsFirst {
    private final Map<TableId, Set<TableId>> parents = new HashMap<>();
    private final Set<TableId> placed = new LinkedHashSet<>();

    private ParentsFirst() {}

    /** The order; where keys go round in a circle, any that keeps the others. */
    static List<TableId> of(List<TargetTable> targets, List<StructureItem> items) {
        ParentsFirst order = new ParentsFirst();
        for (StructureItem item : items) {
            item.reference()
                    .ifPresent(to -> order.parents
                            .computeIfAbsent(item.table(), name -> new LinkedHashSet<>())
                            .add(to.table()));
        }
        targets.forEach(target -> order.place(target.name(), new ArrayList<>()));
        order.placed.retainAll(targets.stream().map(TargetTable::name).collect(Collectors.toSet()));
        return List.copyOf(order.placed);
    }

    private void place(TableId table, List<TableId> path) {
        if (placed.contains(table) || path.contains(table)) {
            return;
        }
        path.add(table);
        parents.getOrDefault(table, Set.of()).forEach(parent -> place(parent, path));
        placed.add(table);
    }
}
