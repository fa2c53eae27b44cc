package io.millrace.pipeline.status;

import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How the parts of a pipeline do. Immutable.
 *
 * @param reader of a task that follows changes
 * @param clockOffsetMicros by which the source's clock is ahead of ours, as on the last connect
 * @param sourceLagMillis age of the oldest source commit that is not durable in the log; empty where nobody asks the source
 * @param sourceLagBytes of the source's log that is not durable in ours; likewise, and where the source cannot tell
 * @param slot what the source keeps for the task; likewise
 * @param secondsToLoss until it gives that up, at the pace at which it writes now; empty where it will not
 * @param acknowledged what the source was told that it may forget; empty where it keeps nothing for us
 * @param isLogOnlyCopy whether that goes beyond what the target has, so that our log is its only copy
 * @param targetOutageSinceMillis since when a lane is without its target, milliseconds since 1970; 0 where none is
 * @param unaccounted changes that were read, are not counted, and wait nowhere
 * @param stalls parts that have work and do not get on with it
 * @param restarts of the task since this pipeline began
 */
public record Vitals(
        Optional<ChangeStatus> reader,
        long clockOffsetMicros,
        OptionalLong sourceLagMillis,
        OptionalLong sourceLagBytes,
        Optional<SlotGlance> slot,
        OptionalDouble secondsToLoss,
        Optional<SourcePosition> acknowledged,
        boolean isLogOnlyCopy,
        int lanes,
        long targetOutageSinceMillis,
        long unaccounted,
        List<Stall> stalls,
        long restarts) {
    /** Of a pipeline of which nothing is known yet. */
    public static final Vitals NONE = new Vitals(
            Optional.empty(),
            0,
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            false,
            0,
            0,
            0,
            List.of(),
            0);

    public Vitals {
        stalls = List.copyOf(stalls);
    }
}
