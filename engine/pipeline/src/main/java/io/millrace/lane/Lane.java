package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import io.millrace.dirty.DirtyRows;
import io.millrace.lane.batch.HeldRows;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.count.TableActivity;
import io.millrace.lane.count.TableTally;
import io.millrace.lane.count.Tally;
import io.millrace.lane.row.KeyChanges;
import io.millrace.lane.row.KeyMoves;
import io.millrace.lane.row.LaneCursor;
import io.millrace.lane.row.RowJudge;
import io.millrace.lane.row.RowRewriting;
import io.millrace.lane.row.RowRouter;
import io.millrace.lane.table.LaneLayout;
import io.millrace.lane.table.LoadEnds;
import io.millrace.lane.table.TableBinding;
import io.millrace.load.LoadGate;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogTailer;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log, batches its own rows, applies them with its checkpoint in one target transaction.
 *
 * <pre>
 * state      entered                       meaning                                                leaves to
 * READING    at first, after an apply      polls until dry, full or old; then applies             IN_DOUBT, FINISHED
 * IN_DOUBT   an apply met an outage        asks the target which checkpoint stands: the next one  READING, FINISHED
 *                                          is success, the expected one is a reason to try again
 * BARRIER    at a statement, and all is    waits for the other lanes to come there, and for whoever decides       FINISHED
 *            applied before it
 * FINISHED   asked to, and all is applied  reads nothing more
 * </pre>
 *
 * <p>Steppable by hand; confined to one thread, but for {@link #finish}, {@link #giveUp} and {@link #status}. Owns its tailer and
 * its writer. An outage is retried for as long as it lasts; every other error is thrown, and the lane is not used again.
 */
public final class Lane implements Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int DOCUMENTS_A_STEP = 64;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long IDLE_MILLIS = 5;
    private static final long IDLE_NANOS = 200_000L;

    private enum State {
        READING,
        IN_DOUBT,
        BARRIER,
        FINISHED
    }

    private final int lane;
    private final ChangeLog log;
    private final LaneWriter writer;
    private final LogTailer tailer;
    private final LaneBatch batch;
    private final RowRouter router;
    private final LaneCursor cursor;
    private final RowJudge judge;
    private final KeyChanges keyChanges;
    private final LaneLoad load;
    private final Tally tally;
    private final DirtyLane dirtyLane;
    private final BatchCommit commit;
    private final BatchEnd end;
    private final LaneMeetings meetings;
    private final LaneReport report;

    private State state = State.READING;
    private KeyMoves.Place nextPlace;
    private boolean hasUnwrittenCounts;
    private volatile long finishIndex = NEVER;
    private volatile boolean isLoadStopped;
    private volatile boolean isGivenUp;

    /**
     * A lane that goes on at its checkpoint.
     *
     * @param start as it stands at the target, of this process's epoch and of this log
     * @param moves where lanes of this task meet over key changes
     * @param isStrict whether every load's end lies behind the checkpoint
     * @param backlogEnd where the log ended at the session's start
     * @param dirty the task's, where a limit lets rows be left out
     */
    public Lane(
            TaskPlan plan,
            ChangeLog log,
            LaneWriter writer,
            Checkpoint start,
            LoadGate gate,
            KeyMoves moves,
            boolean isStrict,
            long backlogEnd,
            LaneSettings settings,
            DirtyRows dirty,
            NanoClock nanoClock,
            EpochClock epochClock) {
        this.log = log;
        lane = start.lane();
        this.writer = writer;
        LaneLayout layout = new LaneLayout(start.laneCount(), start.layoutVersion());
        TableBinding[] bindings = new TableBinding[plan.tables().size()];
        for (TablePlan table : plan.tables()) {
            bindings[table.number()] = new TableBinding(table, layout);
        }
        batch = new LaneBatch(bindings);
        tally = new Tally(start.counters());
        LoadEnds ends = new LoadEnds(log::prepared);
        router = new RowRouter(
                lane, layout, plan, bindings, batch, start, ends, gate, tally, new RowRewriting(plan, epochClock));
        dirtyLane = new DirtyLane(dirty, bindings, batch, router.origins(), tally, epochClock);
        judge = router.judge();
        keyChanges = router.keyChanges();
        cursor = router.cursor();
        TargetOutage outage = new TargetOutage(lane, nanoClock, epochClock);
        commit = new BatchCommit(writer, batch, tally, dirtyLane, outage, epochClock, start);
        meetings = new LaneMeetings(lane, moves, batch, router);
        report = new LaneReport(batch, router, tally, outage, backlogEnd);
        load = new LaneLoad(lane, gate, ends, batch, router);
        if (!isStrict) {
            List.of(bindings).forEach(ends::await);
        }
        load.tightenAt(start.position());
        tailer = log.tailer();
        tailer.moveTo(start.logIndex());
        end = new BatchEnd(settings, batch, router, tailer, nanoClock);
        report.noteBacklog();
        meetings.reach(new KeyMoves.Place(start.logIndex(), KeyMoves.Place.ALL_ROWS));
        publish();
    }

    /** Counts what it applies by table, too. Before its first step. */
    public Lane countInto(TableActivity activity) {
        tally.countBy(new TableTally(activity));
        return this;
    }

    /** A person wants no rows of the transactions at these places, as errors name them. Before its first step. */
    public Lane skipping(Set<String> places) {
        router.skipped().name(places);
        return this;
    }

    /** The first statements that the log has from its checkpoint's index on are done. Before its first step. */
    public Lane behind(int done) {
        router.barrier().pass(done);
        return this;
    }

    @Override
    public LaneStatus status() {
        return report.status();
    }

    @Override
    public void finish(long index) {
        finishIndex = index;
    }

    @Override
    public void loadStopped() {
        isLoadStopped = true;
    }

    @Override
    public boolean isFinished() {
        return report.status().isFinished();
    }

    @Override
    public Optional<DdlEvent> barrier() {
        return report.barrier();
    }

    @Override
    public int barrierNumber() {
        return report.barrierNumber();
    }

    @Override
    public long statements() {
        return report.statements();
    }

    @Override
    public long applyingSinceMillis() {
        return commit.applyingSinceMillis();
    }

    @Override
    public void giveUp() {
        isGivenUp = true;
        finishIndex = 0;
    }

    @Override
    public int doWork() {
        if (state == State.FINISHED) {
            boolean isThere = finishIndex <= cursor.nextIndex() && !meetings.isAwaited();
            if (isGivenUp || isThere || meetings.hasEnded()) {
                return 0;
            }
            state = State.READING;
            publish();
        }
        load.adoptView();
        if (isGivenUp) {
            stop();
            return 1;
        }
        return switch (state) {
            case BARRIER -> {
                if (finishIndex > cursor.nextIndex()) {
                    yield 0;
                }
                stop();
                yield 1;
            }
            case IN_DOUBT -> resolve();
            default -> read();
        };
    }

    @Override
    public void idle() {
        boolean isReading = state == State.READING && !isHeldUp();
        if (!isReading || !log.awaitDurable(tailer.nextIndex(), IDLE_MILLIS)) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
    }

    /** Whether rows of the last document are not through yet. */
    private boolean isHeldUp() {
        return router.isHeldUp();
    }

    private int read() {
        int work = 0;
        if (judge.isWaiting()) {
            work += judge.takeWaiting() ? 1 : 0;
            if (judge.isWaiting()) {
                awaitLoad();
                return work;
            }
        } else if (batch.isEmpty() && !keyChanges.isHolding()) {
            load.tightenAt(cursor.position());
            load.standAt(cursor.position());
            load.settleAt(cursor.position());
            if (meetings.isAwaited()) {
                meetings.reach(meetings.allRead());
            }
        }
        router.passKnownEnds();
        if (keyChanges.isHolding()) {
            work += takeHeld();
            if (isHeldUp() || state != State.READING) {
                return work;
            }
        }
        report.noteBacklog(); // also behind an outage over the last row that was held
        boolean isDry = false;
        while (work < DOCUMENTS_A_STEP && !end.isFull() && !isHeldUp()) {
            isDry = isAtFinish() || router.barrier().isMet() || poll() == 0;
            if (isDry) {
                break;
            }
            work++;
            report.noteBacklog();
            noteRows();
            end.requireMemory(commit.committed());
        }
        return work + endBatch(isDry);
    }

    private int poll() {
        try {
            return tailer.poll(router, 1);
        } catch (OutOfMemoryError e) {
            throw end.outOfHeap(commit.committed(), e);
        }
    }

    /** Goes on through the held rows as far as the other lanes allow. */
    private int takeHeld() {
        int work = 0;
        while (keyChanges.isHolding() && !judge.isWaiting() && state == State.READING) {
            HeldRows.Row row = keyChanges.first();
            if (keyChanges.isAtStand()) {
                if (!passStand(row)) {
                    return work;
                }
            } else if (row.otherLane() == lane) {
                if (!keyChanges.takeFirst()) {
                    awaitLoad();
                    return work;
                }
            } else if (!meet(row)) {
                return work;
            }
            work++;
        }
        return work;
    }

    /** Rows of a transaction that waits while tables are loaded which join others: what stands before it is applied, and then it waits. */
    private boolean passStand(HeldRows.Row row) {
        if (!load.holds(row.transaction())) {
            keyChanges.passStand();
            return true;
        }
        KeyMoves.Place place = meetings.place(row.number());
        if (batch.isEmpty()) {
            meetings.reach(place);
            load.standBefore(row.transaction());
        } else if (row.at().rowsInto() == 0) { // what is tied ends at a source commit
            flush(cursor.documentStart(), row.at(), place);
        }
        if (state == State.READING) {
            awaitLoad();
            if (finishIndex == 0) {
                stop();
            }
        }
        return false;
    }

    /** What is waited for comes of the load, if it comes. */
    private void awaitLoad() {
        if (isLoadStopped) {
            meetings.end();
            stop();
        }
    }

    /** A key change on which this lane meets another; false where that one is waited for. */
    private boolean meet(HeldRows.Row row) {
        KeyMoves.Place place = meetings.place(row.number());
        if (!batch.isEmpty()) {
            flush(cursor.documentStart(), row.at(), place);
            return true;
        }
        load.tightenAt(row.at().position());
        LaneMeetings.Outcome outcome = meetings.meet(row);
        if (outcome == LaneMeetings.Outcome.COMMITS) {
            HeldRows.At at = row.at();
            flush(
                    cursor.documentStart(),
                    new HeldRows.At(at.position(), at.lastTransaction(), at.rowsInto() + 1),
                    place.behind());
        }
        if (outcome == LaneMeetings.Outcome.WAITS && meetings.isInVain(row)) {
            awaitLoad();
        }
        return outcome != LaneMeetings.Outcome.WAITS;
    }

    private void noteRows() {
        if (!batch.isEmpty()) {
            end.hasRows();
        } else if (cursor.isAtBoundary() && !isHeldUp()) {
            release();
        }
    }

    private boolean isAtFinish() {
        return cursor.nextIndex() >= finishIndex && end.isAllowed() && !meetings.isAwaited();
    }

    private int endBatch(boolean isDry) {
        if (!end.isAllowed()) {
            return 0;
        }
        boolean hasRows = !batch.isEmpty();
        // Asked once: told to end between two questions, the lane would end without its checkpoint.
        boolean isAtFinish = isAtFinish();
        if (hasRows ? isDry || end.isFull() : isCheckpointDue(isDry, isAtFinish)) {
            flush(
                    cursor.nextIndex(),
                    new HeldRows.At(cursor.position(), cursor.lastTransaction(), cursor.rowsIntoTransaction()),
                    meetings.allRead());
            return 1;
        }
        if (!hasRows && isDry) {
            report.publishWhenMoved(commit.committed(), false);
            if (end.isRestDue()) {
                writer.rest();
            }
            if (isAtFinish) {
                stop();
                return 1;
            }
            if (router.barrier().isMet()) {
                meetStatement();
                return 1;
            }
        }
        return 0;
    }

    private void meetStatement() {
        state = State.BARRIER;
        report.met(router.barrier());
    }

    /** Of a lane without rows: while the log is full at once, since the reader waits for the slowest lane's checkpoint. */
    private boolean isCheckpointDue(boolean isDry, boolean isAtFinish) {
        if (cursor.nextIndex() == commit.committed().logIndex()) {
            return hasUnwrittenCounts && isAtFinish;
        }
        return isAtFinish || router.barrier().isMet() || (isDry && log.isFull()) || end.isIdleOver();
    }

    /** Applies what stands before a place; where that is inside the last document, a start reads this again from its beginning. */
    private void flush(long logIndex, HeldRows.At at, KeyMoves.Place place) {
        commit.seal(logIndex, at);
        nextPlace = place;
        publish();
        settle(commit.apply());
    }

    private int resolve() {
        if (!commit.isRetryDue()) {
            return 0;
        }
        settle(commit.resolve());
        return 1;
    }

    /** What follows an attempt: the batch is at the target, or that is in doubt. */
    private void settle(boolean isThere) {
        if (!isThere) {
            state = State.IN_DOUBT;
            publish();
            return;
        }
        long differing = commit.result().healed() + commit.result().missing();
        hasUnwrittenCounts = load.isStrict() && differing > 0;
        if (hasUnwrittenCounts) {
            // The target told it in the transaction that wrote the counters: they follow with the next one.
            tally.missing(differing);
        }
        state = State.READING;
        end.committed();
        tally.tables().applied();
        dirtyLane.committed();
        batch.clear();
        router.clear();
        if (!keyChanges.isHolding()) {
            release();
            end.settled();
        }
        meetings.reach(nextPlace);
        publish();
    }

    private void release() {
        end.passed(tailer.heldBytes());
        report.applied(tailer.heldBytes());
        router.release();
        tailer.release();
    }

    private void stop() {
        state = State.FINISHED;
        publish();
    }

    private void publish() {
        report.publish(commit.committed(), state == State.FINISHED);
    }

    @Override
    public void close() {
        meetings.close();
        if (router.unfollowed() > 0) {
            LOG.warn(
                    "parents changed whose foreign keys' actions were not followed: lane={}, changes={}",
                    lane,
                    router.unfollowed());
        }
        try (tailer) {
            writer.close();
        }
    }
}
