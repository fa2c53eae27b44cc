package io.millrace.load;

import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where the loader and the lanes of a task meet: the loader publishes views, each lane says when it has taken one over and how far
 * it had come by then.
 *
 * <p>Nobody can wait for ever here. A lane waits only for a chunk that is loading, and between documents, with no transaction of
 * its own open at the target; and it goes on acknowledging views while it waits. The loader waits for acknowledgements, which
 * every lane gives between two documents, but for one that stopped within a transaction and has not come to it again in a log that is
 * filled anew: that lane needs the reader, who may need room in the log, and so other lanes. Until all have acknowledged the first
 * view, nothing is opened that lanes would wait for. And it waits for the source to make visible what it has already sent, which needs nothing of
 * ours. A chunk that is loading needs the source's snapshot, the target's bulk connection and no lane: keys of a chunk are
 * touched by nobody else while it loads. The reader may wait for space in the log meanwhile; a load does not need the reader.
 *
 * <p>Thread-safe.
 */
public final class LoadGate {
    private final AtomicReferenceArray<Acknowledgement> acknowledgements;
    private final AtomicIntegerArray passed;
    private final AtomicIntegerArray settled; // the number of the settling
    private final RowsAgain rowsAgain = new RowsAgain();
    private final AtomicIntegerArray stands; // twice the number of the hold, and one more where its place is in doubt
    private final Optional<SourcePosition> logEnd;
    private volatile LoadView view;

    /**
     * How far a lane had come when it took over a view.
     *
     * @param position everything that it had passed
     * @param open the transaction in whose midst it was
     */
    record Acknowledgement(long version, SourcePosition position, Optional<TransactionId> open) {}

    public LoadGate(int laneCount, LoadView view) {
        this(laneCount, view, Optional.empty());
    }

    /**
     * A gate.
     *
     * @param logEnd up to where the log was written before: of a table that the task takes from now on it has nothing (EXACTNESS 34)
     */
    public LoadGate(int laneCount, LoadView view, Optional<SourcePosition> logEnd) {
        this.logEnd = logEnd;
        acknowledgements = new AtomicReferenceArray<>(laneCount);
        passed = new AtomicIntegerArray(laneCount);
        settled = new AtomicIntegerArray(laneCount);
        stands = new AtomicIntegerArray(laneCount);
        this.view = view;
    }

    public LoadView view() {
        return view;
    }

    /** Said by a lane between two documents: from here on it goes by the view of this version. */
    public void acknowledge(int lane, long version, SourcePosition position, Optional<TransactionId> open) {
        acknowledgements.set(lane, new Acknowledgement(version, position, open));
    }

    /** Said by a lane that has passed the load's end: all that it applied up to there is committed. */
    public void pass(int lane) {
        passed.set(lane, 1);
    }

    /** Said by a lane that has come there, and waits for nothing before. */
    public void settle(int lane, Settling settling) {
        settled.set(lane, settling.number());
    }

    /** Whether every lane has come there. */
    boolean haveAllSettled(Settling settling) {
        for (int lane = 0; lane < settled.length(); lane++) {
            if (settled.get(lane) != settling.number()) {
                return false;
            }
        }
        return true;
    }

    /** Where lanes ask for rows that they lack. */
    public RowsAgain rowsAgain() {
        return rowsAgain;
    }

    /** Whether every lane has passed the load's end. */
    public boolean haveAllPassed() {
        for (int lane = 0; lane < passed.length(); lane++) {
            if (passed.get(lane) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Said by a lane that stands where it shall while tables are loaded that join others: all before is at the target, nothing behind it.
     *
     * @param isSure whether that is all that the snapshot shows; else another snapshot will tell
     */
    public void stand(int lane, JoinHold hold, boolean isSure) {
        stands.set(lane, 2 * hold.number() + (isSure ? 0 : 1));
    }

    /** Whether every lane stands there. */
    boolean doAllStand(JoinHold hold) {
        for (int lane = 0; lane < stands.length(); lane++) {
            if (stands.get(lane) != 2 * hold.number()) {
                return false;
            }
        }
        return true;
    }

    /** Whether a lane stands there before something that may have more of the snapshot behind it. */
    boolean isInDoubt(JoinHold hold) {
        for (int lane = 0; lane < stands.length(); lane++) {
            if (stands.get(lane) == 2 * hold.number() + 1) {
                return true;
            }
        }
        return false;
    }

    void publish(LoadView next) {
        view = next;
    }

    /** Whether every lane has taken over this version or a later one. */
    boolean isAcknowledged(long version) {
        for (int lane = 0; lane < acknowledgements.length(); lane++) {
            Acknowledgement acknowledgement = acknowledgements.get(lane);
            if (acknowledgement == null || acknowledgement.version() < version) {
                return false;
            }
        }
        return true;
    }

    /** Whether a watermark contains all that lanes may have left out before they took over the newest view, and what the log lacks. */
    boolean isContainedIn(SourcePosition watermark) {
        if (logEnd.isPresent() && !Positions.covers(watermark, logEnd.get())) {
            return false;
        }
        for (int lane = 0; lane < acknowledgements.length(); lane++) {
            Acknowledgement acknowledgement = acknowledgements.get(lane);
            if (!Positions.covers(watermark, acknowledgement.position())
                    || acknowledgement
                            .open()
                            .filter(open -> !watermark.contains(open))
                            .isPresent()) {
                return false;
            }
        }
        return true;
    }
}
