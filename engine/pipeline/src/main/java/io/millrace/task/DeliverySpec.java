package io.millrace.task;

import java.time.Duration;
import java.util.Objects;

/**
 * {@code delivery:} of a task: when a lane's batch ends, apart from running dry, and what the source is told.
 *
 * @param flushInterval upper bound of a batch's age
 * @param batchRows upper bound of a batch's row changes
 * @param batchBytes upper bound of a batch's bytes in the log
 * @param consistency where a target transaction may end
 * @param holdAtSourceBytes up to this much a source holds what the target has not committed yet; beyond it our durable log is
 *     enough
 * @param delay after its commit at the source a change is applied at the earliest
 */
public record DeliverySpec(
        Duration flushInterval,
        int batchRows,
        long batchBytes,
        long holdAtSourceBytes,
        Consistency consistency,
        Duration delay) {
    private static final long HOLD_BYTES = 1L << 30;

    public static final DeliverySpec DEFAULT = new DeliverySpec(Duration.ofMillis(200), 50_000, 8L << 20);

    public DeliverySpec {
        Objects.requireNonNull(flushInterval, "flushInterval");
        Objects.requireNonNull(consistency, "consistency");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("not a delay: delay=" + delay);
        }
        if (batchRows < 1 || batchBytes < 1) {
            throw new IllegalArgumentException(
                    "a batch holds at least one row: batchRows=" + batchRows + ", batchBytes=" + batchBytes);
        }
        if (holdAtSourceBytes < 0) {
            throw new IllegalArgumentException("not a size: holdAtSourceBytes=" + holdAtSourceBytes);
        }
    }

    /** By row, with the default hold at the source. */
    public DeliverySpec(Duration flushInterval, int batchRows, long batchBytes) {
        this(flushInterval, batchRows, batchBytes, HOLD_BYTES, Consistency.ROW, Duration.ZERO);
    }

    public DeliverySpec withFlushInterval(Duration interval) {
        return new DeliverySpec(interval, batchRows, batchBytes, holdAtSourceBytes, consistency, delay);
    }

    public DeliverySpec withBatchRows(int rows) {
        return new DeliverySpec(flushInterval, rows, batchBytes, holdAtSourceBytes, consistency, delay);
    }

    public DeliverySpec withBatchBytes(long bytes) {
        return new DeliverySpec(flushInterval, batchRows, bytes, holdAtSourceBytes, consistency, delay);
    }

    public DeliverySpec withHoldAtSourceBytes(long bytes) {
        return new DeliverySpec(flushInterval, batchRows, batchBytes, bytes, consistency, delay);
    }

    public DeliverySpec withConsistency(Consistency some) {
        return new DeliverySpec(flushInterval, batchRows, batchBytes, holdAtSourceBytes, some, delay);
    }

    public DeliverySpec withDelay(Duration time) {
        return new DeliverySpec(flushInterval, batchRows, batchBytes, holdAtSourceBytes, consistency, time);
    }
}
