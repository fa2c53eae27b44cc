package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.TextTable;
import io.millrace.error.ErrorCode;
import io.millrace.pipeline.command.TaskRemains;
import io.millrace.reader.SourceRemnant;
import io.millrace.schema.TableId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what a task left, and removes what is named: tables first, so that what is left after an error can still be listed. */
@Command(
        name = "remove",
        description = "Lists what the task left at source, target and here, and removes what is named.")
final class RemoveCommand implements Callable<Integer> {
    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    @Mixin
    private DataDirectory dataDirectory;

    @Option(
            names = "--checkpoint",
            description = "Removes checkpoints and load ledger, and the change log, which is nothing without them.")
    private boolean isCheckpointNamed;

    @Option(names = "--tables", description = "Drops the target tables that the task made, with their rows.")
    private boolean areTablesNamed;

    @Option(names = "--all", description = "Removes all of it.")
    private boolean isAllNamed;

    @Option(names = "--yes", description = "Does it. Without, the command only says what it would do.")
    private boolean isAgreed;

    @Option(
            names = "--slot",
            description = "Drops the replication slot at a PostgreSQL source. The task cannot go on without it.")
    private boolean isSlotNamed;

    @Option(names = "--publication", description = "Drops the publication at a PostgreSQL source.")
    private boolean isPublicationNamed;

    @Option(
            names = "--ddl-trigger",
            description = "Drops the event triggers at a PostgreSQL source; only a superuser may.")
    private boolean isTriggerNamed;

    RemoveCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        Path directory = dataDirectory.of(millrace.context(), loaded.get().task());
        try (TaskRemains remains = TaskRemains.of(
                loaded.get().task(), loaded.get().source(), loaded.get().target(), directory)) {
            List<String> done = new ArrayList<>();
            if (isAgreed) {
                remove(remains, done);
            }
            report(remains, directory, done);
        }
        return 0;
    }

    private void remove(TaskRemains remains, List<String> done) {
        if (areTablesNamed || isAllNamed) {
            remains.removeTables();
            done.add("tables");
        }
        if (isCheckpointNamed || isAllNamed) {
            remains.removeCheckpoints();
            remains.removeDirectory();
            done.add("checkpoint");
        }
        for (SourceRemnant remnant : remains.remnants()) {
            if (isAllNamed || isNamed(remnant)) {
                remains.remove(remnant);
                done.add(remnant.kind());
            }
        }
    }

    private boolean isNamed(SourceRemnant remnant) {
        return switch (remnant.kind()) {
            case "slot" -> isSlotNamed;
            case "publication" -> isPublicationNamed;
            case "ddl_trigger" -> isTriggerNamed;
            default -> throw new IllegalStateException("kind=" + remnant.kind());
        };
    }

    private void report(TaskRemains remains, Path directory, List<String> done) {
        List<String> tables = remains.tables().stream().map(TableId::toString).toList();
        if (millrace.isJson()) {
            Map<String, Object> result = Json.object();
            result.put("checkpoints", remains.checkpoints());
            result.put("ledger_entries", remains.ledgerEntries());
            result.put("tables", tables);
            result.put("data_directory", done.contains("checkpoint") || !remains.hasDirectory() ? null : directory);
            for (SourceRemnant remnant : remains.remnants()) {
                result.put(remnant.kind(), done.contains(remnant.kind()) ? null : remnant.name());
            }
            result.put("removed", done);
            millrace.result(result);
            return;
        }
        TextTable table = new TextTable("what", "where", "");
        boolean isCheckpointGone = done.contains("checkpoint");
        table.add(
                "checkpoints",
                "target",
                state(remains.checkpoints() + " lanes", remains.checkpoints() > 0, isCheckpointGone));
        table.add(
                "load ledger",
                "target",
                state(remains.ledgerEntries() + " chunks", remains.ledgerEntries() > 0, isCheckpointGone));
        tables.forEach(name -> table.add("table", name, state("made by this task", true, done.contains("tables"))));
        table.add(
                "change log",
                directory.toString(),
                state("here", remains.hasDirectory() || isCheckpointGone, isCheckpointGone));
        remains.remnants()
                .forEach(remnant -> table.add(
                        remnant.kind(),
                        "source",
                        state(remnant.name() + ": " + remnant.state(), true, done.contains(remnant.kind()))));
        table.lines().forEach(millrace.terminal()::result);
        boolean isAnythingNamed = isCheckpointNamed
                || areTablesNamed
                || isSlotNamed
                || isPublicationNamed
                || isTriggerNamed
                || isAllNamed;
        if (!isAgreed && isAnythingNamed) {
            millrace.terminal().note("nothing was removed: add --yes");
        }
    }

    private static String state(String what, boolean isThere, boolean isGone) {
        return !isThere ? "none" : isGone ? "removed" : what;
    }
}
