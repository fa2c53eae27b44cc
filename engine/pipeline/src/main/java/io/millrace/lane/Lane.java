package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import io.millrace.dirty.DirtyRows;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadView;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.SourcePosition;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogTailer;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.LaneWriter;
import java.util.List;
import java.util.Optional;
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
    private final LoadGate gate;
    private final KeyMoves moves;
    private final long backlogEnd;
    private final LaneSettings settings;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final LaneBatch batch;
    private final RowRouter router;
    private final LaneCursor cursor;
    private final RowJudge judge;
    private final KeyChanges keyChanges;
    private final LoadEnds ends;
    private final Tally tally;
    private final DirtyLane dirtyLane;
    private final TargetOutage outage;

    private State state = State.READING;
    private Checkpoint committed;
    private Checkpoint next;
    private KeyMoves.Place nextPlace;
    private boolean isAwaitingOther;
    private LoadView view;
    private boolean isStrict;
    private long acknowledgedVersion = -1;
    private long firstRowNanos;
    private long committedNanos;
    private boolean hasUnwrittenCounts;
    private long backlog = -1;
    private long repeatedInBacklog;
    private long passedBytes;
    private long appliedBytes;
    private volatile long applyingSinceMillis;
    private volatile long finishIndex = NEVER;
    private volatile boolean isGivenUp;
    private volatile LaneStatus status;
    private volatile Optional<DdlEvent> barrier = Optional.empty();
    private volatile int barrierNumber;
    private volatile long statements;

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
        this.gate = gate;
        this.moves = moves;
        this.backlogEnd = backlogEnd;
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        LaneLayout layout = new LaneLayout(start.laneCount(), start.layoutVersion());
        TableBinding[] bindings = new TableBinding[plan.tables().size()];
        for (TablePlan table : plan.tables()) {
            bindings[table.number()] = new TableBinding(table, layout);
        }
        batch = new LaneBatch(bindings);
        tally = new Tally(start.counters());
        outage = new TargetOutage(start.lane(), nanoClock, epochClock);
        ends = new LoadEnds(log::prepared);
        router = new RowRouter(
                start.lane(),
                layout,
                plan,
                bindings,
                batch,
                start,
                ends,
                gate,
                tally,
                new RowRewriting(plan, epochClock));
        dirtyLane = new DirtyLane(dirty, bindings, batch, router.origins(), tally, epochClock);
        judge = router.judge();
        keyChanges = router.keyChanges();
        if (!isStrict) {
            List.of(bindings).forEach(ends::await);
        }
        tightenWhenLoaded(start.position());
        cursor = router.cursor();
        committed = start;
        committedNanos = nanoClock.nanoTime();
        tailer = log.tailer();
        tailer.moveTo(start.logIndex());
        noteBacklog();
        moves.reach(start.lane(), new KeyMoves.Place(start.logIndex(), KeyMoves.Place.ALL_ROWS));
        publish();
    }

    /** Counts what it applies by table, too. Before its first step. */
    public Lane countInto(TableActivity activity) {
        tally.countBy(new TableTally(activity));
        return this;
    }

    /** The first statements that the log has from its checkpoint's index on are done. Before its first step. */
    public Lane behind(int done) {
        router.barrier().pass(done);
        return this;
    }

    @Override
    public LaneStatus status() {
        return status;
    }

    @Override
    public void finish(long index) {
        finishIndex = index;
    }

    @Override
    public boolean isFinished() {
        return status.isFinished();
    }

    @Override
    public Optional<DdlEvent> barrier() {
        return barrier;
    }

    @Override
    public int barrierNumber() {
        return barrierNumber;
    }

    @Override
    public long statements() {
        return statements;
    }

    @Override
    public void giveUp() {
        isGivenUp = true;
        finishIndex = 0;
    }

    @Override
    public int doWork() {
        if (state == State.FINISHED) {
            if (isGivenUp || (finishIndex <= cursor.nextIndex() && !moves.isAwaited(committed.lane()))) {
                return 0;
            }
            state = State.READING;
            publish();
        }
        adoptView();
        if (isGivenUp) {
            end();
            return 1;
        }
        if (state == State.BARRIER) {
            if (finishIndex > cursor.nextIndex()) {
                return 0;
            }
            end();
            return 1;
        }
        return state == State.IN_DOUBT ? resolve() : read();
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

    /** Between documents only: see {@link LoadGate}. */
    private void adoptView() {
        LoadView newest = gate.view();
        if (newest != view) {
            view = newest;
            judge.view(newest);
            ends.view(newest);
        }
        if (acknowledgedVersion != view.version() && !cursor.isOpenUnknown()) {
            acknowledgedVersion = view.version();
            gate.acknowledge(committed.lane(), acknowledgedVersion, cursor.position(), cursor.open());
        }
    }

    private int read() {
        int work = 0;
        if (judge.isWaiting()) {
            work += judge.takeWaiting() ? 1 : 0;
            if (judge.isWaiting()) {
                if (finishIndex == 0) {
                    end();
                }
                return work;
            }
        } else if (batch.isEmpty() && !keyChanges.isHolding()) {
            tightenWhenLoaded(cursor.position());
            if (moves.isAwaited(committed.lane())) {
                moves.reach(committed.lane(), allRead());
            }
        }
        router.passKnownEnds();
        if (keyChanges.isHolding()) {
            work += takeHeld();
            if (isHeldUp() || state != State.READING) {
                return work;
            }
            noteBacklog();
        }
        boolean isDry = false;
        while (work < DOCUMENTS_A_STEP && !isFull() && !isHeldUp()) {
            isDry = isAtFinish() || router.barrier().isMet() || tailer.poll(router, 1) == 0;
            if (isDry) {
                break;
            }
            work++;
            noteBacklog();
            noteFirstRow();
            requireMemory();
        }
        return work + endBatch(isDry);
    }

    /** Goes on through the held rows as far as the other lanes allow. */
    private int takeHeld() {
        int work = 0;
        while (keyChanges.isHolding() && !judge.isWaiting() && state == State.READING) {
            HeldRows.Row row = keyChanges.first();
            int done = row.otherLane() == committed.lane() ? take() : meet(row);
            if (done == 0) {
                return work;
            }
            work += done;
        }
        return work;
    }

    private int take() {
        keyChanges.takeFirst();
        return 1;
    }

    /** Before a row of what was read last. A chain's rows stand behind its COMMIT's index, over all documents of theirs. */
    private KeyMoves.Place place(long row) {
        return new KeyMoves.Place(cursor.isReadBack() ? cursor.nextIndex() + 1 : cursor.nextIndex(), row);
    }

    private KeyMoves.Place allRead() {
        return place(cursor.isReadBack() ? router.rowNumber() + 1 : KeyMoves.Place.ALL_ROWS);
    }

    /** A key change on which this lane meets another: see {@link KeyMoves}. Returns 0 where the other one is waited for. */
    private int meet(HeldRows.Row row) {
        KeyMoves.Place place = place(row.number());
        if (!batch.isEmpty()) {
            flush(row.at(), place);
            return 1;
        }
        tightenWhenLoaded(row.at().position());
        moves.reach(committed.lane(), place);
        KeyMoves.Place awaited = row.isNew() ? place.behind() : place;
        if (!moves.hasReached(row.otherLane(), awaited)) {
            if (!isAwaitingOther) {
                moves.await(committed.lane(), row.otherLane(), awaited);
                isAwaitingOther = true;
            }
            return 0;
        }
        moves.goOn(committed.lane());
        isAwaitingOther = false;
        if (row.isNew()) {
            keyChanges.passFirst();
        } else if (!keyChanges.changeFirst()) {
            return 0;
        } else if (batch.isEmpty() && !judge.isWaiting()) {
            moves.reach(committed.lane(), place.behind());
        } else if (!judge.isWaiting()) {
            HeldRows.At at = row.at();
            flush(new HeldRows.At(at.position(), at.lastTransaction(), at.rowsInto() + 1), place.behind());
        }
        return 1;
    }

    private void noteBacklog() {
        if (backlog < 0 && cursor.nextIndex() >= backlogEnd && !keyChanges.isHolding()) {
            backlog = tally.changesIn();
            repeatedInBacklog = router.repeated();
        }
    }

    private void noteFirstRow() {
        if (batch.isEmpty()) {
            if (cursor.isAtBoundary() && !isHeldUp()) {
                release();
            }
        } else if (firstRowNanos == 0) {
            firstRowNanos = nanoClock.nanoTime();
        }
    }

    private boolean isAtFinish() {
        return cursor.nextIndex() >= finishIndex && isEndable() && !moves.isAwaited(committed.lane());
    }

    /**
     * A batch with tied rows ends at a source commit (EXACTNESS 25), or at a statement that nothing passes; where transactions stay
     * whole, each ends at a source commit.
     */
    private boolean isEndable() {
        boolean isWhole = settings.isByTransaction()
                ? !batch.isEmpty()
                : batch.hasTied() && !router.barrier().isMet();
        return cursor.isAtBoundary() && !isHeldUp() && !(isWhole && cursor.isInside());
    }

    /** Whether a statement stands within a transaction of which nothing may be applied before its commit. */
    private boolean isStoppedInside() {
        return settings.isByTransaction() && router.barrier().isMet() && !isHeldUp() && !isEndable();
    }

    private void requireMemory() {
        if (batch.memoryBytes() + router.rewrittenBytes() > settings.memoryBytes() && !isEndable()) {
            throw new MillraceException(
                    ErrorCode.MEMORY,
                    "a source transaction that is applied whole has more rows than memory is for: lane="
                            + committed.lane() + ", rows=" + batch.entryCount() + ", bytes=" + batch.memoryBytes()
                            + ", limit=" + settings.memoryBytes() + ", after="
                            + committed.position().text());
        }
    }

    private boolean isFull() {
        return isEndable()
                && (batch.entryCount() >= settings.batchRows()
                        || router.bytes() + batch.mergedBytes() >= settings.batchBytes()
                        || tailer.heldBytes() >= settings.heldBytes()
                        || (firstRowNanos != 0 && nanoClock.nanoTime() - firstRowNanos >= settings.flushNanos()));
    }

    private int endBatch(boolean isDry) {
        if (!isEndable()) {
            if (isStoppedInside()) {
                meetStatement();
                return 1;
            }
            return 0;
        }
        boolean hasRows = !batch.isEmpty();
        if (hasRows ? isDry || isFull() : isCheckpointDue(isDry)) {
            flush();
            return 1;
        }
        if (!hasRows && isDry) {
            publishWhenMoved();
            if (isAtFinish()) {
                end();
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
        barrierNumber = router.barrier().number();
        barrier = router.barrier().statement();
    }

    /** Of a lane without rows: while the log is full at once, since the reader waits for the slowest lane's checkpoint. */
    private boolean isCheckpointDue(boolean isDry) {
        if (cursor.nextIndex() == committed.logIndex()) {
            return hasUnwrittenCounts && isAtFinish();
        }
        return isAtFinish()
                || router.barrier().isMet()
                || passedBytes >= settings.idleBytes()
                || (isDry && log.isFull())
                || nanoClock.nanoTime() - committedNanos >= settings.idleNanos();
    }

    private void flush() {
        flush(
                cursor.nextIndex(),
                new HeldRows.At(cursor.position(), cursor.lastTransaction(), cursor.rowsIntoTransaction()),
                allRead());
    }

    /** Applies what stands before a place inside the last document, which a start then reads again from its beginning. */
    private void flush(HeldRows.At at, KeyMoves.Place place) {
        flush(cursor.documentStart(), at, place);
    }

    private void flush(long logIndex, HeldRows.At at, KeyMoves.Place place) {
        batch.seal();
        next = checkpoint(logIndex, at.position(), at.lastTransaction(), at.rowsInto());
        nextPlace = place;
        publish();
        apply();
    }

    private Checkpoint checkpoint(long logIndex, SourcePosition position, String lastTransaction, long rowsInto) {
        Counters counters = tally.counters(committed.counters());
        if (!counters.conserve()) {
            throw new MillraceException(
                    ErrorCode.COUNTS_DO_NOT_CONSERVE,
                    "a lane's counts differ: lane=" + committed.lane() + ", counters=" + counters);
        }
        return new Checkpoint(
                committed.lane(),
                committed.laneCount(),
                committed.layoutVersion(),
                committed.epoch(),
                committed.logId(),
                logIndex,
                position,
                lastTransaction,
                rowsInto,
                counters);
    }

    private void apply() {
        applyingSinceMillis = epochClock.time();
        try {
            boolean isOver = false;
            while (!isOver) {
                isOver = attempt();
            }
        } finally {
            applyingSinceMillis = 0;
        }
    }

    /** One attempt at the batch; false where rows were taken out, and the others are to be tried without them. */
    private boolean attempt() {
        try {
            dirtyLane.overtake(committed);
            succeed(writer.apply(batch, committed, next));
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.DIRTY_LIMIT || !dirtyLane.hasRefused()) {
                doubt(e);
                return true;
            }
            try {
                dirtyLane.isolate(committed);
            } catch (MillraceException tooMany) {
                doubt(tooMany);
            }
            batch.seal();
            next = checkpoint(next.logIndex(), next.position(), next.lastTransaction(), next.rowsIntoTransaction());
            return false;
        }
        return true;
    }

    @Override
    public long applyingSinceMillis() {
        return applyingSinceMillis;
    }

    private void doubt(MillraceException e) {
        if (e.code() == ErrorCode.DIRTY_LIMIT || e.code() == ErrorCode.CONFLICT) {
            throw new MillraceException(
                    e.code(),
                    e.getMessage() + ", lane=" + committed.lane() + ", after="
                            + committed.position().text(),
                    e);
        }
        if (e.code().retry() != Retry.BACKOFF) {
            throw e;
        }
        outage.failed(e);
        state = State.IN_DOUBT;
        publish();
    }

    /** Nothing is retried before the target has said what stands there (EXACTNESS 22). */
    private int resolve() {
        if (!outage.isRetryDue()) {
            return 0;
        }
        Checkpoint standing;
        try {
            standing = writer.checkpoint();
        } catch (MillraceException e) {
            doubt(e);
            return 1;
        }
        if (isSamePlace(standing, next)) {
            succeed(ApplyResult.NONE);
        } else if (isSamePlace(standing, committed)) {
            apply();
        } else {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "another checkpoint stands at the target: lane=" + committed.lane() + ", epoch=" + standing.epoch()
                            + ", own=" + committed.epoch() + ", index=" + standing.logIndex() + ", expected="
                            + committed.logIndex());
        }
        return 1;
    }

    private static boolean isSamePlace(Checkpoint standing, Checkpoint own) {
        return standing.epoch() == own.epoch()
                && standing.logIndex() == own.logIndex()
                && standing.rowsIntoTransaction() == own.rowsIntoTransaction()
                && standing.position().text().equals(own.position().text())
                && standing.logId().equals(own.logId());
    }

    private void succeed(ApplyResult result) {
        outage.ended();
        committed = next;
        hasUnwrittenCounts = isStrict && result.healed() + result.missing() > 0;
        if (hasUnwrittenCounts) {
            // The target told it in the transaction that wrote the counters: they follow with the next one.
            tally.missing(result.healed() + result.missing());
        }
        state = State.READING;
        committedNanos = nanoClock.nanoTime();
        firstRowNanos = 0;
        tally.tables().applied();
        dirtyLane.committed();
        batch.clear();
        router.clear();
        if (!keyChanges.isHolding()) {
            release();
            passedBytes = 0;
        }
        moves.reach(committed.lane(), nextPlace);
        publish();
    }

    private void release() {
        passedBytes += tailer.heldBytes();
        appliedBytes += tailer.heldBytes();
        router.release();
        tailer.release();
    }

    /** From the load's end on, what is there and what is missing has a meaning again (EXACTNESS 26). */
    private void tightenWhenLoaded(SourcePosition position) {
        if (isStrict) {
            return;
        }
        ends.pass(position).forEach(batch::tighten);
        if (ends.areAllPassed() && !keyChanges.isHolding()) {
            isStrict = true;
            gate.pass(lane);
        }
    }

    private void end() {
        state = State.FINISHED;
        publish();
    }

    private void publishWhenMoved() {
        if (status.nextIndex() != cursor.nextIndex() || status.oldestCommitMicros() != 0) {
            publish();
        }
    }

    private void publish() {
        statements = router.barrier().passed();
        boolean isAllApplied = batch.isEmpty() && !isHeldUp();
        Counters counters = isAllApplied ? tally.counters(committed.counters()) : committed.counters();
        status = new LaneStatus(
                committed,
                isAllApplied ? cursor.position() : committed.position(),
                counters,
                isAllApplied ? cursor.nextIndex() : committed.logIndex(),
                isAllApplied ? 0 : router.oldestCommitMicros(),
                new LaneStatus.Inflow(backlog, router.repeated() - repeatedInBacklog, counters.changesIn()),
                appliedBytes,
                outage.text(),
                outage.sinceMillis(),
                state == State.FINISHED);
    }

    @Override
    public void close() {
        moves.goOn(committed.lane());
        if (router.unfollowed() > 0) {
            LOG.warn(
                    "parents changed whose foreign keys' actions were not followed: lane={}, changes={}",
                    committed.lane(),
                    router.unfollowed());
        }
        try (tailer) {
            writer.close();
        }
    }
}
