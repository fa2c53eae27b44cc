package io.millrace.lane;

import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;

/**
 * A glance at a lane. Immutable.
 *
 * @param committed its checkpoint at the target
 * @param reached everything before it is at the target: the checkpoint's position, or a later one where the lane has passed
 *     only rows of others since
 * @param nextIndex where it goes on reading, everything before it being at the target
 * @param oldestCommitMicros when the source committed the oldest change that waits here, 0 where none does
 * @param inBatch own row changes that were read and are not yet at the target
 * @param appliedBytes of log that the lane has passed since its start
 * @param outage what keeps it from the target, for people; else empty
 * @param outageSinceMillis since when, in milliseconds since 1970; else 0
 * @param isFinished whether it has ended, with its checkpoint written
 */
public record LaneStatus(
        Checkpoint committed,
        SourcePosition reached,
        long nextIndex,
        long oldestCommitMicros,
        long inBatch,
        long appliedBytes,
        String outage,
        long outageSinceMillis,
        boolean isFinished) {}
