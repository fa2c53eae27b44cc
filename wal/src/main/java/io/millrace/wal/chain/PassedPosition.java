package io.millrace.wal.chain;

import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.Frames;
import io.millrace.wal.file.FileStart;
import org.agrona.DirectBuffer;

/** The source position behind frames of the log, as those move it that end transactions or name a place. Confined to one thread. */
public final class PassedPosition {
    private final PositionTracker tracker = new PositionTracker(null);
    private final TransactionId last = new TransactionId();
    private final TransactionId passing = new TransactionId();

    /** Goes to where a file begins. */
    public void begin(FileStart start) {
        tracker.moveTo(start.position());
        last.copyFrom(start.last());
    }

    /** Passes a frame. A COMMIT always ends a transaction, so it counts at once. */
    public void pass(DirectBuffer document, int at) {
        switch (document.getByte(at + FrameDescriptor.TYPE_OFFSET)) {
            case FrameDescriptor.COMMIT -> commit(document, at);
            case FrameDescriptor.HEARTBEAT -> tracker.moveTo(Frames.heartbeatPosition(document, at));
            case FrameDescriptor.CHAIN_PREPARE ->
                tracker.hold(passing.decode(document, at + FrameDescriptor.TRANSACTION_ID));
            case FrameDescriptor.CHAIN_COMMIT, FrameDescriptor.CHAIN_ROLLBACK -> {
                if (!ChainEnd.name(document, at).isEmpty()) {
                    tracker.resolve(passing.decode(document, at + FrameDescriptor.CHAIN_END_PREPARE));
                }
                commit(document, at);
            }
            default -> {}
        }
    }

    private void commit(DirectBuffer document, int at) {
        passing.decode(document, at + FrameDescriptor.TRANSACTION_ID);
        tracker.advance(passing);
        last.copyFrom(passing);
    }

    /** The place now; null before {@link #begin}. */
    public SourcePosition position() {
        return tracker.position();
    }

    /** The last transaction that was passed. */
    public TransactionId last() {
        return last;
    }
}
