package io.millrace.mapping;

import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sets of tables that are tied to each other, each named by the first of its tables. Confined to one thread. */
final class TieGroups {
    private final Map<TableId, TableId> parents = new HashMap<>();

    void add(TableId table) {
        parents.putIfAbsent(table, table);
    }

    void join(TableId a, TableId b) {
        add(a);
        add(b);
        TableId rootA = root(a);
        TableId rootB = root(b);
        boolean isAFirst = rootA.compareTo(rootB) <= 0;
        parents.put(isAFirst ? rootB : rootA, isAFirst ? rootA : rootB);
    }

    Optional<TableId> of(TableId table) {
        return parents.containsKey(table) ? Optional.of(root(table)) : Optional.empty();
    }

    private TableId root(TableId table) {
        TableId at = table;
        while (!parents.get(at).equals(at)) {
            at = parents.get(at);
        }
        return at;
    }
}
