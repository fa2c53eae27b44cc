package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.TextTable;
import io.millrace.dirty.DirtyRow;
import io.millrace.dirty.DirtyValues;
import io.millrace.dirty.StoredRow;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The dirty rows in a task's data directory. Values of rows are printed by show and export, and by nothing else. */
@Command(name = "dirty", description = "The rows that could not be written: list, show, replay, discard, export.")
final class DirtyCommand implements Callable<Integer> {
    private final Millrace millrace;

    DirtyCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    /** Which rows of which task. */
    static final class Selection {
        @Mixin
        private TaskArguments arguments;

        @Mixin
        private DataDirectory dataDirectory;

        @Option(
                names = "--row",
                split = ",",
                paramLabel = "NUMBER",
                description = "These rows only, as list numbers them.")
        private List<Long> numbers = new ArrayList<>();

        @Option(names = "--table", paramLabel = "TABLE", description = "Rows of this source table only.")
        private String table;

        boolean isTaken(StoredRow row) {
            boolean isNamed = numbers.isEmpty() || numbers.contains(row.number());
            return isNamed
                    && (table == null || row.head().schema().table().toString().equals(table));
        }

        /** A number that names nothing is a mistake, not an empty answer. */
        List<StoredRow> of(StoredDirtyRows stored) {
            List<StoredRow> rows = stored.rows().stream().filter(this::isTaken).toList();
            for (long number : numbers) {
                if (rows.stream().noneMatch(row -> row.number() == number)) {
                    throw new MillraceException(ErrorCode.USAGE, "no such dirty row: number=" + number);
                }
            }
            return rows;
        }
    }

    @Override
    public Integer call() {
        throw new MillraceException(
                ErrorCode.USAGE, "dirty what: expected=list, show, replay, discard or export, then the task");
    }

    @Command(name = "list", description = "Lists them: number, state, table, operation, error, place. No values.")
    int list(@Mixin Selection selection) {
        return look(selection, (stored, rows) -> {
            if (millrace.isJson()) {
                millrace.result(rows.stream().map(DirtyCommand::described).toList());
                return;
            }
            TextTable table =
                    new TextTable("row", "state", "table", "operation", "error", "source position", "committed", "");
            for (StoredRow row : rows) {
                DirtyRow head = row.head();
                table.add(
                        Long.toString(row.number()),
                        row.state().text(),
                        head.schema().table().toString(),
                        head.operationText(),
                        head.why().error(),
                        head.position(),
                        committed(head),
                        head.why().reason());
            }
            table.lines().forEach(millrace.terminal()::result);
        });
    }

    @Command(name = "show", description = "Prints them with the values that they would have at the target.")
    int show(@Mixin Selection selection) {
        return look(selection, (stored, rows) -> {
            if (millrace.isJson()) {
                millrace.result(
                        rows.stream().map(row -> withValues(stored, row)).toList());
                return;
            }
            for (StoredRow row : rows) {
                withValues(stored, row)
                        .forEach((name, value) -> millrace.terminal()
                                .result(name + ": " + (value instanceof String text ? text : Json.write(value))));
                millrace.terminal().result("");
            }
        });
    }

    @Command(name = "export", description = "Prints them with their values, a JSON object on each line.")
    int export(@Mixin Selection selection) {
        return look(selection, (stored, rows) -> rows.forEach(row -> millrace.result(withValues(stored, row))));
    }

    @Command(
            name = "replay",
            description = "Writes open rows to the target and drops overtaken ones; the task must not run.")
    int replay(@Mixin Selection selection) {
        Optional<TaskArguments.Loaded> loaded = selection.arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        TaskSpec task = loaded.get().task();
        try (StoredDirtyRows stored = StoredDirtyRows.locked(task, directory(selection, task))) {
            selection.of(stored);
            StoredDirtyRows.Replay replay = stored.replay(loaded.get().target(), selection::isTaken);
            if (millrace.isJson()) {
                Map<String, Object> result = Json.object();
                result.put("written", replay.written());
                result.put("overtaken", replay.overtaken());
                result.put(
                        "left", replay.left().stream().map(DirtyCommand::left).toList());
                millrace.result(result);
            } else {
                replay.left()
                        .forEach(each ->
                                millrace.terminal().result("row " + each.number() + " stays: " + each.reason()));
                millrace.terminal()
                        .result("written: " + replay.written().size() + ", overtaken and dropped: "
                                + replay.overtaken().size() + ", left: "
                                + replay.left().size());
            }
            return replay.left().isEmpty() ? 0 : ErrorCode.DIRTY_LIMIT.exitCode();
        }
    }

    @Command(name = "discard", description = "Throws them away; the task must not run.")
    int discard(
            @Mixin Selection selection,
            @Option(names = "--yes", description = "Does it. Without, the command only says what it would do.")
                    boolean isAgreed) {
        return with(selection, StoredDirtyRows::locked, (stored, rows) -> {
            List<Long> numbers = rows.stream().map(StoredRow::number).toList();
            if (isAgreed) {
                stored.discard(numbers);
            }
            if (millrace.isJson()) {
                Map<String, Object> result = Json.object();
                result.put("rows", numbers);
                result.put("discarded", isAgreed);
                millrace.result(result);
            } else {
                millrace.terminal()
                        .result((isAgreed ? "discarded: " : "would be discarded: ") + numbers.size() + " rows");
                if (!isAgreed) {
                    millrace.terminal().note("nothing was discarded: add --yes");
                }
            }
        });
    }

    /** What a command does with the rows that are selected. */
    private interface Work {
        void run(StoredDirtyRows stored, List<StoredRow> rows);
    }

    /** Opens the store. */
    private interface Opening {
        StoredDirtyRows open(TaskSpec task, Path directory);
    }

    private int look(Selection selection, Work work) {
        return with(selection, StoredDirtyRows::look, work);
    }

    private int with(Selection selection, Opening opening, Work work) {
        Optional<TaskSpec> task = selection.arguments.task(millrace);
        if (task.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        try (StoredDirtyRows stored = opening.open(task.get(), directory(selection, task.get()))) {
            work.run(stored, selection.of(stored));
        }
        return 0;
    }

    private Path directory(Selection selection, TaskSpec task) {
        return selection.dataDirectory.of(millrace.context(), task);
    }

    private static Map<String, Object> left(StoredDirtyRows.Left row) {
        Map<String, Object> json = Json.object();
        json.put("row", row.number());
        json.put("reason", row.reason());
        return json;
    }

    private static String committed(DirtyRow row) {
        return row.commitTimeMicros() == 0
                ? ""
                : Instant.EPOCH.plus(row.commitTimeMicros(), ChronoUnit.MICROS).toString();
    }

    private static Map<String, Object> described(StoredRow stored) {
        DirtyRow row = stored.head();
        Map<String, Object> json = Json.object();
        json.put("row", stored.number());
        json.put("state", stored.state().text());
        json.put("table", row.schema().table());
        json.put("target_table", row.target());
        json.put("operation", row.operationText());
        json.put("error", row.why().error());
        json.put("sqlstate", row.why().sqlState());
        json.put("reason", row.why().reason());
        json.put("source_position", row.position());
        json.put("commit_time", row.commitTimeMicros() == 0 ? null : committed(row));
        json.put("stored_at", Instant.ofEpochMilli(row.storedMillis()));
        return json;
    }

    private static Map<String, Object> withValues(StoredDirtyRows stored, StoredRow known) {
        DirtyRow row = stored.read(known);
        Map<String, Object> json = described(known);
        json.put("key", DirtyValues.key(row.schema(), row.wrapImage()));
        row.wrapBefore().ifPresent(before -> json.put("old_key", DirtyValues.key(row.schema(), before)));
        json.put("image", DirtyValues.of(row.schema(), row.wrapImage()));
        return json;
    }
}
