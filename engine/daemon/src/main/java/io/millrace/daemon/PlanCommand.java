package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.Quantities;
import io.millrace.daemon.text.TextTable;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.ReloadPreview;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.schema.Column;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The mapping preview. */
@Command(
        name = "plan",
        description =
                "Shows where each table would go: names, columns, types, keys, what would be made. Changes nothing.")
final class PlanCommand implements Callable<Integer> {
    private static final int MOST_SAMPLED = 1000;

    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    @Option(names = "--sql", description = "Prints every statement that run would execute to make tables.")
    private boolean isSqlWanted;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description =
                    "Shows so many rows of each table before and after all that becomes of them; what masks cover is not shown.")
    private int sample;

    PlanCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        if (sample < 0 || sample > MOST_SAMPLED) {
            throw new MillraceException(
                    ErrorCode.USAGE, "not a number of rows: option=--sample, expected=0 to " + MOST_SAMPLED);
        }
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        TaskPreview preview = TaskPreview.of(
                loaded.get().task(), loaded.get().source(), loaded.get().target(), sample);
        if (millrace.isJson()) {
            Map<String, Object> result = Json.object();
            result.put("task", loaded.get().task().name());
            result.put(
                    "tables",
                    preview.tables().stream().map(table -> json(preview, table)).toList());
            result.put("emptying_statements", isSqlWanted ? preview.emptying() : List.of());
            result.put("later_statements", isSqlWanted ? preview.later() : List.of());
            result.put("tie_groups", preview.tieGroups());
            result.put(
                    "samples", preview.samples().stream().map(SampleText::json).toList());
            result.put("findings", Findings.json(preview.findings()));
            millrace.result(result);
        } else if (isSqlWanted) {
            preview.tables().stream()
                    .flatMap(table -> table.statements().stream())
                    .distinct()
                    .forEach(sql -> millrace.terminal().result(sql + ";"));
            preview.emptying().forEach(sql -> millrace.terminal().result(sql + ";"));
            preview.later().forEach(sql -> millrace.terminal().result(sql + ";"));
            Findings.lines(preview.findings()).stream().skip(1).forEach(millrace.terminal()::note);
        } else {
            preview.tables().forEach(table -> show(preview, table));
            preview.tieGroups().stream()
                    .filter(group -> group.size() > 1)
                    .forEach(group ->
                            millrace.terminal().result("tied, so they share a lane: " + String.join(", ", group)));
            preview.samples().forEach(each -> SampleText.show(each, millrace.terminal()));
            if (!preview.findings().isEmpty()) {
                Findings.lines(preview.findings()).forEach(millrace.terminal()::result);
            }
        }
        return Findings.exitCode(preview.findings());
    }

    private void show(TaskPreview preview, TaskPreview.Table table) {
        Terminal terminal = millrace.terminal();
        terminal.result(table.source().schema().table() + " -> "
                + table.target().name() + "  ("
                + (table.state().exists()
                        ? "exists"
                        : table.statements().isEmpty() ? "a line a change" : "would be made")
                + (isPinned(preview, table) ? ", pinned to one lane" : "")
                + (table.target().isShared() ? ", joined with other tables" : "")
                + (table.target().key().isEmpty() ? ", no key" : ", key " + keyOf(table.target())) + ")");
        table.reload().ifPresent(reload -> terminal.result(again(reload)));
        TextTable columns = new TextTable("  column", "source type", "target column", "target type");
        for (TargetColumn column : table.target().columns()) {
            Optional<Column> source = sourceOf(table, column);
            columns.add(
                    "  " + source.map(Column::name).orElse("(added)"),
                    source.map(each -> each.sourceType() + (each.nullable() ? "" : " not null"))
                            .orElse(""),
                    column.name(),
                    column.sqlType() + (column.nullable() ? "" : " not null"));
        }
        table.target().mark().ifPresent(mark -> columns.add("  -", "set by deletes", mark, ""));
        columns.lines().forEach(terminal::result);
        terminal.result("");
    }

    private static String again(ReloadPreview reload) {
        String left = reload.leftRows() < 0 ? "" : " about " + Quantities.count(reload.leftRows()) + " rows";
        return reload.isBegun()
                ? "  is being loaded again: " + Quantities.count(reload.loadedRows()) + " rows loaded"
                        + (left.isEmpty() ? "" : "," + left + " left")
                : "  is to be loaded again:" + (left.isEmpty() ? " rows not known" : left);
    }

    /** Empty of a column that the source does not have. */
    private static Optional<Column> sourceOf(TaskPreview.Table table, TargetColumn column) {
        List<Column> columns = table.source().schema().columns();
        return column.sourceColumn() < columns.size()
                ? Optional.of(columns.get(column.sourceColumn()))
                : Optional.empty();
    }

    private static boolean isPinned(TaskPreview preview, TaskPreview.Table table) {
        return preview.tieGroups().stream()
                .anyMatch(group -> group.contains(table.target().name().toString()));
    }

    private static String keyOf(TargetTable table) {
        return table.key().stream()
                .map(index -> table.columns().get(index).name())
                .collect(Collectors.joining(", "));
    }

    private Map<String, Object> json(TaskPreview preview, TaskPreview.Table table) {
        Map<String, Object> json = Json.object();
        json.put("source", table.source().schema().table());
        json.put("target", table.target().name());
        json.put("exists", table.state().exists());
        json.put("pinned", isPinned(preview, table));
        json.put("joined", table.target().isShared());
        json.put("estimated_rows", table.source().estimatedRows());
        json.put(
                "key",
                table.target().key().stream()
                        .map(index -> table.target().columns().get(index).name())
                        .toList());
        json.put(
                "columns",
                table.target().columns().stream()
                        .map(column -> json(sourceOf(table, column), column))
                        .toList());
        table.target().mark().ifPresent(mark -> json.put("deleted_column", mark));
        json.put("statements", isSqlWanted ? table.statements() : List.of());
        table.reload().ifPresent(reload -> {
            Map<String, Object> again = Json.object();
            again.put("begun", reload.isBegun());
            again.put("loaded_rows", reload.loadedRows());
            again.put("estimated_rows_left", reload.leftRows());
            json.put("reload", again);
        });
        return json;
    }

    private static Map<String, Object> json(Optional<Column> source, TargetColumn target) {
        Map<String, Object> json = Json.object();
        json.put("source", source.map(Column::name).orElse(null));
        json.put("source_type", source.map(Column::sourceType).orElse(null));
        json.put("target", target.name());
        json.put("target_type", target.sqlType());
        json.put("nullable", target.nullable());
        return json;
    }
}
