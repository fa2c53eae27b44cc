package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.ErrorKind;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.statement.MetStatement;
import io.millrace.pipeline.status.Baseline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.Patience;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.TableCounts;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemEpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline's own thread: prepares the session, starts the threads of its parts, watches them, and ends them, on a stop, at the
 * goal or after the first failure. Everything else in a session is owned by the thread that steps it.
 */
public final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long TICK_NANOS = 5_000_000L;
    private static final int FIRST_CONTACT_TRIES = 3;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 30_000;

    /** Where changes go: a target, or a consumer. */
    public interface Destination extends AutoCloseable {
        /**
         * The next session shall begin a table's load anew.
         *
         * @return whether it was not asked to before, since the last statement
         */
        default boolean redo(TableId table) {
            return false;
        }

        /** Tables of a plan that are another one at the source by now. */
        default Set<TableId> ahead(TaskPlan plan) {
            return Set.of();
        }

        Session open();

        void createTables();

        /**
         * Whether a statement at which all lanes stand can be carried out.
         *
         * @throws MillraceException with DDL_ON_SELECTED_TABLE where it cannot, and why
         */
        default void requireStatement(DdlEvent event) {
            throw new MillraceException(
                    ErrorCode.DDL_ON_SELECTED_TABLE, "statement changes a selected table: " + event.describe());
        }

        /** The next session shall take in tables that the catalog has and the task does not know. */
        default void admit() {}

        /** Notes that it is about to be done: {@link #open} does it. Behind the session's end; may be tried again. */
        default void begin(MetStatement statement) {
            throw new IllegalStateException("nothing is carried out here");
        }

        /** The task ends in an orderly way: whoever takes its tables over counts on from the numbers they have. */
        default void passIdentities(TaskPlan plan) {}

        @Override
        void close();
    }

    private final TaskSpec task;
    private final Source source;
    private final Destination destination;
    private final TaskDirectory directory;
    private final Goal goal;
    private final Patience patience;
    private final Consumer<PipelineState> onState;
    private final EpochClock clock = SystemEpochClock.INSTANCE;
    private final RestartBudget budget;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Throwable> sourceFailure = new AtomicReference<>();

    private String openedFor = "";
    private volatile boolean isStopRequested;
    private volatile PipelineStatus status;
    private volatile Supplier<List<TableCounts>> tables = List::of;

    public Supervisor(
            TaskSpec task,
            Source source,
            Destination destination,
            TaskDirectory directory,
            Goal goal,
            Patience patience,
            Consumer<PipelineState> onState) {
        this.task = task;
        this.source = source;
        this.destination = destination;
        this.directory = directory;
        this.goal = goal;
        this.patience = patience;
        this.onState = onState;
        budget = new RestartBudget(task.restart(), patience.awhileMillis());
    }

    public void stop() {
        isStopRequested = true;
        source.endWaits();
    }

    public Optional<PipelineStatus> status() {
        return Optional.ofNullable(status);
    }

    /** What changed, by table; from any thread. */
    public List<TableCounts> tables() {
        return tables.get();
    }

    boolean isStopRequested() {
        return isStopRequested;
    }

    Destination destination() {
        return destination;
    }

    /** Whether no session was opened anew for a statement yet: a second one would meet it again. */
    boolean isFirstFor(DdlEvent event) {
        boolean isFirst = !openedFor.equals(event.describe());
        openedFor = event.describe();
        return isFirst;
    }

    /** Whether somebody asks for tables to be loaded again. */
    boolean hasRequest() {
        return task.has(Step.FULL) && directory.hasRequest();
    }

    RestartBudget budget() {
        return budget;
    }

    Patience patience() {
        return patience;
    }

    void onState(PipelineState state) {
        onState.accept(state);
    }

    void publish(PipelineStatus next) {
        status = next;
    }

    void counts(Supplier<List<TableCounts>> next) {
        tables = next;
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    void sourceFailed(Throwable e) {
        sourceFailure.set(e);
    }

    /** Why the reader ended; null where it did not. */
    Throwable sourceFailure() {
        return sourceFailure.get();
    }

    /** Why the pipeline failed; empty where it did not. */
    public Optional<MillraceException> failure() {
        Throwable first = failure.get();
        if (first == null) {
            return Optional.empty();
        }
        return Optional.of(
                first instanceof MillraceException known
                        ? known
                        : new MillraceException(
                                ErrorCode.INVARIANT,
                                "unexpected error: class=" + first.getClass().getName(),
                                first));
    }

    /** The whole life of the pipeline; returns how it ended. */
    public PipelineState run() {
        PipelineState end = PipelineState.FAILED;
        try {
            end = live();
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            close();
        }
        if (failure.get() != null) {
            failure().ifPresent(this::logFailure);
            return PipelineState.FAILED;
        }
        return end;
    }

    /** With a stack trace where it is a bug; else a server's own words, which may hold a row's values, stay out of the log. */
    private void logFailure(MillraceException e) {
        Throwable trace = e.code().kind() == ErrorKind.INTERNAL ? e : null;
        LOG.error("task failed: task={}, {}", task.name(), e.display(), trace);
    }

    private void close() {
        try (destination) {
            source.close();
        } catch (RuntimeException e) {
            LOG.debug("cannot close", e);
        }
    }

    void fail(Throwable e) {
        failure.compareAndSet(null, e);
    }

    private PipelineState live() {
        Optional<SourcePosition> end = reach(this::goalPosition);
        if (!task.has(Step.FULL) && !task.has(Step.INCREMENTAL)) {
            return reach(() -> {
                        destination.createTables();
                        return PipelineState.FINISHED;
                    })
                    .orElse(PipelineState.STOPPED);
        }
        Optional<Baseline> begun = Optional.empty();
        while (true) {
            Optional<Session> opened = reach(destination::open);
            if (opened.isEmpty()) {
                return PipelineState.STOPPED;
            }
            Run run = new Run(this, task, opened.get(), end, begun);
            Run.End how;
            try {
                how = run.toEnd();
            } finally {
                opened.get().close();
            }
            boolean doesGoOn =
                    how == Run.End.TO_BE_STARTED_AGAIN || (how == Run.End.TO_BE_OPENED_ANEW && failure.get() == null);
            if (!doesGoOn || isStopRequested) {
                if (failure.get() == null) {
                    destination.passIdentities(opened.get().plan());
                }
                return how == Run.End.REACHED ? PipelineState.FINISHED : PipelineState.STOPPED;
            }
            begun = Optional.of(run.baseline());
            if (how == Run.End.TO_BE_OPENED_ANEW && run.statement().isPresent()) {
                begin(run.statement().get());
                continue;
            }
            if (how == Run.End.TO_BE_OPENED_ANEW) {
                LOG.info("opened anew for tables that are to be loaded: task={}", task.name());
                continue;
            }
            MillraceException answered = failure().orElseThrow();
            failure.set(null);
            sourceFailure.set(null);
            pause(run.restartMillis(), "starts again: " + answered.display());
        }
    }

    private void begin(MetStatement statement) {
        reach(() -> {
            destination.begin(statement);
            return statement;
        });
    }

    private SourcePosition goalPosition() {
        if (goal instanceof Goal.At at) {
            return at.position();
        }
        return goal instanceof Goal.CaughtUp ? source.committedPosition() : null;
    }

    /** Tries for as long as outages last, or three times before the first contact; empty when stopped, or for null. */
    private <T> Optional<T> reach(Supplier<T> action) {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        for (int tries = 1; !isStopRequested; tries++) {
            try {
                return Optional.ofNullable(action.get());
            } catch (MillraceException e) {
                if (isStopRequested && e.code().retry() == Retry.BACKOFF) {
                    LOG.info("stopped before it could start: task={}, {}", task.name(), e.display());
                    break;
                }
                long restartMillis = pauseMillis(e, tries);
                LOG.warn("cannot start yet: {}", e.display());
                pause(Math.max(restartMillis, pauseMillis), "cannot start yet: " + e.display());
            }
            pauseMillis = Math.min(LAST_PAUSE_MILLIS, pauseMillis << 1);
        }
        return Optional.empty();
    }

    /** How long to wait after a start that failed, or the failure itself. What never ran is a mistake sooner than an outage. */
    private long pauseMillis(MillraceException e, int tries) {
        boolean hasRun = directory.hasRun();
        if (e.code().retry() == Retry.BACKOFF) {
            if (!patience.doesWait() && !hasRun && tries >= FIRST_CONTACT_TRIES) {
                throw e;
            }
            return 0;
        }
        OptionalLong restart = hasRun ? budget.pauseMillis(e.code(), clock.time()) : OptionalLong.empty();
        return restart.orElseThrow(() -> e);
    }

    private void pause(long millis, String why) {
        PipelineStatus last = status;
        if (last != null) {
            status = last.heldUpBy(why);
        }
        long until = System.nanoTime() + millis * 1_000_000L;
        while (!isStopRequested && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(TICK_NANOS);
        }
    }
}
