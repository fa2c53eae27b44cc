package io.millrace.metrics;

import java.util.List;
import java.util.Locale;

/**
 * Every metric: its name, what it means, its labels. Units are Prometheus' base units and stand in the name; what only grows ends
 * in {@code _total}. The reference holds the same table; a test compares the two. Names, once given, stay.
 */
public enum Metric {
    BUILD_INFO("millrace_build_info", Type.GAUGE, "1; the versions of the program and of its Java", "version", "java"),
    TASK_STATE(
            "millrace_task_state",
            Type.GAUGE,
            "1 for the state that the task is in, 0 for the others",
            "task",
            "state"),
    TASK_STEP(
            "millrace_task_step",
            Type.GAUGE,
            "1 for the step that the task is at; none before it is prepared",
            "task",
            "step"),
    TASK_STALLED(
            "millrace_stalled", Type.GAUGE, "1 where a part has work and does not get on with it", "task", "stage"),
    STALL_START(
            "millrace_stall_start_timestamp_seconds",
            Type.GAUGE,
            "since when it does not; 0 where nothing stalls",
            "task",
            "stage"),
    RESTARTS(
            "millrace_restarts_total",
            Type.COUNTER,
            "times the task was started again after a failure, since the command began; outages are none",
            "task"),
    ALERT(
            "millrace_alert",
            Type.GAUGE,
            "1 while an alert of the task file is raised, 0 while it is not",
            "task",
            "metric",
            "above",
            "severity"),
    OUTAGE_START(
            "millrace_outage_start_timestamp_seconds",
            Type.GAUGE,
            "since when the side (source, target) is out of reach; 0 where it is not",
            "task",
            "side"),

    CHANGES_IN(
            "millrace_changes_in_total",
            Type.COUNTER,
            "row changes read, since the task's beginning: applied + filtered + ignored + skipped by load + dirty + in"
                    + " flight; absent, as what is in flight, until lanes have passed what the log held at the start",
            "task"),
    APPLIED("millrace_changes_applied_total", Type.COUNTER, "of them at the target", "task"),
    FILTERED("millrace_changes_filtered_total", Type.COUNTER, "of them left out by filters", "task"),
    IGNORED("millrace_changes_ignored_total", Type.COUNTER, "of them left out by policies", "task"),
    SKIPPED("millrace_changes_skipped_by_load_total", Type.COUNTER, "of them in the loaded rows already", "task"),
    DIRTY("millrace_changes_dirty_total", Type.COUNTER, "of them that could not be written for their own sake", "task"),
    IN_FLIGHT("millrace_changes_in_flight", Type.GAUGE, "of them read, and not yet at the target", "task"),
    UNACCOUNTED(
            "millrace_changes_unaccounted",
            Type.GAUGE,
            "of them missing: read, not counted, and waiting nowhere; more than 0 for three seconds fails the task with"
                    + " MR9002",
            "task"),
    INSERTS("millrace_inserts_total", Type.COUNTER, "inserts among the applied changes", "task"),
    UPDATES("millrace_updates_total", Type.COUNTER, "updates among them", "task"),
    DELETES("millrace_deletes_total", Type.COUNTER, "deletes among them", "task"),
    MISSING_ROWS(
            "millrace_missing_rows_total", Type.COUNTER, "updates and deletes that met no row after the load", "task"),
    DDL(
            "millrace_ddl_statements_total",
            Type.COUNTER,
            "statements that were met: passed, carried out or left out",
            "task"),
    CHANGE_RATE("millrace_changes_per_second", Type.GAUGE, "changes applied a second, over the last two", "task"),

    LAG(
            "millrace_lag_seconds",
            Type.GAUGE,
            "age of the oldest source commit not yet at the target, by the source's clock; 0 when nothing waits",
            "task"),
    LAG_BYTES("millrace_lag_bytes", Type.GAUGE, "bytes of the log not yet at the target", "task"),
    SOURCE_LAG(
            "millrace_source_lag_seconds",
            Type.GAUGE,
            "age of the oldest source commit not yet durable in the log, to five seconds; 0 when nothing is missing",
            "task"),
    SOURCE_LAG_BYTES(
            "millrace_source_lag_bytes",
            Type.GAUGE,
            "bytes of the source's log not yet in ours; absent where the source cannot tell",
            "task"),

    SOURCE_STREAMING("millrace_source_streaming", Type.GAUGE, "1 while the source sends", "task"),
    SOURCE_EVENTS("millrace_source_events_total", Type.COUNTER, "events received", "task"),
    SOURCE_BYTES("millrace_source_received_bytes_total", Type.COUNTER, "bytes received", "task"),
    SOURCE_HEARD(
            "millrace_source_last_heard_timestamp_seconds",
            Type.GAUGE,
            "when the source was last heard of while the reader waited for it",
            "task"),
    SOURCE_COMMIT(
            "millrace_source_last_commit_timestamp_seconds",
            Type.GAUGE,
            "the source's time of the last commit received",
            "task"),
    SOURCE_CLOCK(
            "millrace_source_clock_offset_seconds",
            Type.GAUGE,
            "by which the source's clock is ahead of ours, as on the last connect",
            "task"),
    LSN(
            "millrace_lsn_bytes",
            Type.GAUGE,
            "places in a PostgreSQL source's WAL: log (durable in ours), acknowledged (the source may forget it), target"
                    + " (at the target)",
            "task",
            "place"),
    SLOT_RETAINED(
            "millrace_slot_retained_bytes",
            Type.GAUGE,
            "WAL that a PostgreSQL source keeps for the task",
            "task",
            "slot"),
    SLOT_ACTIVE("millrace_slot_active", Type.GAUGE, "1 while a connection reads the slot", "task", "slot"),
    SLOT_LOST("millrace_slot_lost", Type.GAUGE, "1 where the source has given the slot up", "task", "slot"),
    SLOT_STATUS(
            "millrace_slot_wal_status",
            Type.GAUGE,
            "1 for the server's own word: reserved, extended, unreserved, lost",
            "task",
            "slot",
            "status"),
    SLOT_BYTES_TO_LOSS(
            "millrace_slot_invalidation_distance_bytes",
            Type.GAUGE,
            "WAL that the server may still write before it gives the slot up; absent where max_slot_wal_keep_size does"
                    + " not bound it",
            "task",
            "slot"),
    SLOT_SECONDS_TO_LOSS(
            "millrace_slot_invalidation_seconds",
            Type.GAUGE,
            "the same as time, at the pace at which the server writes now; absent where it writes nothing",
            "task",
            "slot"),

    LOG_SIZE("millrace_log_size_bytes", Type.GAUGE, "change log on disk", "task"),
    LOG_QUOTA("millrace_log_quota_bytes", Type.GAUGE, "resources.log_disk: there reading waits", "task"),
    LOG_FILES("millrace_log_files", Type.GAUGE, "its files", "task"),
    LOG_FULL_START(
            "millrace_log_full_start_timestamp_seconds",
            Type.GAUGE,
            "since when reading waits for space in it; 0 where it does not",
            "task"),
    LOG_APPENDED("millrace_log_appended_bytes_total", Type.COUNTER, "bytes written to it", "task"),
    LOG_SYNCED("millrace_log_synced_bytes_total", Type.COUNTER, "of them durable", "task"),
    LOG_SYNCS("millrace_log_syncs_total", Type.COUNTER, "times it was synced", "task"),
    LOG_ONLY_COPY(
            "millrace_log_only_copy",
            Type.GAUGE,
            "1 while the source may have forgotten changes that the target lacks",
            "task"),
    DISK_FREE("millrace_disk_free_bytes", Type.GAUGE, "free on the log's file system", "task"),
    DISK_SIZE("millrace_disk_size_bytes", Type.GAUGE, "size of that file system", "task"),

    LANES("millrace_lanes", Type.GAUGE, "lanes at work", "task"),
    LOADED_ROWS(
            "millrace_loaded_rows_total", Type.COUNTER, "rows of the full load, since the task's beginning", "task"),
    LOAD_RATE("millrace_loaded_rows_per_second", Type.GAUGE, "rows loaded a second, over the last two", "task"),
    LOAD_OVER(
            "millrace_load_over",
            Type.GAUGE,
            "1 when the load and what follows it is done; absent without one",
            "task"),
    TABLES("millrace_tables", Type.GAUGE, "tables of the task", "task"),
    TABLES_LEFT_OUT(
            "millrace_tables_left_out",
            Type.GAUGE,
            "tables beyond the first " + TaskMetrics.MOST_TABLES + " with changes or rows, of which the metrics below"
                    + " say nothing",
            "task"),
    TABLE_CHANGES(
            "millrace_table_changes_total",
            Type.COUNTER,
            "changes applied, by the source's table, since the command began",
            "task",
            "table",
            "operation"),
    TABLE_LOADED(
            "millrace_table_loaded_rows",
            Type.GAUGE,
            "rows loaded of the table, since the task's beginning",
            "task",
            "table"),
    TABLE_ESTIMATED("millrace_table_estimated_rows", Type.GAUGE, "the source's estimate of its rows", "task", "table"),
    TABLE_COMPLETE("millrace_table_load_over", Type.GAUGE, "1 when the table is loaded", "task", "table"),

    CPU("process_cpu_seconds_total", Type.COUNTER, "processor time of this process"),
    RESIDENT("process_resident_memory_bytes", Type.GAUGE, "memory in RAM, mapped log included; on Linux"),
    RESIDENT_MOST("process_resident_memory_max_bytes", Type.GAUGE, "the most that it ever was; on Linux"),
    STARTED("process_start_time_seconds", Type.GAUGE, "when the process started"),
    OPEN_FILES("process_open_fds", Type.GAUGE, "open file descriptors"),
    MOST_FILES("process_max_fds", Type.GAUGE, "the most that it may open"),
    HEAP("jvm_memory_used_bytes", Type.GAUGE, "memory of the JVM", "area"),
    HEAP_MOST("jvm_memory_max_bytes", Type.GAUGE, "the most that it may use", "area"),
    THREADS("jvm_threads_current", Type.GAUGE, "threads"),
    COLLECTIONS("jvm_gc_collections_total", Type.COUNTER, "garbage collections", "gc"),
    COLLECTION_TIME("jvm_gc_collection_seconds_total", Type.COUNTER, "time that they took", "gc");

    /** What Prometheus may do with a metric. */
    enum Type {
        /** Only grows, but for a new start from 0. */
        COUNTER,
        /** Goes up and down. */
        GAUGE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String metricName;
    private final Type type;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> labels;

    Metric(String metricName, Type type, String meaning, String... labels) {
        this.metricName = metricName;
        this.type = type;
        this.meaning = meaning;
        this.labels = List.of(labels);
    }

    /** As it is exposed. */
    public String metricName() {
        return metricName;
    }

    /** {@code counter} or {@code gauge}. */
    public String type() {
        return type.text();
    }

    public String meaning() {
        return meaning;
    }

    public List<String> labels() {
        return labels;
    }
}
