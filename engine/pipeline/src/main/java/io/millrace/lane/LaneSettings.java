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
 * @param isByTransaction whether a batch ends only where a source transaction does
 * @param memoryBytes of a batch that cannot end yet, at the most
 */
public record LaneSettings(
        int batchRows,
        long batchBytes,
        long heldBytes,
        long flushNanos,
        long idleNanos,
        long idleBytes,
        boolean isByTransaction,
        long memoryBytes) {
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final long IDLE_BYTES = 64L << 20;

    /** By row, with the limits that users do not set. */
    public static LaneSettings of(int batchRows, long batchBytes, long flushNanos) {
        return new LaneSettings(
                batchRows, batchBytes, 4 * batchBytes, flushNanos, IDLE_NANOS, IDLE_BYTES, false, Long.MAX_VALUE);
    }

    public LaneSettings withTransactions(boolean isWhole) {
        return new LaneSettings(
                batchRows, batchBytes, heldBytes, flushNanos, idleNanos, idleBytes, isWhole, memoryBytes);
    }

    public LaneSettings withMemoryBytes(long bytes) {
        return new LaneSettings(
                batchRows, batchBytes, heldBytes, flushNanos, idleNanos, idleBytes, isByTransaction, bytes);
    }
}
