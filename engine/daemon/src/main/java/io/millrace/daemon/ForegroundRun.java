package io.millrace.daemon;

import io.millrace.alert.AlertWatch;
import io.millrace.daemon.terminal.ProgressLine;
import io.millrace.daemon.text.Json;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline in the foreground of a process: progress while it runs, a clean stop on a signal, a summary and an exit code at the
 * end. Confined to one thread, but for the signal's.
 */
final class ForegroundRun {
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration TICK = Duration.ofMillis(100);

    private final Millrace millrace;
    private final TaskSpec task;
    private final Pipeline pipeline;
    private final boolean hasGoal;
    private final Optional<Path> summaryFile;
    private final boolean isOutputTaken;
    private final Runnable farewell;
    private final ProgressLine progress;
    private final AlertWatch alerts;

    /**
     * A run to come.
     *
     * @param isOutputTaken whether standard output is the task's target
     * @param farewell what is said last
     */
    ForegroundRun(
            Millrace millrace,
            TaskSpec task,
            Pipeline pipeline,
            boolean hasGoal,
            Optional<Path> summaryFile,
            boolean isOutputTaken,
            AlertWatch alerts,
            Runnable farewell) {
        this.millrace = millrace;
        this.task = task;
        this.pipeline = pipeline;
        this.hasGoal = hasGoal;
        this.summaryFile = summaryFile;
        this.isOutputTaken = isOutputTaken;
        this.alerts = alerts;
        this.farewell = farewell;
        progress = new ProgressLine(millrace.terminal());
    }

    /** Runs to the end and returns the exit code. */
    int toEnd() {
        SummaryRecorder summary = new SummaryRecorder(task.name(), System.nanoTime());
        CleanEnd end = CleanEnd.onSignal(() -> pipeline.stop(STOP_TIMEOUT));
        int exitCode = ErrorCode.INVARIANT.exitCode();
        try {
            pipeline.start();
            watch(summary);
            exitCode = finish(summary);
            return exitCode;
        } finally {
            end.finished(exitCode);
        }
    }

    private void watch(SummaryRecorder summary) {
        while (!pipeline.state().isEnd()) {
            observe(summary);
            try {
                pipeline.await(TICK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                pipeline.stop(STOP_TIMEOUT);
            }
        }
        observe(summary);
        millrace.terminal().progress("");
    }

    private void observe(SummaryRecorder summary) {
        Optional<PipelineStatus> status = pipeline.status();
        if (status.isEmpty()) {
            summary.observeUnprepared(System.nanoTime());
            return;
        }
        summary.observe(status.get(), System.nanoTime());
        alerts.observe(status.get(), System.currentTimeMillis());
        progress.show(status.get());
    }

    private int finish(SummaryRecorder summary) {
        PipelineState state = pipeline.state();
        Map<String, Object> result = summary.summary(state, System.nanoTime());
        summaryFile.ifPresent(file -> write(file, Json.write(result)));
        String told = millrace.isJson() ? Json.write(result) : summary.line(state);
        if (isOutputTaken) {
            millrace.terminal().note(told);
        } else {
            millrace.terminal().result(told);
        }
        Optional<MillraceException> failure = pipeline.failure();
        if (failure.isEmpty() && state == PipelineState.STOPPED && hasGoal) {
            failure = Optional.of(new MillraceException(
                    ErrorCode.ENDED_EARLY, "stopped before --until was reached: task=" + task.name()));
        }
        failure.ifPresent(e -> millrace.terminal().error(e, millrace.isJson()));
        farewell.run();
        return failure.map(e -> e.code().exitCode()).orElse(0);
    }

    private static void write(Path file, String json) {
        try {
            Files.writeString(file, json + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "summary cannot be written: file=" + file + ", reason="
                            + e.getClass().getSimpleName(),
                    e);
        }
    }
}
