package io.millrace.alert;

import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.task.AlertSeverity;
import io.millrace.task.AlertSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a task's alerts: each is raised once when its number has been above its limit for as long as it asks, and cleared once
 * when it is not any more. A number that nobody knows leaves an alert as it is.
 *
 * <p>Observed by one thread; {@link #states} may be asked by any.
 */
public final class AlertWatch {
    private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);

    private final String task;
    private final Readings readings = new Readings();
    private volatile List<AlertState> states;

    public AlertWatch(String task, List<AlertSpec> alerts) {
        this.task = task;
        states = alerts.stream()
                .map(alert -> new AlertState(alert, OptionalDouble.empty(), 0, false))
                .toList();
    }

    /** In the order of the task file. */
    public List<AlertState> states() {
        return states;
    }

    /** Looks at all alerts. */
    public void observe(PipelineStatus status, long nowMillis) {
        if (states.isEmpty()) {
            return;
        }
        readings.observe(status, nowMillis);
        List<AlertState> next = new ArrayList<>();
        for (AlertState state : states) {
            OptionalDouble value = readings.of(state.alert().metric(), status, nowMillis);
            next.add(value.isPresent() ? judged(state, value.getAsDouble(), nowMillis) : state);
        }
        states = List.copyOf(next);
    }

    private AlertState judged(AlertState before, double value, long nowMillis) {
        AlertSpec alert = before.alert();
        boolean isAbove = value > alert.above();
        long since = !isAbove ? 0 : before.sinceMillis() > 0 ? before.sinceMillis() : nowMillis;
        boolean isRaised = isAbove && nowMillis - since >= alert.lasting().toMillis();
        AlertState state = new AlertState(alert, OptionalDouble.of(value), since, isRaised);
        if (isRaised && !before.isRaised()) {
            raise(state);
        } else if (!isRaised && before.isRaised()) {
            LOG.info("alert cleared: {}", text(state));
        }
        return state;
    }

    private void raise(AlertState state) {
        String since = Instant.ofEpochMilli(state.sinceMillis()).toString();
        if (state.alert().severity() == AlertSeverity.CRITICAL) {
            LOG.error("alert raised: {}, since={}", text(state), since);
        } else if (state.alert().severity() == AlertSeverity.WARNING) {
            LOG.warn("alert raised: {}, since={}", text(state), since);
        } else {
            LOG.info("alert raised: {}, since={}", text(state), since);
        }
    }

    private String text(AlertState state) {
        AlertSpec alert = state.alert();
        return "task=" + task + ", metric=" + alert.metric().text() + ", severity="
                + alert.severity().text() + ", above=" + alert.written() + ", value="
                + shown(alert, state.value().orElseThrow());
    }

    private static String shown(AlertSpec alert, double value) {
        return switch (alert.metric().unit()) {
            case TIME -> BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP) + "s";
            case SIZE -> BigDecimal.valueOf(value / (1 << 20)).setScale(1, RoundingMode.HALF_UP) + "MiB";
            case COUNT -> Long.toString((long) value);
        };
    }
}
