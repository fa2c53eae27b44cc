package io.millrace.pipeline.run;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.load.ChunkLoader;
import io.millrace.load.FullLoad;
import io.millrace.mapping.Positions;
import io.millrace.pipeline.statement.MetStatement;
import io.millrace.pipeline.status.Baseline;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemEpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session, from its threads' start to their end: starts them, watches them, ends them in the order in which each may rely on the
 * one before. Confined to the supervisor's thread.
 */
final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final long TICK_NANOS = 5_000_000L;
    private static final long STATUS_MILLIS = 200;
    private static final long WATCH_NANOS = 100_000_000L;
    private static final long DRAIN_MILLIS = 60_000;
    private static final long END_MILLIS = 60_000;
    private static final String LOG_THREAD = "millrace-log-sync";

    /** How a session ends. */
    enum End {
        REACHED,
        ENDED,
        /** The source has tables that the task takes and the session's plan does not have, or tables are to be loaded again. */
        TO_BE_OPENED_ANEW,
        /** It failed, and a new start may answer that. */
        TO_BE_STARTED_AGAIN
    }

    private final Supervisor supervisor;
    private final TaskSpec task;
    private final EpochClock clock = SystemEpochClock.INSTANCE;
    private final Session session;
    private final Optional<SourcePosition> end;
    private final Optional<SourceLoop> sourceLoop;
    private final Progress progress;
    private final Sights sights;
    private final Watchdog watchdog;
    private final Optional<SourceWatch> watch;
    private final List<Worker> laneWorkers = new ArrayList<>();
    private Worker sourceWorker;
    private Worker watchWorker;
    private Worker delayWorker;
    private Worker partitionWorker;
    private final List<Worker> loadWorkers = new ArrayList<>();
    private final List<Worker> endedWorkers = new ArrayList<>();
    private OptionalLong restartMillis = OptionalLong.empty();
    private volatile Throwable loadFailure;
    private boolean isToBeOpenedAnew;
    private final StatementMeeting statements;
    private long drainSince;
    private long statusAt;
    private long requestsAt;

    Run(Supervisor supervisor, TaskSpec task, Session session, Optional<SourcePosition> end, Optional<Baseline> begun) {
        this.supervisor = supervisor;
        this.task = task;
        this.session = session;
        this.end = end;
        watchdog = new Watchdog(supervisor.patience().stallMillis());
        sourceLoop = session.reader()
                .map(reader -> new SourceLoop(reader, session.log().sink(), session.limit(), clock));
        progress = new Progress(session, sourceLoop, clock, begun);
        sights = new Sights(session, sourceLoop);
        statements = new StatementMeeting(supervisor, task, session);
        watch = session.reader()
                .filter(reader -> supervisor.patience().watchMillis() > 0)
                .map(reader -> new SourceWatch(
                        reader, session.log(), clock, supervisor.patience().watchMillis()));
        supervisor.counts(session.tableCounts());
    }

    /** Where counts go on from in the next session. */
    Baseline baseline() {
        return progress.baseline(
                supervisor.budget().restarts(), statements.statement().isPresent() ? 1 : 0);
    }

    /** The statement at which the session ended, with every lane before it; empty where it ended otherwise. */
    Optional<MetStatement> statement() {
        return statements.statement();
    }

    /** How long to wait before the next start. */
    long restartMillis() {
        return restartMillis.getAsLong();
    }

    End toEnd() {
        sourceLoop.ifPresent(
                loop -> sourceWorker = Worker.running(prefix() + "source", loop::run, supervisor::sourceFailed));
        session.load().ifPresent(this::startLoad);
        watch.ifPresent(asked -> watchWorker =
                Worker.stepping(prefix() + "watch", asked::doWork, Run::rest, () -> {}, supervisor::fail));
        session.partitions()
                .ifPresent(keeper -> partitionWorker = Worker.stepping(
                        prefix() + "partitions", keeper::doWork, Run::rest, () -> {}, supervisor::fail));
        session.delayed()
                .ifPresent(log -> delayWorker =
                        Worker.stepping(prefix() + "delay", log::doWork, log::idle, log::closeScout, supervisor::fail));
        startLanes();
        boolean isReached = false;
        try {
            isReached = changeLayout() && watch();
        } catch (RuntimeException | Error e) {
            supervisor.fail(e);
        }
        restartMillis = supervisor.isStopRequested()
                ? OptionalLong.empty()
                : supervisor
                        .failure()
                        .map(e -> supervisor.budget().pauseMillis(e.code(), clock.time()))
                        .orElse(OptionalLong.empty());
        boolean isOpenedAnew = isOutdated() && !isReached && isGoingOn();
        boolean doesGoOn = restartMillis.isPresent() || isOpenedAnew;
        if (!doesGoOn) {
            supervisor.onState(PipelineState.STOPPING);
        } else if (restartMillis.isPresent()) {
            LOG.warn(
                    "starts again: task={}, restarts={}, pauseMillis={}, {}",
                    task.name(),
                    supervisor.budget().restarts(),
                    restartMillis.getAsLong(),
                    supervisor.failure().map(MillraceException::display).orElse(""));
        }
        finish();
        publish(doesGoOn ? PipelineState.RUNNING : PipelineState.STOPPING, true);
        if (isReached) {
            return End.REACHED;
        }
        if (doesGoOn && isAnyAlive()) {
            // A thread that does not end still holds what a new one would need.
            supervisor.onState(PipelineState.STOPPING);
            return End.ENDED;
        }
        return restartMillis.isPresent() ? End.TO_BE_STARTED_AGAIN : isOpenedAnew ? End.TO_BE_OPENED_ANEW : End.ENDED;
    }

    private void startLoad(FullLoad load) {
        loadWorkers.add(
                Worker.stepping(prefix() + "load", load::doWork, Worker::park, load::close, this::onLoadFailure));
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
                    prefix() + "lane-" + number, lane::doWork, lane::idle, lane::close, supervisor::fail));
        }
    }

    /** Whether another session is to go on, for there is more than this one's plan has, or a statement that it does not pass. */
    private boolean isOutdated() {
        return isToBeOpenedAnew || statements.isOutdated();
    }

    private boolean isGoingOn() {
        return !supervisor.isStopRequested() && !supervisor.hasFailed();
    }

    /** Shares rows out anew where the task says so since its last run. False where something ended it. */
    private boolean changeLayout() {
        if (!session.isLayoutDue()) {
            return true;
        }
        LayoutChange change = LayoutChange.ofStarted(session.lanes());
        while (isGoingOn() && !isOutdated() && !change.hasMet()) {
            if (change.doWork() == 0) {
                LockSupport.parkNanos(TICK_NANOS);
            }
            publish(PipelineState.RUNNING, false);
            answerLoadFailure();
            meetStatements();
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
        while (isGoingOn() && !isReached && !isOutdated()) {
            LockSupport.parkNanos(TICK_NANOS);
            publish(PipelineState.RUNNING, false);
            isReached = isGoalReached();
            hasten(isReached);
            noticeNewTables();
            noticeRequests();
            answerLoadFailure();
            meetStatements();
            drainBeforeFailing();
        }
        return isReached;
    }

    private void onLoadFailure(Throwable e) {
        boolean isStopped = e instanceof MillraceException known && known.code() == ErrorCode.ENDED_EARLY;
        if (!isStopped && loadFailure == null) {
            loadFailure = e;
        }
    }

    private void answerLoadFailure() {
        if (loadFailure != null && !isOutdated()) {
            statements.answer(loadFailure);
        }
    }

    private void meetStatements() {
        if (!isOutdated()) {
            statements.look();
        }
    }

    private boolean isGoalReached() {
        if (!isLoaded()) {
            return false;
        }
        if (!task.has(Step.INCREMENTAL)) {
            return !supervisor.hasRequest();
        }
        return end.isPresent()
                && progress.reached()
                        .filter(position -> Positions.coversButPrepared(
                                position, end.get(), session.log().prepared()))
                        .isPresent()
                && !supervisor.hasRequest();
    }

    /** Where nothing changes at the source, its stream comes to no place by itself. */
    private void hasten(boolean isReached) {
        boolean isAwaited = session.load().map(FullLoad::isAwaitingLanes).orElse(false)
                || (end.isPresent() && !isReached && isLoaded());
        if (isAwaited) {
            session.reader().ifPresent(ChangeReader::hasten);
        }
    }

    private void noticeNewTables() {
        if (!isOutdated()
                && task.has(Step.FULL)
                && session.reader().filter(ChangeReader::hasNewTables).isPresent()) {
            supervisor.destination().admit();
            isToBeOpenedAnew = true;
        }
    }

    /** Tables are to be loaded again: behind whatever is loaded now. */
    private void noticeRequests() {
        long now = clock.time();
        if (!isOutdated() && isLoaded() && now - requestsAt >= STATUS_MILLIS) {
            requestsAt = now;
            isToBeOpenedAnew = supervisor.hasRequest();
        }
    }

    private boolean isLoaded() {
        return session.load().map(FullLoad::isOver).orElse(true);
    }

    /** What the source sent before the reader failed still goes to the target, as far as that can be reached. */
    private void drainBeforeFailing() {
        Throwable e = supervisor.sourceFailure();
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
            supervisor.fail(e);
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
            PipelineStatus status = progress.status(state, known, watchdog.stalls());
            supervisor.publish(status);
            if (state == PipelineState.RUNNING) {
                watchdog.look(
                        now,
                        sights.of(status, Optional.ofNullable(sourceWorker), laneWorkers, loadWorkers, LOG_THREAD));
            }
        }
    }

    /** The reader first, so that nothing new comes; then lanes, which write their checkpoints; the log last. */
    private void finish() {
        session.acknowledge(); // a reader that stops tells its source
        sourceLoop.ifPresent(SourceLoop::stop);
        session.load().ifPresent(FullLoad::stop);
        endedWorkers.addAll(Stream.of(watchWorker, sourceWorker, delayWorker, partitionWorker)
                .filter(Objects::nonNull)
                .toList());
        endedWorkers.addAll(loadWorkers);
        if (watchWorker != null) {
            watchWorker.stop();
        }
        if (partitionWorker != null) {
            partitionWorker.stop();
        }
        long deadline = clock.time() + END_MILLIS;
        loadWorkers.forEach(Worker::stop);
        loadWorkers.forEach(worker -> join(worker, Math.max(1_000, deadline - clock.time())));
        if (!isLoaded()) {
            session.lanes().forEach(Follower::loadStopped);
        }
        session.lanes().forEach(lane -> lane.finish(0));
        LayoutChange meeting = LayoutChange.ofEnding(session.lanes());
        while (!session.lanes().isEmpty()
                && !hasEnded(meeting)
                && clock.time() < deadline
                && laneWorkers.stream().allMatch(Worker::isAlive)
                && !isHopeless()) {
            if (!doMeet() || meeting.doWork() == 0) {
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
        if (clock.time() >= deadline) {
            LOG.warn(
                    "lanes do not stand at one place at the end, and the next start goes on where each of them is: task={}, lanes={}",
                    task.name(),
                    session.lanes().stream()
                            .map(lane -> lane.status().committed().lane() + ":"
                                    + lane.status().committed().logIndex()
                                    + (lane.isFinished() ? "" : " has not ended"))
                            .toList());
        }
        session.lanes().forEach(Follower::giveUp);
        endLanes(deadline);
        if (delayWorker != null) {
            delayWorker.stop();
            join(delayWorker, END_MILLIS);
        }
        awaitSource(deadline);
        session.log().close(); // a reader that waits for space in the log ends only now
        if (sourceWorker != null) {
            join(sourceWorker, Math.max(1_000, deadline - clock.time()));
        }
        if (partitionWorker != null) {
            join(partitionWorker, Math.max(1_000, deadline - clock.time()));
        }
        if (watchWorker != null) {
            join(watchWorker, Math.max(1_000, deadline - clock.time()));
        }
    }

    /** A reader that waits for space in the log ends when that is closed; any other one may still write. */
    private void awaitSource(long deadline) {
        while (sourceWorker != null
                && sourceWorker.isAlive()
                && !session.log().status().isFull()
                && clock.time() < deadline) {
            join(sourceWorker, STATUS_MILLIS);
        }
    }

    private boolean hasEnded(LayoutChange meeting) {
        return doMeet() ? meeting.hasMet() : session.lanes().stream().allMatch(Follower::isFinished);
    }

    /** Lanes before a statement stand at one place already; those that wait for a load cannot go on to where the others are. */
    private boolean doMeet() {
        return isLoaded() && statements.statement().isEmpty();
    }

    /** What is not committed will be read again, so nothing is lost where lanes end at once. */
    private boolean isHopeless() {
        return supervisor.hasFailed()
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
