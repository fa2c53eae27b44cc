package io.millrace.task;

import java.time.Duration;

/**
 * {@code restart:} of a task: how often it is started again from its checkpoints after an error that a new start may answer.
 *
 * @param failures so many within {@code within} are answered; the next one fails the task. 0: the first one does
 */
public record RestartSpec(int failures, Duration within) {
    public static final RestartSpec DEFAULT = new RestartSpec(3, Duration.ofMinutes(30));

    public RestartSpec {
        if (failures < 0 || within.isNegative() || within.isZero()) {
            throw new IllegalArgumentException("not a budget: failures=" + failures + ", within=" + within);
        }
    }
}
