package io.millrace.lane;

import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.row.LaneCursor;
import io.millrace.lane.row.RowRouter;
import io.millrace.lane.table.LoadEnds;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadView;
import io.millrace.load.Settling;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;

/** A lane's dealings with the load: the newest view of it, and its ends, which are passed once. Confined to the lane. */
final class LaneLoad {
    private final int lane;
    private final LoadGate gate;
    private final LoadEnds ends;
    private final LaneBatch batch;
    private final RowRouter router;
    private LoadView view;
    private long acknowledgedVersion = -1;
    private boolean isStrict;
    private int settled; // the number of the last one

    LaneLoad(int lane, LoadGate gate, LoadEnds ends, LaneBatch batch, RowRouter router) {
        this.lane = lane;
        this.gate = gate;
        this.ends = ends;
        this.batch = batch;
        this.router = router;
    }

    /** Whether every end is passed. */
    boolean isStrict() {
        return isStrict;
    }

    /** Between documents only: see {@link LoadGate}. */
    void adoptView() {
        LoadView newest = gate.view();
        if (newest != view) {
            view = newest;
            router.judge().view(newest);
            router.lackedRows().view(newest);
            ends.view(newest);
        }
        LaneCursor cursor = router.cursor();
        if (acknowledgedVersion != view.version() && !cursor.isOpenUnknown()) {
            acknowledgedVersion = view.version();
            gate.acknowledge(lane, acknowledgedVersion, cursor.position(), cursor.open());
        }
    }

    /** Whether nothing of a transaction may be passed, because tables are loaded that join others. */
    boolean holds(TransactionId transaction) {
        return view.hold() != null && view.hold().holds(transaction);
    }

    /** All before a transaction that is held is at the target. */
    void standBefore(TransactionId transaction) {
        if (view.hold().isOpen()) {
            gate.stand(lane, view.hold(), view.hold().isBehindAll(transaction));
        }
    }

    /** All that was read is at the target. */
    void standAt(SourcePosition position) {
        boolean isPassed = view.hold() != null
                && view.hold()
                        .watermark()
                        .filter(goal -> ends.isBehind(position, goal))
                        .isPresent();
        if (isPassed) {
            gate.stand(lane, view.hold(), true);
        }
    }

    /** All that was read is at the target, and nothing waits. */
    void settleAt(SourcePosition position) {
        Settling settling = view.settling();
        if (settling != null && settling.number() != settled && ends.isBehind(position, settling.goal())) {
            settled = settling.number();
            gate.settle(lane, settling);
        }
    }

    /** From the load's end on, what is there and what is missing has a meaning again (EXACTNESS 26). */
    void tightenAt(SourcePosition position) {
        if (isStrict) {
            return;
        }
        ends.pass(position).forEach(batch::tighten);
        if (ends.areAllPassed() && !router.keyChanges().isHolding()) {
            isStrict = true;
            gate.pass(lane);
        }
    }
}
