package io.millrace.mapping;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which tables are loaded together, under one exact snapshot and in one transaction of the target: those between which the source
 * changes rows without a trace, and those whose ties the target enforces already (EXACTNESS 40). Confined to one thread.
 */
final class LoadGroups {
    private final TieGroups groups = new TieGroups();
    private final Map<TableId, Integer> numbers = new TreeMap<>();
    private final List<TableId> order = new ArrayList<>();

    private LoadGroups() {}

    static LoadGroups of(
            List<TargetTable> targets,
            Map<TableId, TargetState> states,
            List<TableId> parentsFirst,
            List<StructureItem> unlogged) {
        LoadGroups loads = new LoadGroups();
        for (TargetTable target : targets) {
            TargetState state = states.get(target.name());
            if (state != null && state.isEnforced()) {
                loads.groups.add(target.name());
                state.tiedTo().forEach(other -> loads.groups.join(target.name(), other));
            }
        }
        unlogged.forEach(key ->
                loads.groups.join(key.table(), key.reference().orElseThrow().table()));
        for (TargetTable target : targets) {
            Optional<TableId> first = loads.groups.of(target.name());
            first.ifPresent(name -> loads.numbers.putIfAbsent(name, loads.numbers.size()));
        }
        loads.order.addAll(parentsFirst.stream()
                .filter(name -> loads.groups.of(name).isPresent())
                .toList());
        return loads;
    }

    int groupOf(TableId table) {
        return groups.of(table).map(numbers::get).orElse(-1);
    }

    /** Parents before children. */
    List<TableId> order() {
        return List.copyOf(order);
    }
}
