package io.millrace.writer.sql;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Foreign keys that tables will have behind their load, beside those that the server has already. Pure. */
public final class NotedKeys {
    private NotedKeys() {}

    /**
     * Foreign keys by the table that has them.
     *
     * @param enforced as the server has them
     * @param noted what the task has made or is to make, of any tables
     * @param tables those whose keys are wanted
     */
    public static Map<TableId, List<StructureItem>> with(
            Map<TableId, List<StructureItem>> enforced, Collection<StructureItem> noted, Set<TableId> tables) {
        Map<TableId, List<StructureItem>> keys = new HashMap<>();
        enforced.forEach((table, has) -> keys.put(table, new ArrayList<>(has)));
        for (StructureItem item : noted) {
            if (item.kind() == StructureItem.Kind.FOREIGN_KEY && tables.contains(item.table())) {
                List<StructureItem> has = keys.computeIfAbsent(item.table(), table -> new ArrayList<>());
                if (has.stream().noneMatch(key -> isSame(key, item))) {
                    has.add(item);
                }
            }
        }
        return keys;
    }

    /** By child columns and parent: a key of the source may have other actions here. */
    private static boolean isSame(StructureItem a, StructureItem b) {
        Reference to = a.reference().orElseThrow();
        return a.columns().equals(b.columns())
                && to.table().equals(b.reference().orElseThrow().table());
    }
}
