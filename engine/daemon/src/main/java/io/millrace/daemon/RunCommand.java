package io.millrace.daemon;

import io.millrace.alert.AlertWatch;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.metrics.MetricsAddress;
import io.millrace.metrics.MetricsEndpoint;
import io.millrace.metrics.TaskMetrics;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.command.SourceRemains;
import io.millrace.pipeline.command.StartElsewhere;
import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.pipeline.status.Goal;
import io.millrace.position.SourcePosition;
import io.millrace.reader.SourceRemnant;
import io.millrace.task.AlertMetric;
import io.millrace.task.StartPosition;
import io.millrace.task.TaskSpec;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one task in the foreground. */
@Command(name = "run", description = "Runs one task in the foreground.")
final class RunCommand implements Callable<Integer> {
    /** How exact the lag between source and log is; each question costs the source a connection. */
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(5);

    private final Millrace millrace;

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--start",
            paramLabel = "POSITION",
            description =
                    "Begins elsewhere, once: now, earliest, gtid:SET, binlog:FILE:POS or lsn:HIGH/LOW. Needs --yes where the task has a position.")
    private String start;

    @Option(names = "--yes", description = "Agrees to skip or repeat changes by --start.")
    private boolean isAgreed;

    @Option(
            names = "--until",
            paramLabel = "caught-up|POSITION",
            description =
                    "Ends there: caught-up is what the source had committed when the command began, load included.")
    private String until;

    @Option(
            names = "--wait",
            description = "Waits for servers that cannot be reached at the start, instead of giving up.")
    private boolean isPatient;

    @Mixin
    private DataDirectory dataDirectory;

    @Option(names = "--summary", paramLabel = "FILE", description = "Writes one JSON object when it ends.")
    private Path summary;

    @Option(
            names = "--metrics",
            paramLabel = "PORT",
            description =
                    "Serves /metrics for Prometheus and /healthz at this port of 127.0.0.1, or at HOST:PORT; 0 takes a free one.")
    private String metrics;

    @Option(
            names = "--skip",
            paramLabel = "POSITION",
            description =
                    "Passes the statement of the source, or the rows of the transaction, at that place, as the error names it: nothing of it is carried out. May be given several times.")
    private List<String> skip = List.of();

    RunCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        Optional<StartPosition> elsewhere = Optional.ofNullable(start).map(RunCommand::startPosition);
        Goal goal = goal();
        Optional<MetricsAddress> address = Optional.ofNullable(metrics).map(RunCommand::metricsAddress);
        Optional<TaskArguments.Loaded> loaded = arguments.load(millrace);
        if (loaded.isEmpty()) {
            return ErrorCode.INVALID_VALUE.exitCode();
        }
        Path directory = dataDirectory.of(millrace.context(), loaded.get().task());
        millrace.terminal().note("data directory: " + directory);
        TaskSpec task = elsewhere
                .map(position -> startedAt(loaded.get(), directory, position))
                .orElse(loaded.get().task());
        Pipeline.Builder builder = Pipeline.builder()
                .task(task)
                .dataSources(loaded.get().sources().values())
                .dataDirectory(directory)
                .until(goal)
                .waitForServers(isPatient);
        if (address.isPresent() || needsSource(task)) {
            builder.watchSource(WATCH_INTERVAL);
        }
        skip.forEach(builder::skip);
        Pipeline pipeline = builder.build();
        Optional<Path> summaryFile =
                Optional.ofNullable(summary).map(millrace.context().directory()::resolve);
        Runnable farewell = () -> {
            tellWhatIsDirty(task, directory);
            tellWhatRemains(task, loaded.get().source());
        };
        boolean isOutputTaken = "-".equals(loaded.get().target().options().get("path"));
        AlertWatch alerts = new AlertWatch(task.name(), task.alerts());
        ForegroundRun run = new ForegroundRun(
                millrace, task, pipeline, until != null, summaryFile, isOutputTaken, alerts, farewell);
        if (address.isEmpty()) {
            return run.toEnd();
        }
        TaskMetrics shownTask = new TaskMetrics(task.name(), pipeline, directory, alerts);
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(address.get(), shownTask, Millrace.version())) {
            InetSocketAddress at = endpoint.address();
            millrace.terminal().note("metrics: http://" + shown(at) + "/metrics");
            return run.toEnd();
        }
    }

    private static boolean needsSource(TaskSpec task) {
        return task.alerts().stream().anyMatch(alert -> alert.metric() == AlertMetric.SOURCE_RETENTION);
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static MetricsAddress metricsAddress(String text) {
        try {
            return MetricsAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.USAGE, "--metrics: " + e.getMessage(), e);
        }
    }

    private void tellWhatIsDirty(TaskSpec task, Path directory) {
        try (StoredDirtyRows stored = StoredDirtyRows.look(task, directory)) {
            int count = stored.rows().size();
            if (count > 0) {
                millrace.terminal().note("dirty rows in the store: " + count + "; see: millrace dirty list TASK");
            }
        }
    }

    /** A slot keeps the source's WAL until it is read again or removed: nobody shall learn that from a full disk. */
    private void tellWhatRemains(TaskSpec task, DataSource source) {
        try {
            for (SourceRemnant remnant : SourceRemains.of(task, source)) {
                if (remnant.kind().equals("slot")) {
                    millrace.terminal()
                            .note("the slot " + remnant.name() + " remains at the source and " + remnant.state()
                                    + "; where the task is not to run again: millrace remove TASK --slot --yes");
                }
            }
        } catch (MillraceException e) {
            millrace.terminal().note("what remains at the source is not known: " + e.display());
        }
    }

    private static StartPosition startPosition(String text) {
        try {
            return StartPosition.parse(text);
        } catch (IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.USAGE, "--start: " + e.getMessage(), e);
        }
    }

    /** The task, moved to a position if it has another one, and with it as its start if it has none. */
    private TaskSpec startedAt(TaskArguments.Loaded loaded, Path directory, StartPosition position) {
        TaskSpec task = loaded.task();
        if (StartElsewhere.move(task, loaded.source(), loaded.target(), directory, position, isAgreed)) {
            return task;
        }
        return task.startingAt(position);
    }

    private Goal goal() {
        if (until == null) {
            return new Goal.None();
        }
        if (until.equals("caught-up")) {
            return new Goal.CaughtUp();
        }
        try {
            return new Goal.At(SourcePosition.parse(until));
        } catch (IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.USAGE, "--until: " + e.getMessage() + " or caught-up", e);
        }
    }
}
