package io.millrace.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Vitals;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import io.millrace.task.AlertMetric;
import io.millrace.task.AlertSeverity;
import io.millrace.task.AlertSpec;
import io.millrace.task.Step;
import io.millrace.wal.LogStatus;
import io.millrace.writer.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AlertWatchTest {
    private static final long START = 1_800_000_000_000L;

    private static AlertSpec alert(AlertMetric metric, double above, Duration lasting) {
        return new AlertSpec(metric, above, "limit", lasting, AlertSeverity.WARNING);
    }

    private static Counters dirty(long rows) {
        return new Counters(rows, 0, 0, 0, 0, rows, 0, 0, 0, 0);
    }

    private static PipelineStatus status(
            long lagMillis, long dirty, long outageSince, Optional<ChangeStatus> reader, long retained) {
        Vitals none = Vitals.NONE;
        return new PipelineStatus(
                PipelineState.RUNNING,
                Step.INCREMENTAL,
                "",
                dirty(dirty),
                dirty(2),
                0,
                0,
                7,
                0,
                0,
                lagMillis,
                0,
                Optional.empty(),
                Optional.of(new LogStatus(1, 4_096, 3, true, 0, 5, 6, 7)),
                Optional.empty(),
                Optional.empty(),
                outageSince,
                new Vitals(
                        reader,
                        0,
                        none.sourceLagMillis(),
                        none.sourceLagBytes(),
                        retained < 0
                                ? Optional.empty()
                                : Optional.of(new SlotGlance(
                                        "s", "extended", true, false, retained, OptionalLong.empty(), 0)),
                        OptionalDouble.empty(),
                        Optional.empty(),
                        false,
                        1,
                        0,
                        0,
                        List.of(),
                        3));
    }

    private static PipelineStatus lagging(long millis) {
        return status(millis, 2, 0, Optional.empty(), -1);
    }

    @Test
    void shouldRaiseOnceTheNumberHasStayedAboveTheLimitForSoLong() {
        AlertWatch watch = new AlertWatch("t", List.of(alert(AlertMetric.LAG, 60, Duration.ofMinutes(3))));
        watch.observe(lagging(61_000), START);
        watch.observe(lagging(60_000), START + 170_000);
        assertEquals(0, watch.states().get(0).sinceMillis(), "at the limit is not above it");
        watch.observe(lagging(70_000), START + 180_000);
        watch.observe(lagging(70_000), START + 359_000);
        assertFalse(watch.states().get(0).isRaised());
        watch.observe(lagging(70_000), START + 360_000);
        assertTrue(watch.states().get(0).isRaised());
        assertEquals(START + 180_000, watch.states().get(0).sinceMillis());
        watch.observe(lagging(0), START + 361_000);
        assertFalse(watch.states().get(0).isRaised());
    }

    @Test
    void shouldLeaveAnAlertAsItIsWhenNobodyKnowsItsNumber() {
        AlertWatch watch =
                new AlertWatch("t", List.of(alert(AlertMetric.SOURCE_RETENTION, 1_000, Duration.ofSeconds(1))));
        watch.observe(status(0, 2, 0, Optional.empty(), -1), START);
        assertEquals(OptionalDouble.empty(), watch.states().get(0).value());
        watch.observe(status(0, 2, 0, Optional.empty(), 1_001), START);
        watch.observe(status(0, 2, 0, Optional.empty(), 1_001), START + 1_000);
        watch.observe(status(0, 2, 0, Optional.empty(), -1), START + 2_000);
        assertTrue(watch.states().get(0).isRaised(), "a connection that was lost clears nothing");
    }

    @Test
    void shouldReadEachMetricFromTheStatus() {
        Readings readings = new Readings();
        ChangeStatus reader = new ChangeStatus(true, 1, 100, 0, START - 9_000);
        PipelineStatus status = status(1_500, 5, 0, Optional.of(reader), 77);
        readings.observe(status, START - 30_000);
        assertEquals(1.5, readings.of(AlertMetric.LAG, status, START).orElseThrow());
        assertEquals(9, readings.of(AlertMetric.HEARTBEAT, status, START).orElseThrow());
        assertEquals(3, readings.of(AlertMetric.FAILOVERS, status, START).orElseThrow());
        assertEquals(3, readings.of(AlertMetric.DIRTY, status, START).orElseThrow());
        assertEquals(7, readings.of(AlertMetric.DDL, status, START).orElseThrow());
        assertEquals(
                77, readings.of(AlertMetric.SOURCE_RETENTION, status, START).orElseThrow());
        assertEquals(
                (double) status.log().orElseThrow().bytesOnDisk(),
                readings.of(AlertMetric.LOG_DISK, status, START).orElseThrow());
    }

    @Test
    void shouldTakeWhatArrivesForASignOfLifeAndAnOutageForNone() {
        Readings readings = new Readings();
        PipelineStatus busy = status(0, 2, 0, Optional.of(new ChangeStatus(true, 9, 900, 0, START - 60_000)), -1);
        readings.observe(busy, START - 1_000);
        assertEquals(1, readings.of(AlertMetric.HEARTBEAT, busy, START).orElseThrow());
        PipelineStatus gone =
                status(0, 2, START - 45_000, Optional.of(new ChangeStatus(false, 9, 900, 0, START - 60_000)), -1);
        assertEquals(45, readings.of(AlertMetric.HEARTBEAT, gone, START).orElseThrow());
    }
}
