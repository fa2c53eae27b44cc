package io.millrace.lane;

import io.millrace.lane.batch.HeldRows;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.row.KeyChanges;
import io.millrace.lane.row.KeyMoves;
import io.millrace.lane.row.LaneCursor;
import io.millrace.lane.row.RowRouter;

/** A lane's part in what two lanes meet over: see {@link KeyMoves}. Confined to it. */
final class LaneMeetings {
    /** What came of a held row. */
    enum Outcome {
        /** The other lane has not come there. */
        WAITS,
        /** It is through. */
        TAKEN,
        /** It is through, and the batch goes to the target before anything else. */
        COMMITS
    }

    private final int lane;
    private final KeyMoves moves;
    private final LaneBatch batch;
    private final RowRouter router;
    private boolean isAwaitingOther;

    LaneMeetings(int lane, KeyMoves moves, LaneBatch batch, RowRouter router) {
        this.lane = lane;
        this.moves = moves;
        this.batch = batch;
        this.router = router;
    }

    /** Before a row of what was read last. A chain's rows stand behind its COMMIT's index, over all documents of theirs. */
    KeyMoves.Place place(long row) {
        LaneCursor cursor = router.cursor();
        return new KeyMoves.Place(cursor.isReadBack() ? cursor.nextIndex() + 1 : cursor.nextIndex(), row);
    }

    /** Behind all that was read. */
    KeyMoves.Place allRead() {
        return place(router.cursor().isReadBack() ? router.rowNumber() + 1 : KeyMoves.Place.ALL_ROWS);
    }

    /** Whether another lane waits for this one. */
    boolean isAwaited() {
        return moves.isAwaited(lane);
    }

    /** All before a place is at the target. */
    void reach(KeyMoves.Place place) {
        moves.reach(lane, place);
    }

    /** It waits for what comes no more, so it goes no further, whoever waits for it. */
    void end() {
        moves.end(lane);
    }

    boolean hasEnded() {
        return moves.hasEnded(lane);
    }

    /** Whether what {@link #meet} waits for comes no more where the load is stopped. */
    boolean isInVain(HeldRows.Row row) {
        return !isAwaitingOther || moves.hasEnded(row.otherLane());
    }

    /** The lane ends, and waits for nobody. */
    void close() {
        moves.goOn(lane);
    }

    /** A change of a key over which this lane meets another, with nothing in the batch: all before it is at the target. */
    Outcome meet(HeldRows.Row row) {
        KeyMoves.Place place = place(row.number());
        reach(place);
        KeyMoves.Place awaited = row.isNew() ? place.behind() : place;
        if (!moves.hasReached(row.otherLane(), awaited)) {
            if (!isAwaitingOther) {
                moves.await(lane, row.otherLane(), awaited);
                isAwaitingOther = true;
            }
            return Outcome.WAITS;
        }
        moves.goOn(lane);
        isAwaitingOther = false;
        KeyChanges keyChanges = router.keyChanges();
        if (row.isNew()) {
            keyChanges.passFirst();
            return Outcome.TAKEN;
        }
        if (!keyChanges.changeFirst()) {
            return Outcome.WAITS;
        }
        if (router.judge().isWaiting()) {
            return Outcome.TAKEN;
        }
        if (batch.isEmpty()) {
            reach(place.behind());
            return Outcome.TAKEN;
        }
        return Outcome.COMMITS;
    }
}
