package io.millrace.pipeline.run;

import io.millrace.error.ErrorCode;
import io.millrace.task.RestartSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * What becomes of a task after a failure.
 *
 * <pre>
 * the error's retry  answer
 * BACKOFF            an outage: again, for as long as it lasts; counts nowhere
 * RESTART            again, so many times within a while; the next one fails the task
 * AWHILE             again for five minutes since the first of its kind; then the task fails
 * OPERATOR, NEVER    the task fails
 * </pre>
 *
 * <p>Confined to the supervisor.
 */
final class RestartBudget {
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LAST_PAUSE_MILLIS = 30_000;

    private final RestartSpec spec;
    private final long awhileMillis;
    private final Deque<Long> failures = new ArrayDeque<>();
    private long refusedSince;
    private long refusedLast;
    private long refusals;
    private long restarts;

    RestartBudget(RestartSpec spec, long awhileMillis) {
        this.spec = spec;
        this.awhileMillis = awhileMillis;
    }

    /** Restarts that were answered so far, outages apart. */
    long restarts() {
        return restarts;
    }

    /** How long to wait before the task is started again; empty where it fails. */
    OptionalLong pauseMillis(ErrorCode code, long nowMillis) {
        return switch (code.retry()) {
            case BACKOFF -> OptionalLong.of(FIRST_PAUSE_MILLIS);
            case RESTART -> afterFailure(nowMillis);
            case AWHILE -> afterRefusal(nowMillis);
            case OPERATOR, NEVER -> OptionalLong.empty();
        };
    }

    private OptionalLong afterFailure(long nowMillis) {
        while (!failures.isEmpty()
                && nowMillis - failures.peek() >= spec.within().toMillis()) {
            failures.remove();
        }
        if (failures.size() >= spec.failures()) {
            return OptionalLong.empty();
        }
        failures.add(nowMillis);
        restarts++;
        return OptionalLong.of(pause(failures.size()));
    }

    /** What was refused once more after long enough a time in which nothing was is another matter. */
    private OptionalLong afterRefusal(long nowMillis) {
        if (refusals == 0 || nowMillis - refusedLast > awhileMillis) {
            refusedSince = nowMillis;
            refusals = 0;
        }
        refusals++;
        refusedLast = nowMillis;
        if (nowMillis - refusedSince >= awhileMillis) {
            return OptionalLong.empty();
        }
        restarts++;
        return OptionalLong.of(Math.min(pause(refusals), refusedSince + awhileMillis - nowMillis));
    }

    private static long pause(long count) {
        return Math.min(LAST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, count - 1));
    }
}
