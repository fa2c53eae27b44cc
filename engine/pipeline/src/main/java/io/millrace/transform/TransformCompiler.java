package io.millrace.transform;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.AddedColumn;
import io.millrace.task.Conflicts;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.transform.row.Stage;
import io.millrace.transform.row.TableTransform;
import io.millrace.transform.step.ColumnStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes of what a task says of rows what becomes of each table's, as the catalog is; every problem is a finding that names the table.
 * Confined to one thread.
 */
public final class TransformCompiler {
    private final TaskSpec task;
    private final Map<TableId, Set<String>> unsent;
    private final List<Finding> findings;
    private final Set<Object> used = new HashSet<>();

    /**
     * @param unsent by table: columns whose value an update's new row may lack
     * @param findings takes what is wrong
     */
    public TransformCompiler(TaskSpec task, Map<TableId, Set<String>> unsent, List<Finding> findings) {
        this.task = task;
        this.unsent = Map.copyOf(unsent);
        this.findings = findings;
    }

    /** Empty where rows of the table stay as they are, or nothing can be made of what the task says. */
    public Optional<TableTransform> of(TableSchema source, TableId target) {
        List<TransformStep> steps = task.transforms().steps().stream()
                .filter(step -> step.isOf(source.table()))
                .toList();
        List<AddedColumn> added = task.transforms().added().stream()
                .filter(column -> column.isOf(source.table()))
                .toList();
        int problems = findings.size();
        EffectiveShape shape = new EffectiveShape(source);
        StepCompiler compiler = new StepCompiler(
                shape,
                unsent.getOrDefault(source.table(), Set.of()),
                (code, problem) -> error(source.table(), code, problem));
        List<Stage> stages = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (TransformStep step : steps) {
            int before = findings.size();
            Optional<Stage> stage = compiler.compile(step);
            stage.ifPresent(stages::add);
            if (stage.isPresent() || findings.size() > before) {
                used.add(step);
                text.append(StepText.of(step)).append(';');
            }
        }
        boolean isFiltered = stages.stream().anyMatch(Stage.Filter.class::isInstance);
        if (isFiltered && task.conflicts() != Conflicts.REPAIR) {
            error(
                    source.table(),
                    ErrorCode.NOT_SUPPORTED_YET,
                    "what a filter left out is missing at the target, and would be a conflict: key=conflicts");
        }
        if (!added.isEmpty()) {
            stages.add(added(added, shape, target, text));
        }
        if (task.target().isAppend()) {
            appended(shape, text).ifPresent(stages::add);
        }
        if (findings.size() > problems || stages.isEmpty()) {
            return Optional.empty();
        }
        Set<String> mayLack = unsent.getOrDefault(source.table(), Set.of());
        if (!mayLack.isEmpty() && isFiltered && !task.target().isAppend()) {
            warnOfPartialRows(source.table(), mayLack);
        }
        TableSchema written = task.target().isAppend() ? shape.appended() : shape.schema();
        return Optional.of(new TableTransform(source, written, stages, text.toString()));
    }

    private Stage added(List<AddedColumn> added, EffectiveShape shape, TableId target, StringBuilder text) {
        TableSchema input = shape.schema();
        List<Stage.PassColumn> columns = new ArrayList<>();
        for (AddedColumn each : added) {
            used.add(each);
            text.append("add ")
                    .append(each.name())
                    .append(' ')
                    .append(each.value())
                    .append(';');
            try {
                int index = shape.add(AddedColumns.column(each), each.isKey());
                ColumnStep step = AddedColumns.step(each, shape.column(index), shape.table(), target, task);
                columns.add(new Stage.PassColumn(index, Set.of(), () -> step));
            } catch (IllegalArgumentException e) {
                error(
                        shape.table(),
                        ErrorCode.INVALID_VALUE,
                        withKey(e.getMessage(), "mapping.add") + ", column=" + each.name());
            }
        }
        return new Stage.Pass(input, columns);
    }

    private Optional<Stage> appended(EffectiveShape shape, StringBuilder text) {
        TableSchema input = shape.schema();
        text.append("append;");
        try {
            return Optional.of(new Stage.Pass(input, AppendedColumns.of(shape)));
        } catch (IllegalArgumentException e) {
            error(
                    shape.table(),
                    ErrorCode.INVALID_VALUE,
                    withKey(e.getMessage(), "target.write_mode") + ", columns=" + AppendedColumns.OPERATION + ", "
                            + AppendedColumns.POSITION + ", " + AppendedColumns.COMMIT_TIME + ", "
                            + AppendedColumns.ORDINAL);
            return Optional.empty();
        }
    }

    static String withKey(String problem, String key) {
        return problem + (problem.contains(": ") ? ", key=" : ": key=") + key;
    }

    private void error(TableId table, ErrorCode code, String problem) {
        findings.add(new Finding(
                Finding.Severity.ERROR, code, table.toString(), problem + ", table=" + table, code.advice()));
    }

    /** A row that was not at the target cannot come there without all its columns. */
    private void warnOfPartialRows(TableId table, Set<String> columns) {
        findings.add(new Finding(
                Finding.Severity.WARNING,
                ErrorCode.PARTIAL_IMAGE,
                table.toString(),
                "a row that comes into a filter by an update may lack columns, and is dirty then: table=" + table
                        + ", columns=" + new TreeSet<>(columns),
                ErrorCode.PARTIAL_IMAGE.advice()));
    }

    /** Once all tables have been asked for: what changes none of them is a warning. */
    public void warnOfUnused() {
        for (int i = 0; i < task.transforms().steps().size(); i++) {
            TransformStep step = task.transforms().steps().get(i);
            if (!used.contains(step)) {
                unused("transforms[" + i + "]." + StepCompiler.name(step));
            }
        }
        for (int i = 0; i < task.transforms().added().size(); i++) {
            if (!used.contains(task.transforms().added().get(i))) {
                unused("mapping.add[" + i + "]");
            }
        }
    }

    private void unused(String key) {
        findings.add(new Finding(
                Finding.Severity.WARNING,
                ErrorCode.NO_TABLE_SELECTED,
                key,
                "it changes no selected table: key=" + key,
                ErrorCode.NO_TABLE_SELECTED.advice()));
    }
}
