package io.millrace.pipeline.statement;

import io.millrace.schema.TableId;
import io.millrace.task.AddedColumn;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import java.util.List;
import java.util.Optional;

/**
 * What of a task goes by the source's name of a table. A table with another name would go on without it, or with another table's: a mask or
 * a filter that was there would be silently gone. Pure.
 */
final class RulesByName {
    private final TaskSpec task;
    private final TableId from;
    private final TableId to;

    private RulesByName(TaskSpec task, TableId from, TableId to) {
        this.task = task;
        this.from = from;
        this.to = to;
    }

    /** Why rows of a table would not come under another name as they did; empty where they would. */
    static Optional<String> difference(TaskSpec task, TableId from, TableId to) {
        return new RulesByName(task, from, to)
                .differing()
                .map(key -> "rules of the task go by its name, and its next rows"
                        + " would come without them or with others: key=" + key + ", name=" + to
                        + ", fix=let them name both");
    }

    private Optional<String> differing() {
        if (!steps(from).equals(steps(to))) {
            return Optional.of("transforms");
        }
        if (!added(from).equals(added(to))) {
            return Optional.of("mapping.add");
        }
        return task.dmlOf(from).equals(task.dmlOf(to)) ? Optional.empty() : Optional.of("dml");
    }

    private List<TransformStep> steps(TableId table) {
        return task.transforms().steps().stream()
                .filter(step -> step.isOf(table))
                .toList();
    }

    private List<AddedColumn> added(TableId table) {
        return task.transforms().added().stream()
                .filter(column -> column.isOf(table))
                .toList();
    }
}
