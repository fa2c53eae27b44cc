package io.millrace.lane;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.lane.batch.HeldRows;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.count.Tally;
import io.millrace.position.SourcePosition;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.LaneWriter;
import org.agrona.concurrent.EpochClock;

/**
 * A lane's batch on its way to the target, with the checkpoint that stands behind it, in one transaction; and what is to be found out where an outage
 * leaves open whether it came there. Confined to a lane, but for {@link #applyingSinceMillis}.
 */
final class BatchCommit {
    private final LaneWriter writer;
    private final LaneBatch batch;
    private final Tally tally;
    private final DirtyLane dirtyLane;
    private final TargetOutage outage;
    private final EpochClock epochClock;
    private Checkpoint committed;
    private Checkpoint next;
    private ApplyResult result = ApplyResult.NONE;
    private volatile long applyingSinceMillis;

    /** @param start as it stands at the target */
    BatchCommit(
            LaneWriter writer,
            LaneBatch batch,
            Tally tally,
            DirtyLane dirtyLane,
            TargetOutage outage,
            EpochClock epochClock,
            Checkpoint start) {
        this.writer = writer;
        this.batch = batch;
        this.tally = tally;
        this.dirtyLane = dirtyLane;
        this.outage = outage;
        this.epochClock = epochClock;
        committed = start;
    }

    /** The checkpoint that stands at the target. */
    Checkpoint committed() {
        return committed;
    }

    /** What the target said of the batch that came there last. */
    ApplyResult result() {
        return result;
    }

    /** Since when the target is being waited for; 0 where it is not. */
    long applyingSinceMillis() {
        return applyingSinceMillis;
    }

    /** Closes the batch, before a place of the log. */
    void seal(long logIndex, HeldRows.At at) {
        batch.seal();
        next = checkpoint(logIndex, at.position(), at.lastTransaction(), at.rowsInto());
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

    /**
     * Brings the batch to the target, if need be without rows that it refuses.
     *
     * @return whether it is there; else {@link #resolve} is to be asked
     */
    boolean apply() {
        applyingSinceMillis = epochClock.time();
        try {
            while (true) {
                try {
                    dirtyLane.overtake(committed);
                    succeed(writer.apply(batch, committed, next));
                    return true;
                } catch (MillraceException e) {
                    if (!isolate(e)) {
                        return false;
                    }
                }
            }
        } finally {
            applyingSinceMillis = 0;
        }
    }

    /** Takes refused rows out; false where the batch is in doubt. */
    private boolean isolate(MillraceException failed) {
        if (failed.code() != ErrorCode.DIRTY_LIMIT || !dirtyLane.hasRefused()) {
            doubt(failed);
            return false;
        }
        try {
            dirtyLane.isolate(committed);
        } catch (MillraceException tooMany) {
            doubt(tooMany);
        }
        batch.seal();
        next = checkpoint(next.logIndex(), next.position(), next.lastTransaction(), next.rowsIntoTransaction());
        return true;
    }

    /** Only an outage leaves anything in doubt. */
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
    }

    boolean isRetryDue() {
        return outage.isRetryDue();
    }

    /**
     * Asks the target which checkpoint stands there, and tries again where it is the one before: nothing is retried before it has said so
     * (EXACTNESS 22).
     *
     * @return whether the batch is there
     */
    boolean resolve() {
        Checkpoint standing;
        try {
            standing = writer.checkpoint();
        } catch (MillraceException e) {
            doubt(e);
            return false;
        }
        if (isSamePlace(standing, next)) {
            succeed(ApplyResult.NONE);
            return true;
        }
        if (isSamePlace(standing, committed)) {
            return apply();
        }
        throw new MillraceException(
                ErrorCode.TARGET_FENCED,
                "another checkpoint stands at the target: lane=" + committed.lane() + ", epoch=" + standing.epoch()
                        + ", own=" + committed.epoch() + ", index=" + standing.logIndex() + ", expected="
                        + committed.logIndex());
    }

    private static boolean isSamePlace(Checkpoint standing, Checkpoint own) {
        return standing.epoch() == own.epoch()
                && standing.logIndex() == own.logIndex()
                && standing.rowsIntoTransaction() == own.rowsIntoTransaction()
                && standing.position().text().equals(own.position().text())
                && standing.logId().equals(own.logId());
    }

    private void succeed(ApplyResult said) {
        outage.ended();
        committed = next;
        result = said;
    }
}
