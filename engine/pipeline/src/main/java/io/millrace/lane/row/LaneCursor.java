package io.millrace.lane.row;

import io.millrace.lane.batch.HeldRows;
import io.millrace.mapping.Positions;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.writer.Checkpoint;
import java.util.HexFormat;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a lane stands in the log and at the source, and what of the log it has applied before: in a log that was filled anew from
 * the smallest checkpoint, transactions that this lane's own position contains, and of the first other one as many rows as the
 * checkpoint says (EXACTNESS 7). Confined to a lane.
 */
public final class LaneCursor {
    private final TransactionId transaction = new TransactionId();
    private final TransactionId last = new TransactionId();
    private final SourcePosition start;
    private PositionTracker tracker;
    private String lastText;
    private boolean hasNewLast;
    private long nextIndex;
    private long documentStart;
    private long rowsPassed;
    private long rowsToSkip;
    private boolean isInside;
    private boolean isRepeated;
    private boolean isAtBoundary = true;
    private boolean isReadBack;

    public LaneCursor(Checkpoint checkpoint) {
        start = checkpoint.position();
        tracker = new PositionTracker(start);
        lastText = checkpoint.lastTransaction();
        nextIndex = checkpoint.logIndex();
        rowsToSkip = checkpoint.rowsIntoTransaction();
    }

    public void onBegin(TransactionId begun) {
        isAtBoundary = false;
        if (isInside && transaction.isSame(begun)) {
            return; // it goes on in another document
        }
        // Where the lane starts within it, its rows so far are behind us.
        rowsPassed = 0;
        isInside = true;
        transaction.copyFrom(begun);
        isRepeated = Positions.containsFromBegin(start, begun);
    }

    /** Passes rows of the open transaction. */
    public void onRows(long ordinalBehind) {
        isAtBoundary = false;
        isInside = true;
        rowsPassed = ordinalBehind;
    }

    public void onCommit(TransactionId committed) {
        isAtBoundary = false;
        tracker.advance(committed);
        last.copyFrom(committed);
        hasNewLast = true;
        if (!isRepeated) {
            rowsToSkip = 0;
        }
        isRepeated = false;
        isInside = false;
        rowsPassed = 0;
    }

    /** Passes a PREPARE: it is held out of the position, unless this lane has passed its COMMIT or ROLLBACK before. */
    public void onPrepare(TransactionId prepare) {
        isAtBoundary = false;
        if (!tracker.position().contains(prepare)) {
            tracker.hold(prepare);
        }
    }

    /** What was prepared ends with the transaction that commits next. */
    public void onResolve(TransactionId prepare) {
        isAtBoundary = false;
        tracker.resolve(prepare);
    }

    public void onHeartbeat(SourcePosition position) {
        isAtBoundary = false;
        // In a log that was filled anew the source is met at places that this lane has passed long ago.
        if (!isInside && Positions.covers(position, tracker.position())) {
            tracker = new PositionTracker(position);
        }
    }

    /** Where the lane stands before a row of the open transaction that is not {@link #isBehind} it. */
    HeldRows.At before(long ordinal) {
        return new HeldRows.At(tracker.position(), lastTransaction(), ordinal);
    }

    /** Nothing of the document is read but the start of what it belongs to: a checkpoint may stand before it. */
    void onBarrier() {
        isAtBoundary = true;
    }

    public void onDocumentEnd(long next) {
        documentStart = nextIndex;
        isReadBack = next == nextIndex;
        isAtBoundary = true;
        nextIndex = next;
    }

    /** Whether a chain is being read back: the index stands still at its COMMIT, and what tells places apart is the row. */
    public boolean isReadBack() {
        return isReadBack;
    }

    /** Index before the document that was read last. */
    public long documentStart() {
        return documentStart;
    }

    /** Whether this lane has applied the row before. */
    public boolean isBehind(long ordinal) {
        return isRepeated || ordinal < rowsToSkip;
    }

    /** The first row of the open transaction, from one on, that is not {@link #isBehind} the lane. */
    long firstAhead(long ordinal) {
        return Math.max(ordinal, rowsToSkip);
    }

    /** Whether a checkpoint may stand here. */
    public boolean isAtBoundary() {
        return isAtBoundary;
    }

    public boolean isInside() {
        return isInside;
    }

    public long nextIndex() {
        return nextIndex;
    }

    /** The transaction whose rows are being read; all 0 where the lane started within it and the log did not say. */
    TransactionId transaction() {
        return transaction;
    }

    /** The transaction in whose midst the lane is, as a copy. */
    public Optional<TransactionId> open() {
        return isInside ? Optional.of(new TransactionId().copyFrom(transaction)) : Optional.empty();
    }

    public SourcePosition position() {
        return tracker.position();
    }

    /**
     * Rows of the next transaction that is not in {@link #position} which are behind the lane: where it is in its midst, or will
     * come to it in a log that was filled anew.
     */
    public long rowsIntoTransaction() {
        return isInside && !isRepeated ? Math.max(rowsPassed, rowsToSkip) : rowsToSkip;
    }

    /** Whether rows of a transaction are behind the lane that it has not met yet in this log, so that it cannot name it. */
    public boolean isOpenUnknown() {
        return rowsToSkip > 0 && (isRepeated || !isInside);
    }

    public String lastTransaction() {
        if (hasNewLast) {
            byte[] bytes = new byte[TransactionId.LENGTH];
            last.encode(new UnsafeBuffer(bytes), 0);
            lastText = HexFormat.of().formatHex(bytes);
            hasNewLast = false;
        }
        return lastText;
    }
}
