package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.error.ErrorCode;
import io.millrace.error.ErrorKind;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.lane.Follower;
import io.millrace.load.ChunkLoader;
import io.millrace.load.FullLoad;
import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.Source;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemEpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline's own thread: prepares the session, starts the threads of its parts, watches them, and ends them, on a stop, at the
 * goal or after the first failure. Everything else in a session is owned by the thread that steps it.
 */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long TICK_NANOS = 5_000_000L;
    private static final long STATUS_MILLIS = 200;
    private static final long WATCH_NANOS = 100_000_000L;
    private static final int FIRST_CONTACT_TRIES = 3;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 30_000;
    private static final long DRAIN_MILLIS = 60_000;
    private static final long END_MILLIS = 60_000;
    private static final String LOG_THREAD = "millrace-log-sync";

    /** Where changes go: a target, or a consumer. */
    interface Destination extends AutoCloseable {
        Session open();

        void createTables();

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

    private volatile boolean isStopRequested;
    private volatile PipelineStatus status;
    private volatile Supplier<List<TableCounts>> tables = List::of;

    Supervisor(
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

    void stop() {
        isStopRequested = true;
    }

    Optional<PipelineStatus> status() {
        return Optional.ofNullable(status);
    }

    /** What changed, by table; from any thread. */
    List<TableCounts> tables() {
        return tables.get();
    }

    /** Why the pipeline failed; empty where it did not. */
    Optional<MillraceException> failure() {
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
    PipelineState run() {
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

    private void fail(Throwable e) {
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
            Run run = new Run(opened.get(), end, begun);
            End how;
            try {
                how = run.toEnd();
            } finally {
                opened.get().close();
            }
            boolean doesGoOn =
                    how == End.TO_BE_STARTED_AGAIN || (how == End.TO_BE_OPENED_ANEW && failure.get() == null);
            if (!doesGoOn || isStopRequested) {
                return how == End.REACHED ? PipelineState.FINISHED : PipelineState.STOPPED;
            }
            begun = Optional.of(run.progress.baseline(budget.restarts()));
            if (how == End.TO_BE_OPENED_ANEW) {
                LOG.info("opened anew for tables that were added: task={}", task.name());
                continue;
            }
            MillraceException answered = failure().orElseThrow();
            failure.set(null);
            sourceFailure.set(null);
            pause(run.restartMillis.getAsLong(), "starts again: " + answered.display());
        }
    }

    /** How a session ends. */
    private enum End {
        REACHED,
        ENDED,
        /** The source has tables that the task takes and the session's plan does not have. */
        TO_BE_OPENED_ANEW,
        /** It failed, and a new start may answer that. */
        TO_BE_STARTED_AGAIN
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

    /** One session, from its threads' start to their end. */
    private final class Run {
        private final Session session;
        private final Optional<SourcePosition> end;
        private final Optional<SourceLoop> sourceLoop;
        private final Progress progress;
        private final Sights sights;
        private final Watchdog watchdog = new Watchdog(patience.stallMillis());
        private final Optional<SourceWatch> watch;
        private final List<Worker> laneWorkers = new ArrayList<>();
        private Worker sourceWorker;
        private Worker watchWorker;
        private Worker delayWorker;
        private final List<Worker> loadWorkers = new ArrayList<>();
        private final List<Worker> endedWorkers = new ArrayList<>();
        private OptionalLong restartMillis = OptionalLong.empty();
        private boolean isOutdated;
        private long drainSince;
        private long statusAt;

        Run(Session session, Optional<SourcePosition> end, Optional<Baseline> begun) {
            this.session = session;
            this.end = end;
            sourceLoop = session.reader()
                    .map(reader -> new SourceLoop(reader, session.log().sink(), session.limit(), clock));
            progress = new Progress(session, sourceLoop, clock, begun);
            sights = new Sights(session, sourceLoop);
            watch = session.reader()
                    .filter(reader -> patience.watchMillis() > 0)
                    .map(reader -> new SourceWatch(reader, session.log(), clock, patience.watchMillis()));
            tables = session.tableCounts();
        }

        End toEnd() {
            sourceLoop.ifPresent(
                    loop -> sourceWorker = Worker.running(prefix() + "source", loop::run, sourceFailure::set));
            session.load().ifPresent(this::startLoad);
            watch.ifPresent(asked -> watchWorker =
                    Worker.stepping(prefix() + "watch", asked::doWork, Run::rest, () -> {}, Supervisor.this::fail));
            session.delayed()
                    .ifPresent(log -> delayWorker = Worker.stepping(
                            prefix() + "delay", log::doWork, log::idle, log::closeScout, Supervisor.this::fail));
            startLanes();
            boolean isReached = false;
            try {
                isReached = changeLayout() && watch();
            } catch (RuntimeException | Error e) {
                fail(e);
            }
            restartMillis = isStopRequested
                    ? OptionalLong.empty()
                    : failure()
                            .map(e -> budget.pauseMillis(e.code(), clock.time()))
                            .orElse(OptionalLong.empty());
            boolean isOpenedAnew = isOutdated && !isReached && isGoingOn();
            boolean doesGoOn = restartMillis.isPresent() || isOpenedAnew;
            if (!doesGoOn) {
                onState.accept(PipelineState.STOPPING);
            } else if (restartMillis.isPresent()) {
                LOG.warn(
                        "starts again: task={}, restarts={}, pauseMillis={}, {}",
                        task.name(),
                        budget.restarts(),
                        restartMillis.getAsLong(),
                        failure().map(MillraceException::display).orElse(""));
            }
            finish();
            publish(doesGoOn ? PipelineState.RUNNING : PipelineState.STOPPING, true);
            if (isReached) {
                return End.REACHED;
            }
            if (doesGoOn && isAnyAlive()) {
                // A thread that does not end still holds what a new one would need.
                onState.accept(PipelineState.STOPPING);
                return End.ENDED;
            }
            return restartMillis.isPresent()
                    ? End.TO_BE_STARTED_AGAIN
                    : isOpenedAnew ? End.TO_BE_OPENED_ANEW : End.ENDED;
        }

        private void startLoad(FullLoad load) {
            loadWorkers.add(
                    Worker.stepping(prefix() + "load", load::doWork, Worker::park, () -> {}, this::onLoadFailure));
            for (ChunkLoader loader : load.loaders()) {
                loadWorkers.add(Worker.stepping(
                        prefix() + "load-" + (loadWorkers.size() - 1),
                        loader::doWork,
                        Worker::park,
                        loader::close,
                        this::onLoadFailure));
            }
        }

        private boolean isAnyAlive() {
            return endedWorkers.stream().anyMatch(Worker::isAlive);
        }

        private static void rest() {
            LockSupport.parkNanos(WATCH_NANOS);
        }

        private String prefix() {
            return "millrace-" + task.name() + "-";
        }

        private void startLanes() {
            for (Follower lane : session.lanes()) {
                int number = lane.status().committed().lane();
                laneWorkers.add(Worker.stepping(
                        prefix() + "lane-" + number, lane::doWork, lane::idle, lane::close, Supervisor.this::fail));
            }
        }

        private boolean isGoingOn() {
            return !isStopRequested && failure.get() == null;
        }

        /** Shares rows out anew where the task says so since its last run. False where something ended it. */
        private boolean changeLayout() {
            if (!session.isLayoutDue()) {
                return true;
            }
            LayoutChange change = LayoutChange.ofStarted(session.lanes());
            while (isGoingOn() && !change.hasMet()) {
                if (change.doWork() == 0) {
                    LockSupport.parkNanos(TICK_NANOS);
                }
                publish(PipelineState.RUNNING, false);
                failAtBarrier();
                drainBeforeFailing();
            }
            if (!change.hasMet()) {
                return false;
            }
            endLanes(clock.time() + END_MILLIS);
            session.changeLayout();
            startLanes();
            return true;
        }

        private boolean watch() {
            boolean isReached = false;
            while (isGoingOn() && !isReached && !isOutdated) {
                LockSupport.parkNanos(TICK_NANOS);
                publish(PipelineState.RUNNING, false);
                isReached = isGoalReached();
                noticeNewTables();
                failAtBarrier();
                drainBeforeFailing();
            }
            return isReached;
        }

        private void onLoadFailure(Throwable e) {
            boolean isStopped = e instanceof MillraceException known && known.code() == ErrorCode.ENDED_EARLY;
            if (!isStopped) {
                fail(e);
            }
        }

        private boolean isGoalReached() {
            if (!session.load().map(FullLoad::isOver).orElse(true)) {
                return false;
            }
            if (!task.has(Step.INCREMENTAL)) {
                return true;
            }
            return end.isPresent()
                    && progress.reached()
                            .filter(position -> Positions.coversButPrepared(
                                    position, end.get(), session.log().prepared()))
                            .isPresent();
        }

        private void noticeNewTables() {
            isOutdated = isOutdated
                    || (task.has(Step.FULL)
                            && session.reader()
                                    .filter(ChangeReader::hasNewTables)
                                    .isPresent());
        }

        /** Whether a statement makes tables that are loaded where a plan has them, and says nothing of one that the plan has. */
        private boolean isOfNewTables(DdlEvent event) {
            return task.has(Step.FULL)
                    && event.kinds().equals(Set.of(DdlKind.CREATE_TABLE))
                    && event.effects().stream()
                            .noneMatch(effect ->
                                    session.plan().ofSource(effect.table()).isPresent());
        }

        /** A statement that the task does not carry out: once every lane has applied all before it, the task ends there. */
        private void failAtBarrier() {
            List<Follower> lanes = session.lanes();
            if (lanes.isEmpty()
                    || !lanes.stream().allMatch(lane -> lane.barrier().isPresent())) {
                return;
            }
            DdlEvent event = lanes.get(0).barrier().orElseThrow();
            if (isOutdated || isOfNewTables(event)) {
                isOutdated = true;
                return;
            }
            fail(new MillraceException(
                    ErrorCode.DDL_ON_SELECTED_TABLE, "statement changes a selected table: " + event.describe()));
        }

        /** What the source sent before the reader failed still goes to the target, as far as that can be reached. */
        private void drainBeforeFailing() {
            Throwable e = sourceFailure.get();
            if (e == null) {
                return;
            }
            long now = clock.time();
            drainSince = drainSince == 0 ? now : drainSince;
            boolean isLoaded = session.load().map(FullLoad::isOver).orElse(true);
            boolean isDrained = isLoaded
                    && progress.reached()
                            .filter(position ->
                                    Positions.covers(position, session.log().durablePosition()))
                            .isPresent();
            boolean isOut = session.lanes().stream()
                    .anyMatch(lane -> !lane.status().outage().isEmpty());
            if (isDrained || isOut || now - drainSince > DRAIN_MILLIS) {
                fail(e);
            }
        }

        private void publish(PipelineState state, boolean isForced) {
            long now = clock.time();
            if (isForced || now - statusAt >= STATUS_MILLIS) {
                statusAt = now;
                if (session.load().filter(FullLoad::isOver).isPresent()) {
                    loadWorkers.forEach(Worker::stop);
                }
                session.retain();
                session.acknowledge();
                SourceWatch.View known = watch.map(SourceWatch::view).orElse(SourceWatch.View.UNKNOWN);
                status = progress.status(state, known, watchdog.stalls());
                if (state == PipelineState.RUNNING) {
                    watchdog.look(
                            now,
                            sights.of(status, Optional.ofNullable(sourceWorker), laneWorkers, loadWorkers, LOG_THREAD));
                }
            }
        }

        /** The reader first, so that nothing new comes; then lanes, which write their checkpoints; the log last. */
        private void finish() {
            sourceLoop.ifPresent(SourceLoop::stop);
            session.load().ifPresent(FullLoad::stop);
            endedWorkers.addAll(Stream.of(watchWorker, sourceWorker, delayWorker)
                    .filter(Objects::nonNull)
                    .toList());
            endedWorkers.addAll(loadWorkers);
            if (watchWorker != null) {
                watchWorker.stop();
            }
            long deadline = clock.time() + END_MILLIS;
            loadWorkers.forEach(Worker::stop);
            loadWorkers.forEach(worker -> join(worker, Math.max(1_000, deadline - clock.time())));
            session.lanes().forEach(lane -> lane.finish(0));
            LayoutChange meeting = LayoutChange.ofEnding(session.lanes());
            while (!session.lanes().isEmpty()
                    && !hasEnded(meeting)
                    && clock.time() < deadline
                    && laneWorkers.stream().allMatch(Worker::isAlive)
                    && !isHopeless()) {
                if (meeting.doWork() == 0) {
                    LockSupport.parkNanos(TICK_NANOS);
                }
            }
            session.lanes().forEach(Follower::giveUp);
            endLanes(deadline);
            if (delayWorker != null) {
                delayWorker.stop();
                join(delayWorker, END_MILLIS);
            }
            session.log().close(); // a reader that waits for space in the log ends only now
            if (sourceWorker != null) {
                join(sourceWorker, Math.max(1_000, deadline - clock.time()));
            }
            if (watchWorker != null) {
                join(watchWorker, Math.max(1_000, deadline - clock.time()));
            }
        }

        /** Lanes that wait for a chunk cannot go on to where the others are. */
        private boolean hasEnded(LayoutChange meeting) {
            boolean isLoaded = session.load().map(FullLoad::isOver).orElse(true);
            return isLoaded ? meeting.hasMet() : session.lanes().stream().allMatch(Follower::isFinished);
        }

        /** What is not committed will be read again, so nothing is lost where lanes end at once. */
        private boolean isHopeless() {
            return failure.get() != null
                    || session.lanes().stream()
                            .anyMatch(lane -> !lane.status().outage().isEmpty());
        }

        private void endLanes(long deadline) {
            laneWorkers.forEach(Worker::stop);
            laneWorkers.forEach(worker -> join(worker, Math.max(1, deadline - clock.time())));
            endedWorkers.addAll(laneWorkers);
            laneWorkers.clear();
        }

        private void join(Worker worker, long millis) {
            try {
                worker.join(millis);
            } catch (InterruptedException e) {
                // Whoever interrupts the supervisor wants it to end, which it is about to.
                LOG.debug("interrupted while ending", e);
            }
        }
    }
}
