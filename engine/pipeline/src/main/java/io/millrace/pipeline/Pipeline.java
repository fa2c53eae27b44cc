package io.millrace.pipeline;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.consumer.ChangeConsumer;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.opening.ChangeOpening;
import io.millrace.pipeline.opening.ConsumerOpening;
import io.millrace.pipeline.opening.TargetDestination;
import io.millrace.pipeline.run.Supervisor;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.Patience;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Stall;
import io.millrace.pipeline.status.StateListener;
import io.millrace.pipeline.status.TableCounts;
import io.millrace.pipeline.status.Vitals;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import io.millrace.task.TaskSpec;
import io.millrace.wal.file.JvmFlags;
import io.millrace.wal.mapped.ChangeLogs;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.ChangeTargetProvider;
import io.millrace.writer.Counters;
import io.millrace.writer.Target;
import io.millrace.writer.TargetProvider;
import io.millrace.writer.TargetSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;

/**
 * One task, run inside this process. {@link #start} returns at once; {@link #await} waits for its end. Several pipelines may run in
 * one JVM, each with a task name and a data directory of its own. Nothing is read from the environment, no signal is handled, and
 * the process is never ended.
 *
 * <p>Thread-safe. {@link #close} is idempotent.
 */
public final class Pipeline implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Supervisor supervisor;
    private final StateListener listener;
    private final String name;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object lock = new Object();
    private PipelineState state = PipelineState.INITIALIZED;

    private Pipeline(Builder builder, Source source, TaskDirectory directory, Supervisor.Destination destination) {
        listener = builder.listener;
        name = builder.task.name();
        supervisor = new Supervisor(
                builder.task, source, destination, directory, builder.goal, builder.patience, this::enter);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Begins, or goes on where the task's checkpoints stand. Once. */
    public void start() {
        synchronized (lock) {
            if (state != PipelineState.INITIALIZED) {
                throw new IllegalStateException("a pipeline starts once: state=" + state);
            }
            state = PipelineState.RUNNING;
        }
        listener.onState(PipelineState.RUNNING);
        Thread thread = new Thread(this::run, "millrace-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        PipelineState end = supervisor.run();
        try {
            enter(end);
        } finally {
            ended.countDown();
        }
    }

    private void enter(PipelineState next) {
        synchronized (lock) {
            state = next;
        }
        listener.onState(next);
    }

    /**
     * Ends the pipeline: what is begun is applied and its checkpoints written, as far as the target can be reached.
     *
     * @return whether it ended within the time; it goes on ending where not
     */
    public boolean stop(Duration timeout) {
        synchronized (lock) {
            if (state == PipelineState.INITIALIZED) {
                state = PipelineState.STOPPED;
                ended.countDown();
            }
        }
        supervisor.stop();
        try {
            return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for the end, and says which. */
    public PipelineState await() throws InterruptedException {
        ended.await();
        return state();
    }

    /** Waits for the end, for a while. Returns whether it has come. */
    public boolean await(Duration timeout) throws InterruptedException {
        return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    public PipelineState state() {
        synchronized (lock) {
            return state;
        }
    }

    /** Why it failed; empty where it did not. */
    public Optional<MillraceException> failure() {
        return supervisor.failure();
    }

    /** A glance at a running or ended pipeline; empty until it is prepared. */
    public Optional<PipelineStatus> status() {
        return supervisor.status();
    }

    /** What changed at the target, by table, since this pipeline began; empty until it is prepared. */
    public List<TableCounts> tables() {
        return supervisor.tables();
    }

    /** What became of the task's row changes, since its beginning, as committed at the target. */
    public Counters counters() {
        return status().map(PipelineStatus::counters).orElse(Counters.ZERO);
    }

    /** Everything before it is at the target; empty until the task is prepared. */
    public Optional<SourcePosition> position() {
        return status().flatMap(PipelineStatus::targetPosition);
    }

    /** Stops, and waits for it half a minute at the most. */
    @Override
    public void close() {
        stop(CLOSE_TIMEOUT);
    }

    /** Gathers a pipeline. Confined to one thread. */
    public static final class Builder {
        private TaskSpec task;
        private List<DataSource> dataSources = List.of();
        private Path directory;
        private StateListener listener = state -> {};
        private Goal goal = new Goal.None();
        private final Set<String> skipped = new HashSet<>();
        private Patience patience = Patience.DEFAULT;
        private ChangeConsumer consumer;

        private Builder() {}

        public Builder task(TaskSpec spec) {
            task = spec;
            return this;
        }

        /** Among which the task's source and target are found by name. */
        public Builder dataSources(Collection<DataSource> all) {
            dataSources = List.copyOf(all);
            return this;
        }

        public Builder dataSources(DataSource... all) {
            dataSources = List.of(all);
            return this;
        }

        /** Where the change log is kept: for this task alone. Made where it is missing. */
        public Builder dataDirectory(Path path) {
            directory = path;
            return this;
        }

        public Builder onState(StateListener stateListener) {
            listener = stateListener;
            return this;
        }

        /** Takes the changes in place of the task's target, which then is not asked for. */
        public Builder consumer(ChangeConsumer inPlaceOfTarget) {
            consumer = inPlaceOfTarget;
            return this;
        }

        /**
         * Passes a statement of the source at which the task stopped: nothing of it is carried out, and rows go on by lineage; or the rows of a
         * transaction, which count as ignored. Each call adds one.
         *
         * @param place as the error names it, behind {@code skip=}
         */
        public Builder skip(String place) {
            skipped.add(place);
            return this;
        }

        /** When it is finished; without, it follows changes until it is stopped. */
        public Builder until(Goal end) {
            goal = end;
            return this;
        }

        /** Waits for servers that cannot be reached before the first contact too, instead of giving up after three tries. */
        public Builder waitForServers(boolean doesWait) {
            patience = patience.waiting(doesWait);
            return this;
        }

        /**
         * Asks the source now and then how far it is ahead and what it keeps for the task, over a connection of its own each time:
         * without, {@link Vitals} say nothing of it.
         */
        public Builder watchSource(Duration interval) {
            patience = patience.watching(interval.toMillis());
            return this;
        }

        /** For how long a login that is refused, or a privilege that is gone, is tried again. */
        Builder tryRefusalsFor(Duration limit) {
            patience = patience.tryingFor(limit.toMillis());
            return this;
        }

        /** After which time work that waits, while nothing is done, counts as a {@link Stall}; a minute by default. */
        public Builder stallAfter(Duration limit) {
            patience = patience.stallingAfter(limit.toMillis());
            return this;
        }

        /**
         * The pipeline, not yet started; it has connected to nothing.
         *
         * @throws MillraceException where the JVM lacks a flag, or a data source or its type is unknown
         */
        public Pipeline build() {
            JvmFlags.check();
            DataSource source = dataSource(task().source().datasource());
            if (consumer != null) {
                return build(openSource(source), ChangeLogs::open);
            }
            DataSource target = dataSource(task().target().datasource());
            Optional<ChangeTarget> changes = openChangeTarget(target, task(), directory);
            if (changes.isPresent()) {
                return build(openSource(source), changes.get(), ChangeLogs::open);
            }
            return build(openSource(source), openTarget(target, task()), ChangeLogs::open);
        }

        /** The same over a source, a target and a log of one's own. */
        public Pipeline build(Source source, Target target, LogOpener opener) {
            TaskDirectory files = files();
            return new Pipeline(
                    this,
                    source,
                    files,
                    new TargetDestination(task(), source, target, files, opener).skipping(skipped));
        }

        /** The same over a source, a target without tables, and a log of one's own. */
        public Pipeline build(Source source, ChangeTarget target, LogOpener opener) {
            TaskDirectory files = files();
            return new Pipeline(this, source, files, new ChangeOpening(task(), source, target, files, opener, skipped));
        }

        /** The same over a source and a log of one's own, with the consumer. */
        public Pipeline build(Source source, LogOpener opener) {
            TaskDirectory files = files();
            return new Pipeline(
                    this,
                    source,
                    files,
                    new ConsumerOpening(task(), source, consumer, files, opener, SystemNanoClock.INSTANCE));
        }

        private TaskDirectory files() {
            return new TaskDirectory(Objects.requireNonNull(directory, "dataDirectory"), task());
        }

        private TaskSpec task() {
            return Objects.requireNonNull(task, "task");
        }

        private DataSource dataSource(String datasourceName) {
            return dataSources.stream()
                    .filter(each -> each.name().equals(datasourceName))
                    .findFirst()
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.UNKNOWN_DATASOURCE, "data source is not known: datasource=" + datasourceName));
        }
    }

    public static Source openSource(DataSource dataSource) {
        for (SourceProvider provider : ServiceLoader.load(SourceProvider.class)) {
            if (provider.types().contains(dataSource.type())) {
                return provider.open(dataSource);
            }
        }
        throw noProvider("reader", dataSource);
    }

    public static Target openTarget(DataSource dataSource, TaskSpec task) {
        TargetSettings settings = new TargetSettings(
                task.name(),
                task.target().controlSchema(),
                task.types(),
                task.target().isReplica());
        for (TargetProvider provider : ServiceLoader.load(TargetProvider.class)) {
            if (provider.types().contains(dataSource.type())) {
                return provider.open(dataSource, settings);
            }
        }
        throw noProvider("writer", dataSource);
    }

    /** A target that takes changes one by one; empty where the data source's type is none of those. */
    public static Optional<ChangeTarget> openChangeTarget(DataSource dataSource, TaskSpec task, Path stateDirectory) {
        for (ChangeTargetProvider provider : ServiceLoader.load(ChangeTargetProvider.class)) {
            if (provider.types().contains(dataSource.type())) {
                return Optional.of(provider.open(dataSource, task.name(), stateDirectory));
            }
        }
        return Optional.empty();
    }

    private static MillraceException noProvider(String role, DataSource dataSource) {
        return new MillraceException(
                ErrorCode.NOT_SUPPORTED_YET,
                "no " + role + " for this type: datasource=" + dataSource.name() + ", type=" + dataSource.type());
    }
}
