package io.millrace.alert;

import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Vitals;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import io.millrace.task.AlertMetric;
import io.millrace.wal.LogStatus;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads an alert's number off a pipeline's status, in the metric's unit. Confined to one thread. */
final class Readings {
    private static final double MILLIS = 1e3;

    private long bytesBefore = -1;
    private long lastBytesMillis;

    /** Takes note of what arrives; called before the others. */
    void observe(PipelineStatus status, long nowMillis) {
        long bytes = status.vitals().reader().map(ChangeStatus::bytes).orElse(-1L);
        if (bytes != bytesBefore) {
            bytesBefore = bytes;
            lastBytesMillis = nowMillis;
        }
    }

    /** Empty where nobody knows: before a connection stands, or where the source keeps nothing. */
    OptionalDouble of(AlertMetric metric, PipelineStatus status, long nowMillis) {
        Vitals vitals = status.vitals();
        return switch (metric) {
            case LAG -> OptionalDouble.of(status.lagMillis() / MILLIS);
            case HEARTBEAT -> heartbeat(status, nowMillis);
            case FAILOVERS -> of(vitals.restarts());
            case DIRTY -> of(status.counters().dirty() - status.countersBefore().dirty());
            case DDL -> of(status.statements());
            case LOG_DISK -> of(status.log().map(LogStatus::bytesOnDisk));
            case SOURCE_RETENTION -> of(vitals.slot().map(SlotGlance::retainedBytes));
        };
    }

    private static OptionalDouble of(Optional<Long> bytes) {
        return bytes.map(Readings::of).orElse(OptionalDouble.empty());
    }

    /** Exact up to 2^53, far beyond any limit. */
    private static OptionalDouble of(long value) {
        return OptionalDouble.of((double) value);
    }

    /** A reader that is busy is not waiting to hear: what it receives counts as well. */
    private OptionalDouble heartbeat(PipelineStatus status, long nowMillis) {
        if (status.sourceOutageSinceMillis() > 0) {
            return OptionalDouble.of(Math.max(0, nowMillis - status.sourceOutageSinceMillis()) / MILLIS);
        }
        Optional<ChangeStatus> reader = status.vitals().reader();
        if (reader.isEmpty()) {
            return OptionalDouble.empty();
        }
        long heard = Math.max(reader.get().lastHeardMillis(), lastBytesMillis);
        return OptionalDouble.of(Math.max(0, nowMillis - heard) / MILLIS);
    }
}
