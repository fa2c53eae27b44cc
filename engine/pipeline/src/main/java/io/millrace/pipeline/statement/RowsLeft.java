package io.millrace.pipeline.statement;

import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ControlStore;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rows in the task's targets that are of tables which are the task's no more: of those that went by a statement that was left out, and of those that
 * the task was told to take no longer. They stay, whatever is done to rows of tables that share the target. A table that has such a name
 * again has those rows, too: nothing tells them apart. Confined to one thread.
 */
public final class RowsLeft {
    private final Set<LeftRows> gone = new LinkedHashSet<>();
    private final Set<LeftRows> excluded = new LinkedHashSet<>();

    /** @param followed tables of which the target keeps what they are, taken or not */
    public RowsLeft(TaskSpec task, Collection<LeftRows> left, Collection<FollowedTable> followed) {
        gone.addAll(left);
        for (FollowedTable table : followed) {
            LeftRows rows =
                    new LeftRows(table.table(), task.targetOf(table.seen().table()));
            if (task.tables().isSelected(table.table())) {
                gone.remove(rows);
            } else {
                excluded.add(rows);
            }
        }
    }

    /** As the target keeps it. */
    public static RowsLeft of(TaskSpec task, ControlStore control) {
        return new RowsLeft(task, control.leftRows(), control.followed());
    }

    /** Tables with rows in a target, but for one. */
    public List<TableId> in(TableId target, TableId except) {
        List<TableId> tables = new ArrayList<>();
        for (Set<LeftRows> some : List.of(gone, excluded)) {
            some.stream()
                    .filter(rows ->
                            rows.target().equals(target) && !rows.source().equals(except))
                    .forEach(rows -> tables.add(rows.source()));
        }
        return tables;
    }

    /**
     * Why a statement on that table cannot be carried out on the target's rows as on its own.
     *
     * @param more of the reason
     */
    String reason(TableId target, TableId table, String more) {
        return "rows of tables that are the task's no more stay in its target" + more + ": target=" + target + ", of="
                + in(target, table);
    }

    /** Targets with such rows. */
    public Set<TableId> targets() {
        Set<LeftRows> all = new LinkedHashSet<>(gone);
        all.addAll(excluded);
        return all.stream().map(LeftRows::target).collect(Collectors.toUnmodifiableSet());
    }

    /** A table goes, and its rows stay. */
    void leave(TableId source, TableId target) {
        gone.add(new LeftRows(source, target));
    }

    /** Rows of that name are gone. */
    void remove(TableId source, TableId target) {
        gone.remove(new LeftRows(source, target));
    }

    /** What the target is to keep of it. */
    Set<LeftRows> kept() {
        return Set.copyOf(gone);
    }
}
