package io.millrace.lane;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.row.RowRouter;
import io.millrace.wal.LogTailer;
import io.millrace.writer.Checkpoint;
import org.agrona.concurrent.NanoClock;

/** Where a lane's batch may end, and when it is time: by rows, bytes, held log and age. Confined to a lane. */
final class BatchEnd {
    /** After so long without anything to apply the lane's connection is closed. */
    private static final long REST_NANOS = 60_000_000_000L;

    private final LaneSettings settings;
    private final LaneBatch batch;
    private final RowRouter router;
    private final LogTailer tailer;
    private final NanoClock clock;
    private long firstRowNanos;
    private long committedNanos;
    private long passedBytes;
    private boolean isResting;

    BatchEnd(LaneSettings settings, LaneBatch batch, RowRouter router, LogTailer tailer, NanoClock clock) {
        this.settings = settings;
        this.batch = batch;
        this.router = router;
        this.tailer = tailer;
        this.clock = clock;
        committedNanos = clock.nanoTime();
    }

    /** A document was read that left rows in the batch. */
    void hasRows() {
        if (firstRowNanos == 0) {
            firstRowNanos = clock.nanoTime();
        }
    }

    /** So much of the log was passed. */
    void passed(long bytes) {
        passedBytes += bytes;
    }

    /** A checkpoint stands at the target. */
    void committed() {
        committedNanos = clock.nanoTime();
        firstRowNanos = 0;
        isResting = false;
    }

    /** Nothing that was passed is without a checkpoint. */
    void settled() {
        passedBytes = 0;
    }

    /**
     * A batch with tied rows ends at a source commit (EXACTNESS 25), and each does where transactions stay whole; or at a statement that
     * nothing passes: it belongs between the rows of its transaction.
     */
    boolean isAllowed() {
        boolean isWhole =
                !router.barrier().isMet() && (settings.isByTransaction() ? !batch.isEmpty() : batch.hasTied());
        return router.cursor().isAtBoundary()
                && !router.isHeldUp()
                && !(isWhole && router.cursor().isInside());
    }

    /** Whether the batch has all that it may have, and may end. */
    boolean isFull() {
        return isAllowed()
                && (batch.entryCount() >= settings.batchRows()
                        || router.bytes() + batch.mergedBytes() >= settings.batchBytes()
                        || tailer.heldBytes() >= settings.heldBytes()
                        || (firstRowNanos != 0 && clock.nanoTime() - firstRowNanos >= settings.flushNanos()));
    }

    /** Whether a checkpoint is due although there are no rows. */
    boolean isIdleOver() {
        return passedBytes >= settings.idleBytes() || clock.nanoTime() - committedNanos >= settings.idleNanos();
    }

    /** Whether there was nothing to apply for so long that the lane may rest; said once. */
    boolean isRestDue() {
        if (isResting || clock.nanoTime() - committedNanos < REST_NANOS) {
            return false;
        }
        isResting = true;
        return true;
    }

    /** A batch that may not end yet has its limit, too. */
    void requireMemory(Checkpoint committed) {
        if (batch.memoryBytes() + router.rewrittenBytes() > settings.memoryBytes() && !isAllowed()) {
            throw new MillraceException(
                    ErrorCode.MEMORY,
                    "a source transaction that is applied whole has more rows than memory is for: lane="
                            + committed.lane() + ", rows=" + batch.entryCount() + ", bytes=" + batch.memoryBytes()
                            + ", limit=" + settings.memoryBytes() + ", after="
                            + committed.position().text());
        }
    }

    /** What a batch has grew, and the heap did not have it: most likely, for it may not end yet. */
    MillraceException outOfHeap(Checkpoint committed, OutOfMemoryError cause) {
        return new MillraceException(
                ErrorCode.MEMORY,
                "rows that are applied together do not fit into the heap: lane=" + committed.lane() + ", rows="
                        + batch.entryCount() + ", bytes=" + batch.memoryBytes() + ", heapBytes="
                        + Runtime.getRuntime().maxMemory() + ", after="
                        + committed.position().text(),
                cause);
    }
}
