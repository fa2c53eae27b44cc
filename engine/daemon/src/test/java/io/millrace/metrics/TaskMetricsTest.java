package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.alert.AlertWatch;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Stall;
import io.millrace.pipeline.status.TableCounts;
import io.millrace.pipeline.status.Vitals;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.wal.LogStatus;
import io.millrace.writer.Counters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final Vitals VITALS = new Vitals(
            Optional.of(new ChangeStatus(true, 12, 3_400, 1_700_000_000_250_000L, 1_700_000_001_000L)),
            -2_500_000,
            OptionalLong.of(7_500),
            OptionalLong.of(4_096),
            Optional.of(new SlotGlance("millrace_t", "extended", true, false, 99, OptionalLong.of(1_000), 5)),
            OptionalDouble.of(20),
            Optional.of(new PostgresPosition(1, 1, 300)),
            true,
            2,
            1_700_000_002_000L,
            3,
            List.of(new Stall("lane", "millrace-t-lane-1", 1_700_000_003_000L, "changes in the log")),
            0);

    private final TaskMetrics metrics = new TaskMetrics("t", null, Path.of("/nowhere"), new AlertWatch("t", List.of()));

    private static PipelineStatus status(Counters counters, long inFlight) {
        return new PipelineStatus(
                PipelineState.RUNNING,
                Step.INCREMENTAL,
                "",
                counters,
                Counters.ZERO,
                0,
                inFlight,
                2,
                5_000.5,
                0,
                35,
                2_048,
                Optional.of(new LoadStatus(
                        List.of(new LoadStatus.Table(ORDERS, 43, 100, false, true, 5)), 43, "", 5, false)),
                Optional.of(new LogStatus(1, 2, 3, true, 4_000, 5, 6, 7)),
                Optional.of(new PostgresPosition(1, 1, 400)),
                Optional.of(new PostgresPosition(1, 1, 200)),
                0,
                VITALS);
    }

    private Scrape text(long inFlight, List<TableCounts> tables) {
        Exposition out = new Exposition();
        Counters counters = new Counters(1_130, 1_100, 7, 8, 10, 5, 2, 800, 200, 100);
        metrics.add(out, PipelineState.RUNNING, Optional.of(status(counters, inFlight)), tables);
        return Scrape.parse(out.text());
    }

    @Test
    void shouldTellEveryNumberOfTheStatus() {
        Scrape text = text(70, List.of(new TableCounts(ORDERS, 3, 2, 1)));

        assertEquals(1, text.value("millrace_task_state{task=t,state=running}"));
        assertEquals(0, text.value("millrace_task_state{task=t,state=failed}"));
        assertEquals(1, text.value("millrace_task_step{task=t,step=incremental}"));
        assertEquals(5_000.5, text.value("millrace_changes_per_second{task=t}"));
        assertEquals(0.035, text.value("millrace_lag_seconds{task=t}"));
        assertEquals(7.5, text.value("millrace_source_lag_seconds{task=t}"));
        assertEquals(4_096, text.value("millrace_source_lag_bytes{task=t}"));
        assertEquals(-2.5, text.value("millrace_source_clock_offset_seconds{task=t}"));
        assertEquals(1_700_000_000.25, text.value("millrace_source_last_commit_timestamp_seconds{task=t}"));
        assertEquals(300, text.value("millrace_lsn_bytes{task=t,place=acknowledged}"));
        assertEquals(1, text.value("millrace_log_only_copy{task=t}"));
        assertEquals(99, text.value("millrace_slot_retained_bytes{task=t,slot=millrace_t}"));
        assertEquals(1, text.value("millrace_slot_wal_status{task=t,slot=millrace_t,status=extended}"));
        assertEquals(20, text.value("millrace_slot_invalidation_seconds{task=t,slot=millrace_t}"));
        assertEquals(1, text.value("millrace_stalled{task=t,stage=lane}"));
        assertEquals(1_700_000_003.0, text.value("millrace_stall_start_timestamp_seconds{task=t,stage=lane}"));
        assertEquals(0, text.value("millrace_stalled{task=t,stage=source}"));
        assertEquals(0, text.value("millrace_outage_start_timestamp_seconds{task=t,side=source}"));
        assertEquals(1_700_000_002.0, text.value("millrace_outage_start_timestamp_seconds{task=t,side=target}"));
        assertEquals(4, text.value("millrace_log_full_start_timestamp_seconds{task=t}"));
        assertEquals(2, text.value("millrace_table_changes_total{task=t,table=shop.orders,operation=update}"));
        assertEquals(43, text.value("millrace_table_loaded_rows{task=t,table=shop.orders}"));
    }

    @Test
    void shouldHoldTheEquationInEachScrape() {
        Scrape text = text(70, List.of());
        double sum = 0;
        for (String part : List.of("applied", "filtered", "ignored", "skipped_by_load", "dirty")) {
            sum += text.value("millrace_changes_" + part + "_total{task=t}");
        }
        assertEquals(
                text.value("millrace_changes_in_total{task=t}"),
                sum + text.value("millrace_changes_in_flight{task=t}"));
    }

    /** Else a counter would fall, and what Prometheus takes for a new start would count everything twice. */
    @Test
    void shouldLeaveOutWhatIsNotKnown() {
        Scrape text = text(-1, List.of());
        assertFalse(text.samples().containsKey("millrace_changes_in_total{task=t}"));
        assertFalse(text.samples().containsKey("millrace_changes_in_flight{task=t}"));
        assertEquals(1_100, text.value("millrace_changes_applied_total{task=t}"));
    }

    @Test
    void shouldBoundTablesAndSayHowManyAreLeftOut() {
        List<TableCounts> tables = new ArrayList<>();
        for (int i = 0; i < TaskMetrics.MOST_TABLES + 3; i++) {
            tables.add(new TableCounts(new TableId("shop", "t" + i), 1, 0, 0));
        }
        tables.add(new TableCounts(new TableId("shop", "quiet"), 0, 0, 0));
        Scrape text = text(0, tables);

        assertEquals(3, text.value("millrace_tables_left_out{task=t}"));
        assertEquals(tables.size(), text.value("millrace_tables{task=t}"));
        assertEquals(
                TaskMetrics.MOST_TABLES * 3,
                text.samples().keySet().stream()
                        .filter(name -> name.startsWith("millrace_table_changes_total"))
                        .count());
    }

    @Test
    void shouldTellTheStateAloneWhenNothingIsPrepared() {
        Exposition out = new Exposition();
        metrics.add(out, PipelineState.INITIALIZED, Optional.empty(), List.of());
        assertTrue(Scrape.parse(out.text()).samples().keySet().stream()
                .allMatch(name -> name.startsWith("millrace_task_state{")));
    }

    @Test
    void shouldReadTheProcessOwnMemory() {
        Exposition out = new Exposition();
        ProcessMetrics.addTo(out);
        Scrape text = Scrape.parse(out.text());
        assertTrue(text.value("process_resident_memory_bytes") > 10 << 20, text.toString());
        assertTrue(text.value("process_resident_memory_max_bytes") >= text.value("process_resident_memory_bytes") / 2);
        assertTrue(text.value("process_cpu_seconds_total") > 0);
        assertTrue(text.value("jvm_threads_current") > 1);
    }
}
