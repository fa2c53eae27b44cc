package io.millrace.pipeline.consumer;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.lane.row.LaneCursor;
import io.millrace.pipeline.statement.ToldStatements;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.ChangeWriter;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Hands the log to a target that takes changes one by one, and writes its checkpoint between transactions: as often as the target's
 * interval says while changes come, and now and then while only the source's place moves on. What was taken and not checkpointed
 * counts as in flight.
 *
 * <p>Threads as {@link Follower} says. Owns its tailer and its writer.
 */
public final class ChangeLane implements Follower, FrameHandler {
    private static final int DOCUMENTS_A_STEP = 64;
    private static final long IDLE_CHECKPOINT_NANOS = 10_000_000_000L;
    private static final long IDLE_MILLIS = 5;
    private static final long IDLE_NANOS = 200_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final UnaryOperator<TableId> names;
    private final ToldStatements told;
    private final ChangeLog log;
    private final ChangeWriter writer;
    private final LogTailer tailer;
    private final LaneCursor cursor;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final long backlogEnd;
    private final long syncNanos;
    private final Map<Integer, TableSchema> tables = new HashMap<>();

    private Checkpoint committed;
    private long inserts;
    private long updates;
    private long deletes;
    private long repeated;
    private long repeatedInBacklog;
    private long backlog = -1;
    private long oldestCommitMicros;
    private long readBytes;
    private long appliedBytes;
    private long committedNanos;
    private boolean hasUnflushed;
    private boolean hasRows;
    private boolean isSkipped;
    private boolean isFinished;
    private volatile long applyingSinceMillis;
    private volatile long statements;
    private volatile long finishIndex = NEVER;
    private volatile boolean isGivenUp;
    private volatile LaneStatus status;

    /**
     * A lane that goes on at its checkpoint.
     *
     * @param names what tables are called at the target
     * @param told what becomes of statements
     * @param start as it stands at the target, of this log
     * @param backlogEnd where the log ended at the session's start
     */
    public ChangeLane(
            UnaryOperator<TableId> names,
            ToldStatements told,
            ChangeLog log,
            ChangeWriter writer,
            Checkpoint start,
            long backlogEnd,
            long syncNanos,
            NanoClock nanoClock,
            EpochClock epochClock) {
        this.names = names;
        this.told = told;
        this.log = log;
        this.writer = writer;
        this.backlogEnd = backlogEnd;
        this.syncNanos = syncNanos;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        committed = start;
        committedNanos = nanoClock.nanoTime();
        inserts = start.counters().inserts();
        updates = start.counters().updates();
        deletes = start.counters().deletes();
        cursor = new LaneCursor(start);
        tailer = log.tailer();
        tailer.moveTo(start.logIndex());
        noteBacklog();
        publish();
    }

    @Override
    public int doWork() {
        if (isFinished && (isGivenUp || finishIndex <= cursor.nextIndex())) {
            return 0;
        }
        isFinished = false;
        int work = 0;
        while (!isGivenUp && work < DOCUMENTS_A_STEP && !isAtEnd() && tailer.poll(this, 1) > 0) {
            work++;
            readBytes += tailer.heldBytes();
            tailer.release();
            noteBacklog();
        }
        if (work == 0 && hasUnflushed) {
            writer.flush();
            hasUnflushed = false;
            work++;
        }
        // Asked once: told to end between two questions, the lane would end without its checkpoint.
        boolean isAtEnd = isAtEnd();
        if (isCheckpointDue(isAtEnd)) {
            checkpoint();
            work++;
        }
        if (isGivenUp || isAtEnd) {
            isFinished = true;
            work++;
        }
        if (work > 0) {
            publish();
        }
        return work;
    }

    private boolean isBetween() {
        return cursor.isAtBoundary() && !cursor.isInside();
    }

    private boolean isAtEnd() {
        return cursor.nextIndex() >= finishIndex && isBetween();
    }

    private void noteBacklog() {
        if (backlog < 0 && cursor.nextIndex() >= backlogEnd && !cursor.isInside()) {
            backlog = changes();
            repeatedInBacklog = repeated;
        }
    }

    private long changes() {
        return inserts + updates + deletes;
    }

    private boolean isCheckpointDue(boolean isAtEnd) {
        if (isGivenUp || !isBetween() || cursor.nextIndex() == committed.logIndex()) {
            return false;
        }
        long waited = nanoClock.nanoTime() - committedNanos;
        return isAtEnd || log.isFull() || waited >= (hasRows ? syncNanos : IDLE_CHECKPOINT_NANOS);
    }

    private void checkpoint() {
        long changes = changes();
        Checkpoint next = new Checkpoint(
                committed.lane(),
                committed.laneCount(),
                committed.layoutVersion(),
                committed.epoch(),
                log.id(),
                cursor.nextIndex(),
                cursor.position(),
                cursor.lastTransaction(),
                0,
                new Counters(changes, changes, 0, 0, 0, 0, 0, inserts, updates, deletes));
        applyingSinceMillis = epochClock.time();
        try {
            writer.checkpoint(next);
        } finally {
            applyingSinceMillis = 0;
        }
        committed = next;
        committedNanos = nanoClock.nanoTime();
        appliedBytes = readBytes;
        oldestCommitMicros = 0;
        hasRows = false;
        hasUnflushed = false;
    }

    @Override
    public void onSchema(int tableNumber, TableSchema schema) {
        tables.put(
                tableNumber,
                new TableSchema(names.apply(schema.table()), schema.version(), schema.columns(), schema.key()));
    }

    @Override
    public void onBegin(TransactionId transaction) {
        boolean isContinued = cursor.isInside();
        cursor.onBegin(transaction);
        if (!isContinued) {
            isSkipped = cursor.isBehind(0);
            if (!isSkipped) {
                writer.begin(transaction);
            }
        }
    }

    @Override
    public void onRows(RowsFlyweight rows) {
        cursor.onRows(rows.rowOrdinal() + 1 + rows.count());
        if (isSkipped) {
            repeated += rows.count();
            return;
        }
        Operation operation = rows.operation();
        switch (operation) {
            case INSERT -> inserts += rows.count();
            case UPDATE -> updates += rows.count();
            case DELETE -> deletes += rows.count();
        }
        hasRows = true;
        hasUnflushed = true;
        writer.rows(tables.get(rows.tableNumber()), rows);
    }

    @Override
    public void onDdl(DdlEvent event) {
        if (cursor.isInside() && isSkipped) {
            return;
        }
        require(event);
        hasUnflushed = true;
        writer.ddl(event);
        countStatement();
    }

    /** What stands before a statement that ends the task is kept, unless a transaction is open. */
    private void require(DdlEvent event) {
        try {
            told.require(event);
        } catch (MillraceException e) {
            if (isBetween() && cursor.nextIndex() != committed.logIndex()) {
                checkpoint();
                publish();
            }
            throw e;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void countStatement() {
        statements++;
    }

    @Override
    public void onCommit(TransactionId transaction) {
        cursor.onCommit(transaction);
        if (!isSkipped) {
            oldestCommitMicros = oldestCommitMicros == 0 ? transaction.commitTimeMicros : oldestCommitMicros;
            writer.commit(transaction);
        }
    }

    @Override
    public void onPrepare(TransactionId prepare) {
        cursor.onPrepare(prepare);
    }

    @Override
    public void onResolve(TransactionId prepare) {
        cursor.onResolve(prepare);
    }

    @Override
    public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {
        cursor.onHeartbeat(position);
    }

    @Override
    public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {
        cursor.onDocumentEnd(nextIndex);
    }

    /** Where nothing but the source's place has moved since the checkpoint, that counts as reached. */
    private void publish() {
        boolean isReached = !hasRows && !hasUnflushed && isBetween();
        status = new LaneStatus(
                committed,
                isReached ? cursor.position() : committed.position(),
                committed.counters(),
                isReached ? cursor.nextIndex() : committed.logIndex(),
                oldestCommitMicros,
                new LaneStatus.Inflow(
                        backlog,
                        repeated - repeatedInBacklog,
                        committed.counters().changesIn()),
                isReached ? readBytes : appliedBytes,
                "",
                0,
                isFinished);
    }

    @Override
    public void idle() {
        if (!log.awaitDurable(tailer.nextIndex(), IDLE_MILLIS)) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
    }

    @Override
    public LaneStatus status() {
        return status;
    }

    @Override
    public long applyingSinceMillis() {
        return applyingSinceMillis;
    }

    @Override
    public Optional<DdlEvent> barrier() {
        return Optional.empty();
    }

    @Override
    public long statements() {
        return statements;
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
    public void giveUp() {
        isGivenUp = true;
        finishIndex = 0;
    }

    @Override
    public void close() {
        try (tailer) {
            writer.close();
        }
    }
}
