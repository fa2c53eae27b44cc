package io.millrace.lane;

import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;

/**
 * A glance at a lane. Immutable.
 *
 * @param committed its checkpoint at the target
 * @param reached everything before it is at the target: the checkpoint's position, or a later one where the lane has passed
 *     only rows of others since
 * @param counters likewise: the checkpoint's, or later ones
 * @param nextIndex where it goes on reading, everything before it being at the target
 * @param oldestCommitMicros when the source committed the oldest change that waits here, 0 where none does
 * @param inflow what the lane has counted, for a check against what the reader wrote
 * @param appliedBytes of log that the lane has passed since its start
 * @param outage what keeps it from the target, for people; else empty
 * @param outageSinceMillis since when, in milliseconds since 1970; else 0
 * @param isFinished whether it has ended, with its checkpoint written
 */
public record LaneStatus(
        Checkpoint committed,
        SourcePosition reached,
        Counters counters,
        long nextIndex,
        long oldestCommitMicros,
        Inflow inflow,
        long appliedBytes,
        String outage,
        long outageSinceMillis,
        boolean isFinished) {
    /**
     * Row changes of a lane.
     *
     * @param backlog those that it had counted in when it passed the end that the log had at the session's start; -1 until then
     * @param repeated those that came again from the source since then, although they had been applied before
     * @param done those that it has counted in and that do not wait
     */
    public record Inflow(long backlog, long repeated, long done) {}
}
