package io.millrace.pipeline.status;

import io.millrace.load.LoadStatus;
import io.millrace.position.SourcePosition;
import io.millrace.task.Step;
import io.millrace.wal.LogStatus;
import io.millrace.writer.Counters;
import java.util.Optional;

/**
 * A glance at a pipeline, for progress lines and metrics. Immutable.
 *
 * @param step what it is at; FULL while a load goes on beside the stream
 * @param text what holds it up, for people: {@code log full since …}, {@code source out of reach since …}; else empty
 * @param counters since the task's beginning, all lanes together, as committed at the target
 * @param countersBefore the same as they stood when this pipeline began
 * @param loadedRowsBefore rows that had been loaded when this pipeline began
 * @param inFlight row changes that are read and not yet at the target; -1 while unknown
 * @param statements DDL on the task's tables that all lanes have passed since this pipeline began
 * @param ratePerSecond changes applied a second, over the last seconds
 * @param loadRatePerSecond rows loaded a second, over the last seconds
 * @param lagMillis age, by the source's clock, of the oldest source commit that is not yet at the target; 0 when nothing waits
 * @param lagBytes of the log that are not yet at the target
 * @param load of a task that loads
 * @param log of a task that has one open
 * @param sourcePosition everything before it is durable in the log
 * @param targetPosition everything before it is at the target
 * @param sourceOutageSinceMillis since when the source is out of reach, milliseconds since 1970; 0 where it is not
 * @param vitals how its parts do
 */
public record PipelineStatus(
        PipelineState state,
        Step step,
        String text,
        Counters counters,
        Counters countersBefore,
        long loadedRowsBefore,
        long inFlight,
        long statements,
        double ratePerSecond,
        double loadRatePerSecond,
        long lagMillis,
        long lagBytes,
        Optional<LoadStatus> load,
        Optional<LogStatus> log,
        Optional<SourcePosition> sourcePosition,
        Optional<SourcePosition> targetPosition,
        long sourceOutageSinceMillis,
        Vitals vitals) {
    /** The same, held up by something else. */
    public PipelineStatus heldUpBy(String what) {
        return new PipelineStatus(
                state,
                step,
                what,
                counters,
                countersBefore,
                loadedRowsBefore,
                inFlight,
                statements,
                ratePerSecond,
                loadRatePerSecond,
                lagMillis,
                lagBytes,
                load,
                log,
                sourcePosition,
                targetPosition,
                sourceOutageSinceMillis,
                vitals);
    }

    /** Rows loaded since the task's beginning. */
    public long loadedRows() {
        return load.map(LoadStatus::rows).orElse(0L);
    }
}
