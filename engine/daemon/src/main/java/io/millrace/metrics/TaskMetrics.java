package io.millrace.metrics;

import io.millrace.alert.AlertState;
import io.millrace.alert.AlertWatch;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Stall;
import io.millrace.pipeline.status.TableCounts;
import io.millrace.pipeline.status.Vitals;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import io.millrace.schema.TableId;
import io.millrace.task.AlertSpec;
import io.millrace.task.Step;
import io.millrace.wal.LogStatus;
import io.millrace.writer.Counters;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns what a pipeline says of itself into samples. Thread-safe. */
public final class TaskMetrics {
    /** Each table has up to six series, and a monitoring system pays for each. */
    static final int MOST_TABLES = 2_000;

    static final List<String> STAGES = List.of("source", "log", "lane", "load");
    static final List<String> SLOT_STATUSES = List.of("reserved", "extended", "unreserved", "lost");
    private static final double MILLIS = 1e3;
    private static final double MICROS = 1e6;

    private final String task;
    private final Pipeline pipeline;
    private final Path dataDirectory;
    private final AlertWatch alerts;

    public TaskMetrics(String task, Pipeline pipeline, Path dataDirectory, AlertWatch alerts) {
        this.task = task;
        this.pipeline = pipeline;
        this.dataDirectory = dataDirectory;
        this.alerts = alerts;
    }

    void addTo(Exposition out) {
        add(out, pipeline.state(), pipeline.status(), pipeline.tables());
        addDisk(out);
        addAlerts(out);
    }

    /** Two alerts that differ in their times alone are one series: raised where either is. */
    private void addAlerts(Exposition out) {
        Map<List<String>, Boolean> raised = new LinkedHashMap<>();
        for (AlertState state : alerts.states()) {
            AlertSpec alert = state.alert();
            List<String> labels = List.of(
                    task,
                    alert.metric().text(),
                    alert.written(),
                    alert.severity().text());
            raised.merge(labels, state.isRaised(), Boolean::logicalOr);
        }
        raised.forEach((labels, isRaised) -> out.add(Metric.ALERT, isRaised, labels.toArray(String[]::new)));
    }

    List<AlertState> alerts() {
        return alerts.states();
    }

    PipelineState state() {
        return pipeline.state();
    }

    Optional<PipelineStatus> status() {
        return pipeline.status();
    }

    String task() {
        return task;
    }

    /** All that a glance tells. */
    void add(Exposition out, PipelineState state, Optional<PipelineStatus> glance, List<TableCounts> tables) {
        for (PipelineState each : PipelineState.values()) {
            out.add(Metric.TASK_STATE, each == state, task, lower(each));
        }
        if (glance.isEmpty()) {
            return;
        }
        PipelineStatus status = glance.get();
        for (Step step : List.of(Step.FULL, Step.INCREMENTAL)) {
            out.add(Metric.TASK_STEP, step == status.step(), task, lower(step));
        }
        addChanges(out, status);
        addLag(out, status);
        addSource(out, status);
        addHealth(out, status);
        status.log().ifPresent(log -> addLog(out, log));
        addTables(out, status, tables);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void addChanges(Exposition out, PipelineStatus status) {
        Counters counters = status.counters();
        if (status.inFlight() >= 0) {
            // What is in flight has not been counted in by a lane.
            out.add(Metric.CHANGES_IN, counters.changesIn() + status.inFlight(), task);
            out.add(Metric.IN_FLIGHT, status.inFlight(), task);
        }
        out.add(Metric.APPLIED, counters.applied(), task);
        out.add(Metric.FILTERED, counters.filtered(), task);
        out.add(Metric.IGNORED, counters.ignored(), task);
        out.add(Metric.SKIPPED, counters.skippedByLoad(), task);
        out.add(Metric.DIRTY, counters.dirty(), task);
        out.add(Metric.UNACCOUNTED, status.vitals().unaccounted(), task);
        out.add(Metric.INSERTS, counters.inserts(), task);
        out.add(Metric.UPDATES, counters.updates(), task);
        out.add(Metric.DELETES, counters.deletes(), task);
        out.add(Metric.MISSING_ROWS, counters.missingRows(), task);
        out.add(Metric.DDL, status.statements(), task);
        out.add(Metric.CHANGE_RATE, status.ratePerSecond(), task);
    }

    private void addLag(Exposition out, PipelineStatus status) {
        out.add(Metric.LAG, status.lagMillis() / MILLIS, task);
        out.add(Metric.LAG_BYTES, status.lagBytes(), task);
        Vitals vitals = status.vitals();
        vitals.sourceLagMillis().ifPresent(millis -> out.add(Metric.SOURCE_LAG, millis / MILLIS, task));
        vitals.sourceLagBytes().ifPresent(bytes -> out.add(Metric.SOURCE_LAG_BYTES, bytes, task));
    }

    private void addSource(Exposition out, PipelineStatus status) {
        Vitals vitals = status.vitals();
        if (vitals.reader().isPresent()) {
            ChangeStatus reader = vitals.reader().get();
            out.add(Metric.SOURCE_STREAMING, reader.isStreaming(), task);
            out.add(Metric.SOURCE_EVENTS, reader.events(), task);
            out.add(Metric.SOURCE_BYTES, reader.bytes(), task);
            out.add(Metric.SOURCE_HEARD, reader.lastHeardMillis() / MILLIS, task);
            out.add(Metric.SOURCE_COMMIT, reader.lastCommitMicros() / MICROS, task);
            out.add(Metric.SOURCE_CLOCK, vitals.clockOffsetMicros() / MICROS, task);
        }
        addLsn(out, "log", status.sourcePosition());
        addLsn(out, "acknowledged", vitals.acknowledged());
        addLsn(out, "target", status.targetPosition());
        vitals.slot().ifPresent(slot -> addSlot(out, slot, vitals));
    }

    private void addLsn(Exposition out, String place, Optional<SourcePosition> position) {
        if (position.orElse(null) instanceof PostgresPosition lsn) {
            out.add(Metric.LSN, lsn.lsn(), task, place);
        }
    }

    private void addSlot(Exposition out, SlotGlance slot, Vitals vitals) {
        out.add(Metric.SLOT_RETAINED, slot.retainedBytes(), task, slot.name());
        out.add(Metric.SLOT_ACTIVE, slot.isActive(), task, slot.name());
        out.add(Metric.SLOT_LOST, slot.isLost(), task, slot.name());
        for (String status : SLOT_STATUSES) {
            out.add(Metric.SLOT_STATUS, status.equals(slot.walStatus()), task, slot.name(), status);
        }
        slot.bytesToLoss().ifPresent(bytes -> out.add(Metric.SLOT_BYTES_TO_LOSS, bytes, task, slot.name()));
        vitals.secondsToLoss().ifPresent(seconds -> out.add(Metric.SLOT_SECONDS_TO_LOSS, seconds, task, slot.name()));
    }

    private void addHealth(Exposition out, PipelineStatus status) {
        Vitals vitals = status.vitals();
        for (String stage : STAGES) {
            long since = vitals.stalls().stream()
                    .filter(stall -> stall.stage().equals(stage))
                    .mapToLong(Stall::sinceMillis)
                    .min()
                    .orElse(0);
            out.add(Metric.TASK_STALLED, since != 0, task, stage);
            out.add(Metric.STALL_START, since / MILLIS, task, stage);
        }
        out.add(Metric.OUTAGE_START, status.sourceOutageSinceMillis() / MILLIS, task, "source");
        out.add(Metric.OUTAGE_START, vitals.targetOutageSinceMillis() / MILLIS, task, "target");
        out.add(Metric.RESTARTS, vitals.restarts(), task);
        out.add(Metric.LOG_ONLY_COPY, vitals.isLogOnlyCopy(), task);
        out.add(Metric.LANES, vitals.lanes(), task);
    }

    private void addLog(Exposition out, LogStatus log) {
        out.add(Metric.LOG_SIZE, log.bytesOnDisk(), task);
        out.add(Metric.LOG_QUOTA, log.quotaBytes(), task);
        out.add(Metric.LOG_FILES, log.files(), task);
        out.add(Metric.LOG_FULL_START, log.fullSinceMillis() / MILLIS, task);
        out.add(Metric.LOG_APPENDED, log.appendedBytes(), task);
        out.add(Metric.LOG_SYNCED, log.forcedBytes(), task);
        out.add(Metric.LOG_SYNCS, log.forces(), task);
    }

    private void addDisk(Exposition out) {
        if (!Files.exists(dataDirectory)) {
            return;
        }
        try {
            FileStore disk = Files.getFileStore(dataDirectory);
            out.add(Metric.DISK_FREE, disk.getUsableSpace(), task);
            out.add(Metric.DISK_SIZE, disk.getTotalSpace(), task);
        } catch (IOException e) {
            // A file system that does not answer shows by the absence of its numbers; the log itself says what is
            // wrong.
            return;
        }
    }

    private void addTables(Exposition out, PipelineStatus status, List<TableCounts> tables) {
        Map<TableId, LoadStatus.Table> loads = new HashMap<>();
        status.load().ifPresent(load -> {
            load.tables().forEach(table -> loads.put(table.source(), table));
            out.add(Metric.LOADED_ROWS, load.rows(), task);
            out.add(Metric.LOAD_RATE, status.loadRatePerSecond(), task);
            out.add(Metric.LOAD_OVER, load.isOver(), task);
        });
        int told = 0;
        int leftOut = 0;
        for (TableCounts table : tables) {
            LoadStatus.Table load = loads.get(table.source());
            if (table.changes() == 0 && load == null) {
                continue;
            }
            if (told == MOST_TABLES) {
                leftOut++;
                continue;
            }
            told++;
            addTable(out, table, load);
        }
        out.add(Metric.TABLES, tables.size(), task);
        out.add(Metric.TABLES_LEFT_OUT, leftOut, task);
    }

    private void addTable(Exposition out, TableCounts table, LoadStatus.Table load) {
        String name = table.source().toString();
        out.add(Metric.TABLE_CHANGES, table.inserts(), task, name, "insert");
        out.add(Metric.TABLE_CHANGES, table.updates(), task, name, "update");
        out.add(Metric.TABLE_CHANGES, table.deletes(), task, name, "delete");
        if (load != null) {
            out.add(Metric.TABLE_LOADED, load.rows(), task, name);
            out.add(Metric.TABLE_COMPLETE, load.isComplete(), task, name);
            if (load.estimatedRows() >= 0) {
                out.add(Metric.TABLE_ESTIMATED, load.estimatedRows(), task, name);
            }
        }
    }
}
