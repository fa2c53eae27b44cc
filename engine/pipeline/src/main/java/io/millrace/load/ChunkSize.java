package io.millrace.load;

/** How many rows the next chunk shall have, so that one takes about a second. Confined to the loader. */
final class ChunkSize {
    static final int FEWEST = 1_000;
    static final int FIRST = 20_000;
    static final int MOST = 200_000;

    private static final long GOAL_NANOS = 1_000_000_000L;

    private int rows = FIRST;

    int rows() {
        return rows;
    }

    /** Learns from a chunk, by at most a factor of two. Small chunks teach nothing. */
    void took(long chunkRows, long nanos) {
        if (chunkRows < rows / 2 || nanos <= 0) {
            return;
        }
        double fitting = (double) chunkRows * GOAL_NANOS / nanos;
        double bounded = Math.max(rows / 2.0, Math.min(rows * 2.0, fitting));
        rows = (int) Math.max(FEWEST, Math.min(MOST, bounded));
    }
}
