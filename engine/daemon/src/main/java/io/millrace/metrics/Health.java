package io.millrace.metrics;

import io.millrace.alert.AlertState;
import io.millrace.daemon.text.Json;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Stall;
import io.millrace.position.SourcePosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the process is worth keeping: it is, unless its task has failed or a part of it stalls. An outage of source or target is
 * none of that: a new process would wait as this one does. Thread-safe.
 */
final class Health {
    private final TaskMetrics task;

    Health(TaskMetrics task) {
        this.task = task;
    }

    boolean isWell() {
        return task.state() != PipelineState.FAILED
                && task.status()
                        .map(status -> status.vitals().stalls().isEmpty())
                        .orElse(true);
    }

    /** What a person wants to know next: the state, what holds it up, and the positions, which are no numbers. */
    String json() {
        Map<String, Object> health = Json.object();
        health.put("task", task.task());
        health.put("status", lower(task.state()));
        health.put("healthy", isWell());
        Optional<PipelineStatus> status = task.status();
        health.put("step", status.map(each -> lower(each.step())));
        health.put("held_up_by", status.map(PipelineStatus::text).filter(text -> !text.isEmpty()));
        health.put("stalled", stalls(status));
        health.put("alerts", alerts());
        health.put(
                "source_position",
                status.flatMap(PipelineStatus::sourcePosition).map(SourcePosition::text));
        health.put(
                "acknowledged_position",
                status.flatMap(each -> each.vitals().acknowledged()).map(SourcePosition::text));
        health.put(
                "target_position",
                status.flatMap(PipelineStatus::targetPosition).map(SourcePosition::text));
        return Json.write(health);
    }

    /** Those that are raised. They leave the process healthy: what they tell of is seldom mended by another one. */
    private List<Map<String, Object>> alerts() {
        List<Map<String, Object>> alerts = new ArrayList<>();
        for (AlertState state : task.alerts()) {
            if (state.isRaised()) {
                Map<String, Object> each = Json.object();
                each.put("metric", state.alert().metric().text());
                each.put("severity", state.alert().severity().text());
                each.put("above", state.alert().written());
                each.put("since", Instant.ofEpochMilli(state.sinceMillis()));
                alerts.add(each);
            }
        }
        return alerts;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static List<Map<String, Object>> stalls(Optional<PipelineStatus> status) {
        List<Map<String, Object>> stalls = new ArrayList<>();
        for (Stall stall : status.map(each -> each.vitals().stalls()).orElse(List.of())) {
            Map<String, Object> each = Json.object();
            each.put("stage", stall.stage());
            each.put("thread", stall.thread());
            each.put("since", Instant.ofEpochMilli(stall.sinceMillis()));
            each.put("waiting", stall.waiting());
            stalls.add(each);
        }
        return stalls;
    }
}
