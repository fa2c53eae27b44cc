package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.DURATION;
import static io.millrace.task.yaml.KeyType.INTEGER;
import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.SECTIONS;
import static io.millrace.task.yaml.KeyType.SIZE;
import static io.millrace.task.yaml.KeyType.TEXT;

import io.millrace.task.AlertMetric;
import io.millrace.task.yaml.Key;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The keys that say how a task runs: when it writes, what it may use, when it is started again and who is told. */
final class RunKeys {
    private RunKeys() {}

    static List<Key> all() {
        return List.of(
                Key.optional("delivery", SECTION, "", "when changes are written"),
                Key.choice(
                        "delivery.consistency",
                        "row",
                        "where a target transaction may end: anywhere, or only where one of the source does,"
                                + " which takes one lane; a statement that stands within one parts it",
                        "row",
                        "transaction"),
                Key.choice(
                        "delivery.acknowledge",
                        "target",
                        "up to where a source that keeps its log for us may forget it: what the target has committed",
                        "target"),
                Key.optional(
                        "delivery.hold_at_source",
                        TEXT,
                        "1GiB",
                        "where the source would hold more than this for us, or than half of its max_slot_wal_keep_size, it is"
                                + " acknowledged up to our durable log; 0: always; unlimited: never"),
                Key.optional(
                        "delivery.flush_interval",
                        DURATION,
                        "200ms",
                        "upper bound of a batch's age; a lane that runs dry flushes at once"),
                Key.optional("delivery.batch_rows", INTEGER, "200000", "upper bound of a batch's row changes"),
                Key.optional(
                        "delivery.batch_bytes",
                        SIZE,
                        "32MiB",
                        "upper bound of a batch's bytes in the log; where it is not said, all lanes' batches take a quarter of"
                                + " resources.memory at most"),
                Key.optional(
                        "delivery.delay",
                        DURATION,
                        "0s",
                        "a change is applied this long after its commit at the source, by the source's clock, and no earlier"),
                Key.optional("resources", SECTION, "", "what the task may use"),
                Key.optional(
                        "resources.read_concurrency",
                        INTEGER,
                        "2",
                        "chunks of the full load read at once, each with a writer of its own: no more than write_concurrency"),
                Key.optional(
                        "resources.write_concurrency",
                        INTEGER,
                        "min(4, cores)",
                        "lanes: connections that apply; each is closed after a minute with nothing to apply"),
                Key.optional("resources.memory", SIZE, "256MiB", "what batches that cannot end yet may take"),
                Key.optional(
                        "resources.log_disk",
                        SIZE,
                        "10GiB, or half of what is free at first start",
                        "the change log's quota; at the limit reading waits"),
                Key.optional(
                        "resources.log_keep",
                        DURATION,
                        "0s",
                        "applied changes stay in the log this long, to be replayed into a target that was restored; while the log is full they do not"),
                Key.optional(
                        "resources.rows_per_second",
                        TEXT,
                        "unlimited",
                        "whole number: rows that are read a second, by load and stream together"),
                Key.optional(
                        "resources.bytes_per_second",
                        TEXT,
                        "unlimited",
                        "size: bytes of those rows, as they lie in memory"),
                Key.optional(
                        "restart",
                        SECTION,
                        "",
                        "how often a task is started again after an error that a new start may answer"),
                Key.optional(
                        "restart.failures",
                        INTEGER,
                        "3",
                        "so many within restart.within are answered, the next one fails the task; 0: the first one does"),
                Key.optional("restart.within", DURATION, "30m", "the time over which failures are counted"),
                Key.optional(
                        "alerts", SECTIONS, "", "numbers of which somebody wants to know when they stay above a limit"),
                Key.choice(
                                "alerts[].metric",
                                "",
                                metrics(),
                                Arrays.stream(AlertMetric.values())
                                        .map(AlertMetric::text)
                                        .toArray(String[]::new))
                        .asRequired(),
                Key.required(
                        "alerts[].above", TEXT, "the limit: a time, a size or a whole number, as the metric has it"),
                Key.optional("alerts[].for", DURATION, "0s", "how long it must have been above that without a break"),
                Key.choice(
                        "alerts[].severity",
                        "warning",
                        "critical ones are errors in the log",
                        "info",
                        "warning",
                        "critical"),
                Key.later("alerts[].notify", "who is told"));
    }

    private static String metrics() {
        return Arrays.stream(AlertMetric.values())
                .map(metric -> metric.text() + ": " + metric.meaning())
                .collect(Collectors.joining("; "));
    }
}
