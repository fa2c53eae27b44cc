package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A log as it was some time ago: its documents may be read once every commit that they have a part in is as old as the delay. So
 * lanes know nothing of a delay: to them the log ends there, they run dry, flush and write their checkpoints as ever.
 *
 * <p>A tailer of its own runs ahead, to the end of the transaction that is open at the end of the next document, and no farther: what
 * waits is the log's, not memory's. {@link #doWork}, {@link #idle} and {@link #closeScout} belong to one thread; everything else may be
 * called from any.
 */
final class DelayedLog implements ChangeLog {
    private static final int DOCUMENTS_A_STEP = 64;
    private static final long IDLE_MILLIS = 5;

    private final ChangeLog log;
    private final long delayMicros;
    private final LongSupplier sourceMillis;
    private final LogTailer scout;
    private final Deque<Held> held = new ArrayDeque<>();
    private final CommitTimes times = new CommitTimes();
    private Held newest;
    private volatile long released;
    private volatile long oldestMicros;

    /** A document that nobody may read yet. */
    private static final class Held {
        final long nextIndex;
        long oldestMicros;
        long newestMicros;
        /** Whether a transaction goes on behind it whose commit has not been met. */
        boolean isOpen;

        Held(long nextIndex) {
            this.nextIndex = nextIndex;
        }
    }

    /**
     * A log that is read later.
     *
     * @param from where the first lane goes on
     * @param sourceMillis the source's clock
     */
    DelayedLog(ChangeLog log, long from, long delayMillis, LongSupplier sourceMillis) {
        this.log = log;
        this.sourceMillis = sourceMillis;
        delayMicros = delayMillis * 1_000;
        released = from;
        scout = log.tailer();
        scout.moveTo(from);
    }

    /** When the source committed the oldest change that is held back; 0 where none is. */
    long oldestMicros() {
        return oldestMicros;
    }

    /** Looks ahead, and lets go of what is old enough. */
    int doWork() {
        int work = 0;
        while (work < DOCUMENTS_A_STEP && (newest == null || newest.isOpen) && scout.poll(times, 1) > 0) {
            scout.release();
            work++;
        }
        long due = sourceMillis.getAsLong() * 1_000 - delayMicros;
        while (!held.isEmpty() && !held.peek().isOpen && held.peek().newestMicros <= due) {
            released = held.remove().nextIndex;
            work++;
        }
        if (held.isEmpty()) {
            newest = null;
        }
        oldestMicros = held.isEmpty() ? 0 : held.peek().oldestMicros;
        return work;
    }

    void idle() {
        if (newest != null || !log.awaitDurable(scout.nextIndex(), IDLE_MILLIS)) {
            LockSupport.parkNanos(IDLE_MILLIS * 1_000_000);
        }
    }

    void closeScout() {
        scout.close();
    }

    /** Reads nothing of a document but when its transactions were committed. */
    private final class CommitTimes implements FrameHandler {
        private long oldest;
        private long latest;

        @Override
        public void onCommit(TransactionId transaction) {
            committed(transaction.commitTimeMicros);
        }

        @Override
        public void onDdl(DdlEvent event) {
            committed(event.commitTimeMicros());
        }

        private void committed(long micros) {
            for (Held each : held) {
                if (each.isOpen) {
                    each.newestMicros = Math.max(each.newestMicros, micros);
                    each.oldestMicros = each.oldestMicros == 0 ? micros : each.oldestMicros;
                    each.isOpen = false;
                }
            }
            oldest = oldest == 0 ? micros : Math.min(oldest, micros);
            latest = Math.max(latest, micros);
        }

        @Override
        public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {
            if (nextIndex == index()) {
                return; // a part of a chain, which ends with its COMMIT
            }
            newest = new Held(nextIndex);
            newest.oldestMicros = oldest;
            newest.newestMicros = latest;
            newest.isOpen = isInsideTransaction;
            held.add(newest);
            oldest = 0;
            latest = 0;
        }

        private long index() {
            return held.isEmpty() ? released : held.peekLast().nextIndex;
        }

        @Override
        public void onSchema(int tableNumber, TableSchema schema) {
            // Lanes read it for themselves.
        }

        @Override
        public void onBegin(TransactionId transaction) {
            // Not every source says here when it will have been committed.
        }

        @Override
        public void onRows(RowsFlyweight rows) {
            // Nor is a row looked at.
        }

        @Override
        public void onPrepare(TransactionId prepare) {
            // It is the commit that counts.
        }

        @Override
        public void onResolve(TransactionId prepare) {
            // The commit that follows it counts.
        }

        @Override
        public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {
            // It holds nothing that could be applied too early.
        }
    }

    @Override
    public long durableIndex() {
        return released;
    }

    @Override
    public boolean awaitDurable(long index, long timeoutMillis) {
        if (released <= index) {
            LockSupport.parkNanos(timeoutMillis * 1_000_000);
        }
        return released > index;
    }

    @Override
    public LogTailer tailer() {
        return new Tailer(log.tailer());
    }

    private final class Tailer implements LogTailer {
        private final LogTailer tailer;

        Tailer(LogTailer tailer) {
            this.tailer = tailer;
        }

        @Override
        public int poll(FrameHandler handler, int documentLimit) {
            int count = 0;
            while (count < documentLimit && tailer.nextIndex() < released && tailer.poll(handler, 1) > 0) {
                count++;
            }
            return count;
        }

        @Override
        public long nextIndex() {
            return tailer.nextIndex();
        }

        @Override
        public void moveTo(long index) {
            tailer.moveTo(index);
        }

        @Override
        public void release() {
            tailer.release();
        }

        @Override
        public long heldBytes() {
            return tailer.heldBytes();
        }

        @Override
        public void close() {
            tailer.close();
        }
    }

    @Override
    public UUID id() {
        return log.id();
    }

    @Override
    public boolean isNew() {
        return log.isNew();
    }

    @Override
    public ChangeSink sink() {
        return log.sink();
    }

    @Override
    public long firstIndex() {
        return log.firstIndex();
    }

    @Override
    public SourcePosition durablePosition() {
        return log.durablePosition();
    }

    @Override
    public boolean contains(long index) {
        return log.contains(index);
    }

    @Override
    public SourcePosition positionAt(long index) {
        return log.positionAt(index);
    }

    @Override
    public List<ChainSink.Prepared> prepared() {
        return log.prepared();
    }

    @Override
    public void retainFrom(long index) {
        log.retainFrom(index);
    }

    @Override
    public boolean isFull() {
        return log.isFull();
    }

    @Override
    public LogStatus status() {
        return log.status();
    }

    @Override
    public void close() {
        log.close();
    }
}
