package io.millrace.pipeline.consumer;

import io.millrace.ddl.DdlEvent;
import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.lane.row.LaneCursor;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.Checkpoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Hands the log to a consumer, transaction by transaction, and keeps what the consumer has acknowledged in a file. Owns its
 * tailer. Threads as {@link Follower} says.
 */
public final class ConsumerLane implements Follower, FrameHandler {
    private static final int DOCUMENTS_A_STEP = 64;
    private static final long WRITE_NANOS = 100_000_000L;
    private static final long IDLE_MILLIS = 5;
    private static final long IDLE_NANOS = 200_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final ChangeConsumer consumer;
    private final ConsumerFile file;
    private final ChangeLog log;
    private final LogTailer tailer;
    private final NanoClock clock;
    private final long backlogEnd;
    private final LaneCursor cursor;
    private final Map<Integer, TableSchema> tables = new HashMap<>();
    private final Deque<Place> unacknowledged = new ArrayDeque<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong statements = new AtomicLong();

    private Checkpoint committed;
    private Place safe;
    private long transactions;
    private long changes;
    private long repeated;
    private long repeatedInBacklog;
    private long backlog = -1;
    private long oldestCommitMicros;
    private long appliedBytes;
    private long writtenAt;
    private boolean isStarted;
    private boolean isSkipped;
    private boolean isFinished;
    private volatile long finishIndex = NEVER;
    private volatile LaneStatus status;

    /** A document's end between transactions: where a checkpoint may stand once all before it is acknowledged. */
    private record Place(
            long transactions, long nextIndex, SourcePosition position, String lastTransaction, long changes) {}

    /**
     * A consumer's lane.
     *
     * @param backlogEnd where the log ended at the session's start
     */
    public ConsumerLane(
            ChangeConsumer consumer,
            ConsumerFile file,
            ChangeLog log,
            Checkpoint start,
            long backlogEnd,
            NanoClock clock) {
        this.consumer = consumer;
        this.file = file;
        this.log = log;
        this.clock = clock;
        committed = start;
        changes = start.counters().changesIn();
        cursor = new LaneCursor(start);
        this.backlogEnd = backlogEnd;
        safe = new Place(0, start.logIndex(), start.position(), start.lastTransaction(), changes);
        tailer = log.tailer();
        tailer.moveTo(start.logIndex());
        noteBacklog();
        publish();
    }

    @Override
    public int doWork() {
        if (isFinished) {
            return 0;
        }
        if (!isStarted) {
            isStarted = true;
            consumer.onStart(this::acknowledge);
        }
        int work = 0;
        while (work < DOCUMENTS_A_STEP && !isAtEnd() && tailer.poll(this, 1) > 0) {
            work++;
            noteBacklog();
        }
        appliedBytes += tailer.heldBytes();
        tailer.release();
        work += takeAcknowledgements();
        if (isAtEnd()) {
            write();
            isFinished = true;
            work++;
        }
        if (work > 0) {
            publish();
        }
        return work;
    }

    private void acknowledge(long number) {
        acknowledged.accumulateAndGet(number, Math::max);
    }

    private boolean isAtEnd() {
        return cursor.nextIndex() >= finishIndex && cursor.isAtBoundary() && !cursor.isInside();
    }

    private void noteBacklog() {
        if (backlog < 0 && cursor.nextIndex() >= backlogEnd) {
            backlog = changes;
            repeatedInBacklog = repeated;
        }
    }

    private int takeAcknowledgements() {
        long number = acknowledged.get();
        int taken = 0;
        while (!unacknowledged.isEmpty() && unacknowledged.peek().transactions() <= number) {
            safe = unacknowledged.remove();
            taken++;
        }
        if (unacknowledged.isEmpty()) {
            oldestCommitMicros = 0;
        }
        if (safe.nextIndex() != committed.logIndex() && clock.nanoTime() - writtenAt >= WRITE_NANOS) {
            write();
            taken++;
        }
        return taken;
    }

    private void write() {
        takeRest();
        if (safe.nextIndex() == committed.logIndex()) {
            return;
        }
        committed = ConsumerFile.checkpoint(
                log.id(), safe.nextIndex(), safe.position(), safe.lastTransaction(), safe.changes());
        file.write(committed);
        writtenAt = clock.nanoTime();
    }

    private void takeRest() {
        long number = acknowledged.get();
        while (!unacknowledged.isEmpty() && unacknowledged.peek().transactions() <= number) {
            safe = unacknowledged.remove();
        }
    }

    /** Lets the consumer decide; a statement that it had before the start of the lane is passed with its transaction. */
    @Override
    public void onDdl(DdlEvent event) {
        if (cursor.isInside() && isSkipped) {
            return;
        }
        consumer.onDdl(event);
        statements.incrementAndGet();
    }

    @Override
    public long statements() {
        return statements.get();
    }

    @Override
    public Optional<DdlEvent> barrier() {
        return Optional.empty();
    }

    @Override
    public void onSchema(int tableNumber, TableSchema schema) {
        tables.put(tableNumber, schema);
    }

    @Override
    public void onBegin(TransactionId transaction) {
        boolean isContinued = cursor.isInside();
        cursor.onBegin(transaction);
        if (!isContinued) {
            isSkipped = cursor.isBehind(0);
            if (!isSkipped) {
                consumer.onBegin(transaction);
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
        changes += rows.count();
        consumer.onRows(tables.get(rows.tableNumber()), rows);
    }

    @Override
    public void onCommit(TransactionId transaction) {
        cursor.onCommit(transaction);
        if (!isSkipped) {
            transactions++;
            oldestCommitMicros = oldestCommitMicros == 0 ? transaction.commitTimeMicros : oldestCommitMicros;
            consumer.onCommit(transaction, transactions);
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
        if (!isInsideTransaction) {
            unacknowledged.add(
                    new Place(transactions, nextIndex, cursor.position(), cursor.lastTransaction(), changes));
        }
    }

    private void publish() {
        Checkpoint reached = ConsumerFile.checkpoint(
                log.id(), safe.nextIndex(), safe.position(), safe.lastTransaction(), safe.changes());
        status = new LaneStatus(
                committed,
                safe.position(),
                reached.counters(),
                safe.nextIndex(),
                oldestCommitMicros,
                new LaneStatus.Inflow(backlog, repeated - repeatedInBacklog, safe.changes()),
                appliedBytes,
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
    public void finish(long index) {
        finishIndex = index;
    }

    @Override
    public boolean isFinished() {
        return status.isFinished();
    }

    @Override
    public void giveUp() {
        finishIndex = 0;
    }

    @Override
    public void close() {
        tailer.close();
    }
}
