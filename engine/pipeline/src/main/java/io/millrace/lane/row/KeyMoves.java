package io.millrace.lane.row;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where two lanes meet over a change of a key whose new image lacks columns (EXACTNESS 24). The row cannot be removed on one lane
 * and written on another, since nobody has it whole: the old key's lane updates it in one statement.
 *
 * <pre>
 *  old key's lane                                 new key's lane
 *  applies and commits all before the change      applies and commits all before the change
 *  says so, waits for the other                   says so, waits for the other
 *  REKEY, commit, says so                         goes on
 * </pre>
 *
 * Each lane takes such changes in the log's order, so of all that are waited for, the first can always go on: nobody waits for
 * ever. A lane that is asked to end goes on to where another waits for it; but where it waits for a load that was stopped, both end.
 *
 * <p>Thread-safe.
 */
public final class KeyMoves {
    private final AtomicReferenceArray<Place> reached;
    private final AtomicReferenceArray<Wait> waits;
    private final AtomicIntegerArray ended;

    /**
     * A place in the log.
     *
     * @param documentEnd index behind a document
     * @param row number of a row in it: everything before that row
     */
    public record Place(long documentEnd, long row) {
        public static final long ALL_ROWS = Long.MAX_VALUE;

        boolean isBefore(Place other) {
            return documentEnd < other.documentEnd || (documentEnd == other.documentEnd && row < other.row);
        }

        /** Behind that row. */
        public Place behind() {
            return new Place(documentEnd, row + 1);
        }
    }

    /** What a lane waits for. */
    private record Wait(int other, Place place) {}

    public KeyMoves(int laneCount) {
        reached = new AtomicReferenceArray<>(laneCount);
        waits = new AtomicReferenceArray<>(laneCount);
        ended = new AtomicIntegerArray(laneCount);
    }

    /** All that is a lane's before a place is at the target. */
    public void reach(int lane, Place place) {
        reached.set(lane, place);
    }

    public boolean hasReached(int lane, Place place) {
        Place there = reached.get(lane);
        return there != null && !there.isBefore(place);
    }

    /** A lane waits until another has come to a place. */
    public void await(int lane, int other, Place place) {
        waits.set(lane, new Wait(other, place));
    }

    /** A lane waits for nobody and goes no further, whoever waits for it. */
    public void end(int lane) {
        goOn(lane);
        ended.set(lane, 1);
    }

    public boolean hasEnded(int lane) {
        return ended.get(lane) != 0;
    }

    /** A lane waits no more. */
    public void goOn(int lane) {
        waits.set(lane, null);
    }

    /** Whether another lane waits for a place that this one has not come to: then it does not end before it. */
    public boolean isAwaited(int lane) {
        for (int i = 0; i < waits.length(); i++) {
            Wait wait = waits.get(i);
            if (wait != null && wait.other == lane && !hasReached(lane, wait.place)) {
                return true;
            }
        }
        return false;
    }
}
