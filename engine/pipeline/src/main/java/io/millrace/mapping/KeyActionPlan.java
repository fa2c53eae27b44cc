package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.row.KeyHasher;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.TaskSpec;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which foreign keys of the task change rows that the source does not tell of, who runs their actions, and what keeps that from
 * being exact. Confined to one thread while it is made, and immutable then.
 */
public final class KeyActionPlan {
    private final ForeignKeyActions mode;
    private final boolean isReplica;
    private final Target target;
    private final Set<TableId> existing;
    private final Map<TableId, List<StructureItem>> has;
    private final List<Finding> findings;
    private final Map<TableId, TableDetails> details = new HashMap<>();
    private final Map<TableId, TargetTable> targets = new HashMap<>();
    private final List<StructureItem> unlogged = new ArrayList<>();
    private final List<StructureItem> ignored = new ArrayList<>();

    private KeyActionPlan(
            TaskSpec task,
            Target target,
            Set<TableId> existing,
            Map<TableId, List<StructureItem>> has,
            List<Finding> findings) {
        // Where every change is a row, nobody runs an action: there are no children to change.
        mode = task.target().isAppend() ? ForeignKeyActions.IGNORE : task.keyActions();
        isReplica = task.target().isReplica();
        this.target = target;
        this.existing = existing;
        this.has = has;
        this.findings = findings;
    }

    /**
     * Looks at all keys.
     *
     * @param wanted in the order of {@code tables}: what the source has
     * @param existing target tables that are there
     * @param has their foreign keys
     * @param findings takes what was found
     */
    public static KeyActionPlan of(
            TaskSpec task,
            List<TableDetails> tables,
            List<TableStructure> wanted,
            Target target,
            Set<TableId> existing,
            Map<TableId, List<StructureItem>> has,
            List<Finding> findings) {
        KeyActionPlan plan = new KeyActionPlan(task, target, existing, has, findings);
        for (int i = 0; i < tables.size(); i++) {
            TableId name = tables.get(i).schema().table();
            plan.details.put(name, tables.get(i));
            plan.targets.put(name, wanted.get(i).table());
        }
        for (int i = 0; i < tables.size(); i++) {
            for (ForeignKey key : tables.get(i).foreignKeys()) {
                if (key.isUnlogged()) {
                    plan.add(tables.get(i), key, wanted.get(i));
                }
            }
        }
        return plan;
    }

    /** Keys whose actions somebody must run: the target, or the engine where it does not. */
    public List<StructureItem> unlogged() {
        return List.copyOf(unlogged);
    }

    /** Keys whose actions nobody runs, as the task says, of parents that are selected. */
    public List<StructureItem> ignored() {
        return List.copyOf(ignored);
    }

    /** What is made of a structure: keys with actions only where the target shall run them, and their indexes at once. */
    public TableStructure made(TableStructure wanted, TableDetails table) {
        if (table.foreignKeys().stream().noneMatch(ForeignKey::isUnlogged)) {
            return wanted;
        }
        List<StructureItem> items = new ArrayList<>();
        for (StructureItem item : wanted.items()) {
            boolean isAction = item.kind() == StructureItem.Kind.FOREIGN_KEY
                    && table.foreignKeys().stream()
                            .anyMatch(key -> key.isUnlogged() && key.name().equals(item.name()));
            if (item.kind() == StructureItem.Kind.INDEX) {
                items.add(new StructureItem(
                        item.kind(), item.table(), item.name(), item.columns(), item.reference(), true, item.parts()));
            } else if (!isAction || mode == ForeignKeyActions.TARGET) {
                items.add(item);
            }
        }
        return wanted.withItems(items);
    }

    /** Says which keys the target, that was to run their actions, will not have. */
    public void requireMade(List<TableStructure> adapted) {
        if (mode != ForeignKeyActions.TARGET) {
            return;
        }
        for (StructureItem key : unlogged) {
            boolean isMade = existing.contains(key.table())
                    || adapted.stream().anyMatch(structure -> structure.items().contains(key));
            if (!isMade) {
                findings.add(new Finding(
                        Severity.ERROR,
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        key.table().toString(),
                        "the target cannot have the foreign key whose action it is to run: foreignKey=" + key.name()
                                + ", table=" + key.table(),
                        "foreign_key_actions: apply, or exclude the table"));
            }
        }
    }

    private void add(TableDetails table, ForeignKey key, TableStructure wanted) {
        String what = "foreignKey=" + key.name() + ", table="
                + table.schema().table() + ", parent=" + key.parent() + ", onDelete=" + key.onDelete() + ", onUpdate="
                + key.onUpdate();
        TableId name = table.schema().table();
        if (mode == ForeignKeyActions.IGNORE) {
            find(
                    Severity.WARNING,
                    name,
                    "the source changes rows by a foreign key without a trace in the binlog, and nobody follows: "
                            + what,
                    "foreign_key_actions: target, or apply");
            item(key, wanted).ifPresent(ignored::add);
            return;
        }
        Optional<String> obstacle = obstacle(table, key);
        if (obstacle.isPresent()) {
            find(
                    Severity.ERROR,
                    name,
                    "is changed by a foreign key without a trace in the binlog, which cannot be followed: reason="
                            + obstacle.get() + ", " + what,
                    obstacleFix(key));
            return;
        }
        StructureItem item = item(key, wanted).orElseThrow();
        compareWithTarget(name, item, what);
        unlogged.add(item);
        find(
                Severity.INFO,
                name,
                "a foreign key changes rows without a trace in the binlog: runs="
                        + (mode == ForeignKeyActions.TARGET ? "target" : "millrace") + ", " + what,
                "nothing to do");
    }

    private String obstacleFix(ForeignKey key) {
        if (isReplica && mode == ForeignKeyActions.TARGET) {
            return "foreign_key_actions: apply, or target.session: plain";
        }
        return details.containsKey(key.parent())
                ? "exclude the table, or foreign_key_actions: ignore"
                : "select " + key.parent() + " too, exclude the table, or foreign_key_actions: ignore";
    }

    private static Optional<StructureItem> item(ForeignKey key, TableStructure wanted) {
        return wanted.items().stream()
                .filter(each -> each.kind() == StructureItem.Kind.FOREIGN_KEY
                        && each.name().equals(key.name()))
                .findFirst();
    }

    private Optional<String> obstacle(TableDetails child, ForeignKey key) {
        TableDetails parent = details.get(key.parent());
        if (parent == null) {
            return Optional.of("the parent is not selected");
        }
        if (isReplica && mode == ForeignKeyActions.TARGET) {
            return Optional.of("target.session is replica, where the target's foreign keys rest");
        }
        for (String action : List.of(key.onDelete(), key.onUpdate())) {
            if (action.equals("UNKNOWN")) {
                return Optional.of("the account may not see the key's action");
            }
            if (KeyAction.of(action) == KeyAction.SET_DEFAULT) {
                return Optional.of("SET DEFAULT is not built");
            }
        }
        return computedObstacle(child, key)
                .or(() -> columnObstacle(child.schema(), key.columns()))
                .or(() -> columnObstacle(parent.schema(), key.parentColumns()));
    }

    /** What is computed of a column that the action changes changes with it, and is not told of either. */
    private Optional<String> computedObstacle(TableDetails child, ForeignKey key) {
        boolean isChanged = KeyAction.of(key.onDelete()) == KeyAction.SET_NULL
                || KeyAction.of(key.onUpdate()) == KeyAction.SET_NULL
                || KeyAction.of(key.onUpdate()) == KeyAction.CASCADE;
        if (!isChanged) {
            return Optional.empty();
        }
        TargetTable written = targets.get(child.schema().table());
        return written.columns().stream()
                .map(column ->
                        written.source().columns().get(column.sourceColumn()).name())
                .filter(name -> ComputedColumns.bases(child, name).stream()
                        .anyMatch(base -> key.columns().stream().anyMatch(base::equalsIgnoreCase)))
                .findFirst()
                .map(name -> "a column that the source computes of it is carried: column=" + name
                        + ", otherwise=columns.drop");
    }

    private static Optional<String> columnObstacle(TableSchema table, List<String> names) {
        for (String name : names) {
            Optional<Column> column = table.columns().stream()
                    .filter(each -> each.name().equalsIgnoreCase(name))
                    .findFirst();
            if (column.isEmpty()) {
                return Optional.of("a column is not carried: column=" + name);
            }
            if (!KeyHasher.isHashable(column.get())) {
                return Optional.of("the source compares the column by a collation: column=" + name + ", collation="
                        + column.get().collation());
            }
        }
        return Optional.empty();
    }

    /** A table that exists must have the key if it is to run the action, and no other action in any case. */
    private void compareWithTarget(TableId child, StructureItem key, String what) {
        if (!existing.contains(key.table())) {
            return;
        }
        Optional<StructureItem> same = has.getOrDefault(key.table(), List.of()).stream()
                .filter(each -> each.columns().equals(key.columns())
                        && each.reference()
                                .orElseThrow()
                                .table()
                                .equals(key.reference().orElseThrow().table()))
                .findFirst();
        if (same.isEmpty() && mode == ForeignKeyActions.TARGET) {
            find(
                    Severity.ERROR,
                    child,
                    "the target lacks the foreign key whose action it is to run: target=" + key.table() + ", " + what,
                    target.statement(key) + "; or foreign_key_actions: apply");
        } else if (same.isPresent() && !same.get().reference().equals(key.reference())) {
            StructureItem.Reference has = same.get().reference().orElseThrow();
            find(
                    Severity.ERROR,
                    child,
                    "the target's foreign key does something else: target=" + key.table() + ", has=ON DELETE "
                            + has.onDelete().sql() + " ON UPDATE "
                            + has.onUpdate().sql() + " on " + has.columns() + ", "
                            + what,
                    "give it the source's actions, or drop it and set foreign_key_actions: apply");
        }
    }

    private void find(Severity severity, TableId subject, String message, String fix) {
        findings.add(new Finding(severity, ErrorCode.TABLE_REFUSED, subject.toString(), message, fix));
    }
}
