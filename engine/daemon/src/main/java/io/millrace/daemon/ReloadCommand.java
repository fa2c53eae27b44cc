package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import io.millrace.error.ErrorCode;
import io.millrace.pipeline.command.Reload;
import io.millrace.schema.TableId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Marks rows to be loaded again; whoever runs the task does it. */
@Command(
        name = "reload",
        description =
                "Marks rows to be loaded again, also while the task runs; target rows that the source no longer has"
                        + " are deleted.")
final class ReloadCommand implements Callable<Integer> {
    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    @Mixin
    private DataDirectory dataDirectory;

    @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The source table: schema.table.")
    private String table;

    @Option(
            names = "--where",
            paramLabel = "EXPR",
            description =
                    "Only this range of a key that is one whole number: comparisons of it with numbers, joined by and.")
    private String where;

    ReloadCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        Path directory = dataDirectory.of(millrace.context(), loaded.get().task());
        Reload reload = Reload.request(
                loaded.get().task(),
                loaded.get().source(),
                loaded.get().target(),
                directory,
                table,
                Optional.ofNullable(where));
        if (millrace.isJson()) {
            Map<String, Object> result = Json.object();
            result.put("task", loaded.get().task().name());
            result.put("marked", reload.tables().stream().map(TableId::toString).toList());
            result.put("range", reload.isRange());
            millrace.result(result);
        } else {
            millrace.terminal()
                    .result("marked to be loaded again: "
                            + reload.tables().stream().map(TableId::toString).collect(Collectors.joining(", "))
                            + (reload.isRange() ? " (a range)" : ""));
            millrace.terminal().note("the process that runs the task takes it up, or the next millrace run");
        }
        return 0;
    }
}
