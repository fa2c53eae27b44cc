package io.millrace.lane;

/**
 * When a lane's batch ends, and when its checkpoint is written although it has no rows.
 *
 * @param batchRows at the most
 * @param batchBytes of own rows, at the most
 * @param heldBytes of mapped log, rows of all lanes, at the most
 * @param flushNanos age of a batch, at the most
 * @param idleNanos between checkpoints without rows (EXACTNESS 5)
 * @param idleBytes of log passed between checkpoints without rows
 */
public record LaneSettings(
        int batchRows, long batchBytes, long heldBytes, long flushNanos, long idleNanos, long idleBytes) {
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final long IDLE_BYTES = 64L << 20;

    /** With the limits that users do not set. */
    public static LaneSettings of(int batchRows, long batchBytes, long flushNanos) {
        return new LaneSettings(batchRows, batchBytes, 4 * batchBytes, flushNanos, IDLE_NANOS, IDLE_BYTES);
    }
}
