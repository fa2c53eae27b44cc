package io.millrace.task;

import java.time.Duration;
import java.util.Objects;

/**
 * {@code delivery:} of a task: when a lane's batch ends, apart from running dry. Consistency is by row.
 *
 * @param flushInterval upper bound of a batch's age
 * @param batchRows upper bound of a batch's row changes
 * @param batchBytes upper bound of a batch's bytes in the log
 */
public record DeliverySpec(Duration flushInterval, int batchRows, long batchBytes) {
    public static final DeliverySpec DEFAULT = new DeliverySpec(Duration.ofMillis(200), 50_000, 8L << 20);

    public DeliverySpec {
        Objects.requireNonNull(flushInterval, "flushInterval");
        if (batchRows < 1 || batchBytes < 1) {
            throw new IllegalArgumentException(
                    "a batch holds at least one row: batchRows=" + batchRows + ", batchBytes=" + batchBytes);
        }
    }

    public DeliverySpec withFlushInterval(Duration interval) {
        return new DeliverySpec(interval, batchRows, batchBytes);
    }

    public DeliverySpec withBatchRows(int rows) {
        return new DeliverySpec(flushInterval, rows, batchBytes);
    }

    public DeliverySpec withBatchBytes(long bytes) {
        return new DeliverySpec(flushInterval, batchRows, bytes);
    }
}
