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
    private static final int BATCH_ROWS = 200_000;
    private static final long MOST_BATCH_BYTES = 32L << 20;
    private static final int BATCH_SHARE = 4;

    public static final DeliverySpec DEFAULT = within(ResourceSpec.defaults());

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

    /**
     * What is not said: large batches, in which more changes of one key meet, all lanes' together no more than a quarter of the task's
     * memory ({@code engine/decisions/0048-larger-batches.md}).
     */
    public static DeliverySpec within(ResourceSpec resources) {
        long share = resources.memoryBytes() / BATCH_SHARE / resources.writeConcurrency();
        return new DeliverySpec(Duration.ofMillis(200), BATCH_ROWS, Math.min(share, MOST_BATCH_BYTES));
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
