package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One structure for each target: of several source tables the first's, with the indexes and keys that all of them have. Pure. */
public final class JoinedStructures {
    private JoinedStructures() {}

    /**
     * The structures, each target's once.
     *
     * @param wanted of all source tables
     * @param unlogged foreign keys whose actions the source does not tell: between tables that are joined nobody can follow them
     * @param findings takes what is left out, and why
     */
    public static List<TableStructure> of(
            List<TableStructure> wanted, List<StructureItem> unlogged, List<Finding> findings) {
        Map<TableId, List<TableStructure>> groups = new LinkedHashMap<>();
        wanted.forEach(structure -> groups.computeIfAbsent(structure.table().name(), name -> new ArrayList<>())
                .add(structure));
        for (StructureItem key : unlogged) {
            TableId parent = key.reference().orElseThrow().table();
            if (groups.getOrDefault(key.table(), List.of()).size() > 1
                    || groups.getOrDefault(parent, List.of()).size() > 1) {
                findings.add(new Finding(
                        Severity.ERROR,
                        ErrorCode.TABLE_REFUSED,
                        key.table().toString(),
                        "a foreign key whose action the source does not log cannot be followed where tables are joined:"
                                + " foreignKey=" + key.name() + ", target=" + key.table() + ", parent=" + parent,
                        "exclude the tables, give each a target of its own, or foreign_key_actions: ignore"));
            }
        }
        return groups.values().stream().map(group -> one(group, findings)).toList();
    }

    private static TableStructure one(List<TableStructure> group, List<Finding> findings) {
        TableStructure first = group.get(0);
        if (group.size() == 1) {
            return first;
        }
        List<StructureItem> items = new ArrayList<>();
        for (StructureItem item : first.items()) {
            boolean isOfAll =
                    group.stream().allMatch(other -> other.items().stream().anyMatch(each -> isAlike(item, each)));
            if (isOfAll) {
                items.add(item);
            } else {
                findings.add(new Finding(
                        Severity.WARNING,
                        ErrorCode.TABLES_COLLIDE,
                        item.table().toString(),
                        "not made, since not all tables that are joined have it: name=" + item.name() + ", columns="
                                + item.columns() + ", target=" + item.table(),
                        "make it at the target by hand where it is wanted"));
            }
        }
        return first.withItems(items);
    }

    private static boolean isAlike(StructureItem one, StructureItem other) {
        return one.kind() == other.kind()
                && one.columns().equals(other.columns())
                && one.parts().equals(other.parts())
                && one.reference().equals(other.reference());
    }
}
