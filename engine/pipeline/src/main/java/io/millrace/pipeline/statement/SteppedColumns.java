package io.millrace.pipeline.statement;

import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import io.millrace.transform.WrittenColumns;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a statement does to columns that steps of the task write. Steps see rows, and not the value that rows get which are there; and they go by names, so
 * that a column with another one would go on without them. Pure.
 */
final class SteppedColumns {
    private final WrittenColumns before;
    private final WrittenColumns after;

    private SteppedColumns(WrittenColumns before, WrittenColumns after) {
        this.before = before;
        this.after = after;
    }

    private static SteppedColumns of(Transforms transforms, TableId table, TableSchema seen, TableSchema next) {
        return new SteppedColumns(
                WrittenColumns.of(transforms, named(table, seen)), WrittenColumns.of(transforms, named(table, next)));
    }

    private static TableSchema named(TableId table, TableSchema schema) {
        return new TableSchema(table, schema.version(), schema.columns(), schema.key());
    }

    /**
     * Requires that steps do to the table's rows what they did.
     *
     * @param changes of the target by the statement
     * @param renamed columns that the target sees under other names: old to new
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where they do not
     */
    static void require(
            TaskSpec task,
            FollowedTable before,
            FollowedTable after,
            List<TargetChange> changes,
            Map<String, String> renamed) {
        if (task.transforms().steps().isEmpty()) {
            return;
        }
        of(task.transforms(), before.table(), before.seen(), after.seen())
                .problem(changes, renamed)
                .ifPresent(problem -> {
                    throw StatementTranslation.refusal("table=" + before.table() + ", reason=" + problem);
                });
    }

    private Optional<String> problem(List<TargetChange> changes, Map<String, String> renamed) {
        Map<String, String> copied = changes.stream()
                .filter(TargetChange.CopyColumn.class::isInstance)
                .map(TargetChange.CopyColumn.class::cast)
                .collect(Collectors.toMap(TargetChange.CopyColumn::to, TargetChange.CopyColumn::from));
        for (TargetChange change : changes) {
            if (change instanceof TargetChange.AddColumn add) {
                String from = copied.get(add.column());
                Optional<String> problem = from == null ? added(add) : renamed(from, sourceOf(add));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return renamed.entrySet().stream()
                .flatMap(each -> renamed(each.getKey(), each.getValue()).stream())
                .findFirst();
    }

    private Optional<String> added(TargetChange.AddColumn add) {
        List<TransformStep> steps = after.of(sourceOf(add));
        boolean isKept = add.defaultText().isEmpty() && steps.stream().allMatch(WrittenColumns::doesKeepNull);
        return isKept || steps.isEmpty()
                ? Optional.empty()
                : Optional.of("rows that are there get a value that steps would change: column=" + add.column());
    }

    private Optional<String> renamed(String from, String to) {
        return before.of(from).equals(after.of(to))
                ? Optional.empty()
                : Optional.of(
                        "steps write the column by its name, and its next rows would come without them or with others:"
                                + " before=" + from + ", column=" + to);
    }

    private static String sourceOf(TargetChange.AddColumn add) {
        return add.after().columns().stream()
                .filter(column -> column.name().equals(add.column()))
                .map(column -> add.after()
                        .source()
                        .columns()
                        .get(column.sourceColumn())
                        .name())
                .findFirst()
                .orElseThrow();
    }
}
