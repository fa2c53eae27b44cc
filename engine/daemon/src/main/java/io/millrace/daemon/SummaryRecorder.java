package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.Quantities;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.position.SourcePosition;
import io.millrace.writer.Counters;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sums a run up, counted since the command began. The rate is changes applied over the time from the last glance at the
 * task before it ran to the last glance that saw more of them applied. Confined to one thread.
 */
final class SummaryRecorder {
    private final String task;
    private final long startNanos;
    private PipelineStatus last;
    private long unpreparedNanos;
    private long firstReadNanos;
    private long lastCommitNanos;
    private long doneSeen;
    private long loadedSeen;

    SummaryRecorder(String task, long startNanos) {
        this.task = task;
        this.startNanos = startNanos;
        unpreparedNanos = startNanos;
        firstReadNanos = startNanos;
        lastCommitNanos = startNanos;
    }

    /** The task is being prepared: nothing has been read yet. */
    void observeUnprepared(long nowNanos) {
        unpreparedNanos = nowNanos;
    }

    void observe(PipelineStatus status, long nowNanos) {
        if (last == null) {
            firstReadNanos = unpreparedNanos;
            lastCommitNanos = unpreparedNanos;
            doneSeen = status.countersBefore().applied();
        }
        last = status;
        // A session that began behind the load's end knows nothing of it any more.
        if (status.load().isPresent()) {
            // Not the most that was ever seen: rows of a chunk that is not committed may be read once more, or be
            // dirty.
            loadedSeen = status.loadedRows() - status.loadedRowsBefore();
        }
        long done = status.counters().applied();
        if (done > doneSeen) {
            doneSeen = done;
            lastCommitNanos = nowNanos;
        }
    }

    private Counters counted() {
        return last == null ? Counters.ZERO : last.counters().minus(last.countersBefore());
    }

    private long loadedRows() {
        return loadedSeen;
    }

    private double rate() {
        long nanos = lastCommitNanos - firstReadNanos;
        return nanos <= 0 ? 0 : Math.round(counted().applied() * 1e10 / nanos) / 10.0;
    }

    /** Every field of the reference, in its order. */
    Map<String, Object> summary(PipelineState state, long nowNanos) {
        Counters counters = counted();
        Map<String, Object> summary = Json.object();
        summary.put("task", task);
        summary.put("status", state.name().toLowerCase(Locale.ROOT));
        summary.put("seconds", TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos) / 1_000.0);
        summary.put("loaded_rows", loadedRows());
        // What is in flight was read and not yet passed by a lane, so the lanes have not counted it in.
        long inFlight = last == null ? 0 : Math.max(0, last.inFlight());
        summary.put("changes_in", counters.changesIn() + inFlight);
        summary.put("applied", counters.applied());
        summary.put("filtered", counters.filtered());
        summary.put("ignored", counters.ignored());
        summary.put("skipped_by_load", counters.skippedByLoad());
        summary.put("dirty", counters.dirty());
        summary.put("in_flight", inFlight);
        summary.put("missing_rows", counters.missingRows());
        summary.put("inserts", counters.inserts());
        summary.put("updates", counters.updates());
        summary.put("deletes", counters.deletes());
        summary.put("ddl", last == null ? 0 : last.statements());
        summary.put(
                "source_position", last == null ? null : last.sourcePosition().map(SourcePosition::text));
        summary.put(
                "target_position", last == null ? null : last.targetPosition().map(SourcePosition::text));
        summary.put("lag_ms", last == null ? null : last.lagMillis());
        summary.put("lag_bytes", last == null ? null : last.lagBytes());
        summary.put("rate_per_s", rate());
        return summary;
    }

    /** The same for a person, in a line. */
    String line(PipelineState state) {
        Counters counters = counted();
        return state.name().toLowerCase(Locale.ROOT) + ": " + Quantities.count(loadedRows()) + " rows loaded, "
                + Quantities.count(counters.applied()) + " changes applied ("
                + Quantities.count(counters.inserts()) + " inserts, "
                + Quantities.count(counters.updates()) + " updates, "
                + Quantities.count(counters.deletes()) + " deletes)"
                + (rate() > 0 ? ", " + Quantities.count(Math.round(rate())) + "/s" : "");
    }
}
