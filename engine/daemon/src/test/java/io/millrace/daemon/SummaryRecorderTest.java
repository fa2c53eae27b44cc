package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.daemon.terminal.ProgressLine;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Vitals;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.writer.Counters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryRecorderTest {
    private static final Counters BEFORE = new Counters(100, 100, 0, 0, 0, 0, 0, 100, 0, 0);
    private static final long SECOND = 1_000_000_000L;

    private static PipelineStatus status(Counters counters, long inFlight, Step step) {
        return status(counters, inFlight, step, 53);
    }

    private static PipelineStatus status(Counters counters, long inFlight, Step step, long loadedRows) {
        TableId table = new TableId("shop", "orders");
        return new PipelineStatus(
                PipelineState.RUNNING,
                step,
                "",
                counters,
                BEFORE,
                10,
                inFlight,
                2,
                5_000.4,
                70_000,
                35,
                4_096,
                Optional.of(new LoadStatus(
                        List.of(new LoadStatus.Table(table, 43, 100, false, true, 10)), loadedRows, "", 10, false)),
                Optional.empty(),
                Optional.of(SourcePosition.parse("gtid:0-1-9")),
                Optional.of(SourcePosition.parse("gtid:0-1-7")),
                0,
                Vitals.NONE);
    }

    @Test
    void shouldCountSinceTheCommandBegan() {
        SummaryRecorder recorder = new SummaryRecorder("t", 0);
        recorder.observeUnprepared(SECOND);
        recorder.observe(status(BEFORE, 0, Step.INCREMENTAL, 60), 2 * SECOND); // seven of a chunk that is dropped
        Counters after = new Counters(1_130, 1_100, 0, 0, 30, 0, 2, 800, 200, 100);
        recorder.observe(status(after, 7, Step.INCREMENTAL), 3 * SECOND);
        recorder.observe(status(after, 7, Step.INCREMENTAL), 9 * SECOND);

        Map<String, Object> summary = recorder.summary(PipelineState.FINISHED, 10 * SECOND);

        assertEquals(
                List.of(
                        "task",
                        "status",
                        "seconds",
                        "loaded_rows",
                        "changes_in",
                        "applied",
                        "filtered",
                        "ignored",
                        "skipped_by_load",
                        "dirty",
                        "in_flight",
                        "missing_rows",
                        "inserts",
                        "updates",
                        "deletes",
                        "ddl",
                        "source_position",
                        "target_position",
                        "lag_ms",
                        "lag_bytes",
                        "rate_per_s"),
                List.copyOf(summary.keySet()));
        assertEquals("finished", summary.get("status"));
        assertEquals(10.0, summary.get("seconds"));
        assertEquals(43L, summary.get("loaded_rows"));
        assertEquals(1_037L, summary.get("changes_in"));
        assertEquals(1_000L, summary.get("applied"));
        assertEquals(30L, summary.get("skipped_by_load"));
        assertEquals(7L, summary.get("in_flight"));
        assertEquals(700L, summary.get("inserts"));
        assertEquals(500.0, summary.get("rate_per_s"));
        assertEquals(Optional.of("gtid:0-1-7"), summary.get("target_position"));
    }

    @Test
    void shouldSayNothingOfATaskThatNeverRan() {
        SummaryRecorder recorder = new SummaryRecorder("t", 0);

        assertEquals(0L, recorder.summary(PipelineState.FAILED, SECOND).get("applied"));
        assertEquals(0.0, recorder.summary(PipelineState.FAILED, SECOND).get("rate_per_s"));
    }

    @Test
    void shouldShowStepTablePercentRatesAndLag() {
        assertEquals(
                "full  shop.orders 43%  53% of all  53 rows  5.0 s left  70,000 rows/s  100 changes  5,000/s  lag 35 ms",
                ProgressLine.line(status(BEFORE, 0, Step.FULL)));
        assertEquals(
                "incremental  100 changes  5,000/s  lag 35 ms", ProgressLine.line(status(BEFORE, 0, Step.INCREMENTAL)));
    }
}
