package io.millrace.pipeline.statement;

import io.millrace.schema.TableId;
import io.millrace.task.DdlPolicy;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import io.millrace.writer.TargetChange;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a statement of the source is at the target. Immutable.
 *
 * @param changes in the order in which they are done
 * @param next tables as they are behind it, of which it makes another one
 * @param gone names of the source that are there no more, or stand for another table
 * @param renamed names of the source that are others behind it
 * @param emptied names of the source of whose rows the target has none behind it
 * @param left rows behind it of tables that are the task's no more
 * @param policies of its parts
 */
public record StatementPlan(
        List<TargetChange> changes,
        List<FollowedTable> next,
        List<TableId> gone,
        Map<TableId, TableId> renamed,
        Set<TableId> emptied,
        Set<LeftRows> left,
        Set<DdlPolicy> policies) {
    public StatementPlan {
        changes = List.copyOf(changes);
        next = List.copyOf(next);
        gone = List.copyOf(gone);
        renamed = Map.copyOf(renamed);
        emptied = Set.copyOf(emptied);
        left = Set.copyOf(left);
        policies = Set.copyOf(policies);
    }

    /** Names of the source whose rows are others behind it than those that a dirty row was one of. */
    public Set<TableId> changed() {
        Set<TableId> changed = new HashSet<>(gone);
        next.forEach(table -> changed.add(table.table()));
        changed.addAll(renamed.keySet());
        changed.removeAll(emptied);
        return changed;
    }
}
