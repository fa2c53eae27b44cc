package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.pipeline.command.TaskPreview;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Preflight. */
@Command(name = "check", description = "Looks for everything that would stop the task. Changes nothing.")
final class CheckCommand implements Callable<Integer> {
    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    CheckCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        TaskPreview preview = TaskPreview.of(
                loaded.get().task(), loaded.get().source(), loaded.get().target());
        List<Finding> findings = preview.findings();
        int exitCode = Findings.exitCode(findings);
        if (millrace.isJson()) {
            Map<String, Object> result = Json.object();
            result.put("task", loaded.get().task().name());
            result.put("ok", exitCode == 0);
            result.put("source", preview.sourceVersion());
            result.put("target", preview.targetVersion());
            result.put("tables", preview.tables().size());
            result.put("findings", Findings.json(findings));
            millrace.result(result);
            return exitCode;
        }
        Terminal terminal = millrace.terminal();
        if (!preview.sourceVersion().isEmpty()) {
            terminal.result("source: " + preview.sourceVersion());
        }
        if (!preview.targetVersion().isEmpty()) {
            terminal.result("target: " + preview.targetVersion());
        }
        if (!findings.isEmpty()) {
            Findings.lines(findings).forEach(terminal::result);
        }
        terminal.result(
                exitCode == 0
                        ? "nothing stops this task: " + preview.tables().size() + " tables"
                        : "the task cannot run: " + errors(findings) + " errors");
        return exitCode;
    }

    private static long errors(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .distinct()
                .count();
    }
}
