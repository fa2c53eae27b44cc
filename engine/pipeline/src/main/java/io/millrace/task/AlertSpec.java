package io.millrace.task;

import java.time.Duration;
import java.util.Objects;

/**
 * One of {@code alerts:} of a task: somebody wants to know when a number stays above a limit.
 *
 * @param above the limit, in the metric's unit: seconds, bytes or a count
 * @param written the limit as the task file has it
 * @param lasting how long the number must have been above it without a break
 */
public record AlertSpec(AlertMetric metric, double above, String written, Duration lasting, AlertSeverity severity) {
    public AlertSpec {
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(severity, "severity");
        if (!(above >= 0) || lasting.isNegative()) {
            throw new IllegalArgumentException("no limit: above=" + above + ", for=" + lasting);
        }
    }
}
