package io.millrace.transform;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.AddedColumn;
import io.millrace.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes of what a task says of rows what becomes of one table's, as its catalog is; every problem is a finding that names the table.
 * Confined to one thread.
 */
public final class TransformCompiler {
    private final TaskSpec task;
    private final List<Finding> findings;

    /** @param findings takes what is wrong */
    public TransformCompiler(TaskSpec task, List<Finding> findings) {
        this.task = task;
        this.findings = findings;
    }

    /** Empty where rows of the table stay as they are, or nothing can be made of what the task says. */
    public Optional<TableTransform> of(TableSchema source, TableId target) {
        List<AddedColumn> added = task.transforms().added().stream()
                .filter(column -> column.isOf(source.table()))
                .toList();
        if (added.isEmpty()) {
            return Optional.empty();
        }
        int problems = findings.size();
        List<Column> columns = new ArrayList<>(source.columns());
        List<Integer> key = new ArrayList<>(source.key());
        List<TableTransform.PassColumn> steps = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (AddedColumn each : added) {
            try {
                Column column = AddedColumns.column(each);
                requireNew(columns, column);
                ColumnStep step = AddedColumns.step(each, column, source.table(), target, task);
                steps.add(new TableTransform.PassColumn(columns.size(), () -> step));
                if (each.isKey()) {
                    key.add(columns.size());
                }
                columns.add(column);
                text.append("add ")
                        .append(each.name())
                        .append(' ')
                        .append(each.value())
                        .append(';');
            } catch (IllegalArgumentException e) {
                error(source.table(), "mapping.add", each.name(), e.getMessage());
            }
        }
        return findings.size() > problems
                ? Optional.empty()
                : Optional.of(new TableTransform(
                        source,
                        new TableSchema(source.table(), source.version(), columns, key),
                        List.of(new TableTransform.Pass(steps)),
                        text.toString()));
    }

    private static void requireNew(List<Column> columns, Column column) {
        if (columns.stream().anyMatch(other -> other.name().equalsIgnoreCase(column.name()))) {
            throw new IllegalArgumentException("the table has such a column already");
        }
    }

    private void error(TableId table, String key, String column, String problem) {
        findings.add(new Finding(
                Finding.Severity.ERROR,
                ErrorCode.INVALID_VALUE,
                table.toString(),
                problem + (problem.contains(": ") ? ", key=" : ": key=") + key + ", table=" + table + ", column="
                        + column,
                ErrorCode.INVALID_VALUE.advice()));
    }
}
