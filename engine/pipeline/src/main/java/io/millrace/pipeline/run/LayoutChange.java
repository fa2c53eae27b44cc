package io.millrace.pipeline.run;

import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import java.util.List;

/**
 * Brings all lanes of an old layout to one index, where rows can be shared out anew (EXACTNESS 23).
 *
 * <pre>
 * state    meaning                                                                              leaves to
 * LEVEL    every lane goes on until it has passed all that any of them had passed at the start  HALT
 * HALT     every lane ends as soon as it may                                                    MEET
 * MEET     those that ended earlier go on to where the last one ended                           MET
 * MET      all checkpoints stand at one index
 * </pre>
 *
 * <p>Steppable; it only asks and tells lanes what any thread may. See {@code engine/decisions/0004-lane-layout.md}.
 */
public final class LayoutChange {
    private enum State {
        LEVEL,
        HALT,
        MEET,
        MET
    }

    private final List<Follower> lanes;
    private final List<Checkpoint> starts;
    private State state;

    private LayoutChange(List<Follower> lanes, State state) {
        this.lanes = List.copyOf(lanes);
        this.state = state;
        starts = lanes.stream().map(lane -> lane.status().committed()).toList();
    }

    /** Lanes that may have started at different places, also in a log that was filled anew. */
    public static LayoutChange ofStarted(List<Follower> lanes) {
        return new LayoutChange(lanes, State.LEVEL);
    }

    /** Lanes that were told to end, so that the next start finds them at one index. */
    static LayoutChange ofEnding(List<Follower> lanes) {
        return new LayoutChange(lanes, State.HALT);
    }

    public boolean hasMet() {
        return state == State.MET;
    }

    /** One step. Returns 0 where there was nothing to do yet. */
    public int doWork() {
        switch (state) {
            case LEVEL -> {
                if (!isLevel()) {
                    return 0;
                }
                lanes.forEach(lane -> lane.finish(0));
                state = State.HALT;
            }
            case HALT -> {
                if (!lanes.stream().allMatch(Follower::isFinished)) {
                    return 0;
                }
                long meeting = meeting();
                lanes.forEach(lane -> lane.finish(meeting));
                state = State.MEET;
            }
            case MEET -> {
                if (!isOneIndex()) {
                    return 0;
                }
                state = State.MET;
            }
            case MET -> {
                return 0;
            }
        }
        return 1;
    }

    /**
     * Where the last one ended; behind that where it ended in the midst of a transaction: a chain that is read back stands at one
     * index from its first row to its last, and lanes that start there read again what they have.
     */
    private long meeting() {
        List<Checkpoint> ended =
                lanes.stream().map(lane -> lane.status().committed()).toList();
        long last = ended.stream().mapToLong(Checkpoint::logIndex).max().orElseThrow();
        boolean isInMidst = ended.stream().anyMatch(each -> each.logIndex() == last && each.rowsIntoTransaction() > 0);
        return isInMidst ? last + 1 : last;
    }

    private boolean isLevel() {
        for (Follower lane : lanes) {
            SourcePosition reached = lane.status().reached();
            for (Checkpoint start : starts) {
                boolean isBehind = Positions.covers(reached, start.position())
                        // The transaction that was half applied there must be whole.
                        && (start.rowsIntoTransaction() == 0 || !Positions.covers(start.position(), reached));
                if (!isBehind) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isOneIndex() {
        LaneStatus first = lanes.get(0).status();
        return lanes.stream()
                .map(Follower::status)
                .allMatch(status -> status.isFinished()
                        && status.committed().logIndex() == first.committed().logIndex()
                        && status.committed().rowsIntoTransaction()
                                == first.committed().rowsIntoTransaction());
    }
}
