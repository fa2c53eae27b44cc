package io.millrace.pipeline.reload;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.statement.RowsLeft;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.task.ExistingRows;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Target;
import java.util.List;
import java.util.Set;

/** Which tables can be loaded again so that the target is exactly what the source is (decision 0027). Immutable. */
public final class ReloadRules {
    private final TaskSpec task;
    private final Target target;
    private final TaskPlan plan;

    public ReloadRules(TaskSpec task, Target target, TaskPlan plan) {
        this.task = task;
        this.target = target;
        this.plan = plan;
    }

    /** The tables that are loaded again with one, it included: those with which it is loaded at once. */
    public List<TablePlan> together(TablePlan table) {
        return table.isGrouped()
                ? plan.tables().stream()
                        .filter(each -> each.loadGroup() == table.loadGroup())
                        .toList()
                : List.of(table);
    }

    /**
     * Requires that a table and those that go with it can be loaded again.
     *
     * @param positions of the task's checkpoints
     * @throws MillraceException with NOT_SUPPORTED_YET, naming why not
     */
    public void require(TablePlan table, List<SourcePosition> positions) {
        refuseIf(!task.has(Step.FULL), table, "steps lack full");
        refuseIf(
                task.target().isAppend(), table, "write_mode=append: rows of the target are changes, not the source's");
        refuseIf(
                task.target().existingRows() == ExistingRows.KEEP,
                table,
                "existing_rows=keep: rows that the source does not have would be removed");
        refuseIf(
                task.has(Step.INCREMENTAL) && positions.stream().anyMatch(BinlogPosition.class::isInstance),
                table,
                "positions of files do not tell whether a snapshot shows what was applied; gtid_mode=ON would");
        List<TablePlan> together = together(table);
        together.forEach(this::requireAlone);
        List<TableId> names =
                together.stream().map(each -> each.target().name()).toList();
        Set<TableId> referring = target.referring(names);
        refuseIf(
                !referring.isEmpty(),
                table,
                "foreign keys of other tables refer to its rows, which are removed and come again: referring="
                        + referring);
    }

    private void requireAlone(TablePlan table) {
        refuseIf(table.isJoined(), table, "its target has rows of other tables, too");
        List<TableId> left = RowsLeft.of(task, target.control())
                .in(table.target().name(), table.source().table());
        refuseIf(!left.isEmpty(), table, "rows of tables that are the task's no more stay in its target: of=" + left);
        refuseIf(
                table.policies().ignoresAny() || table.policies().marksDeletes(),
                table,
                "policies for its row changes leave at the target what the source does not have");
        List<Integer> key = table.target().key().stream()
                .map(i -> table.target().columns().get(i).sourceColumn())
                .toList();
        refuseIf(!key.equals(table.source().key()), table, "its key at the target is another one than at the source");
    }

    private static void refuseIf(boolean isSo, TablePlan table, String why) {
        if (isSo) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a table cannot be loaded again: table=" + table.source().table() + ", reason=" + why);
        }
    }
}
