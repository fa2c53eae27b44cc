package io.millrace.task;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * {@code resources:} of a task.
 *
 * @param readConcurrency chunks of the full load that are read at once
 * @param writeConcurrency lanes
 * @param memoryBytes upper bound of what the task buffers beside the log's mapped blocks
 * @param logDiskBytes the change log's quota; empty for 10 GiB or half of what is free at the first start, whichever is less
 * @param logKeep how long applied changes stay in it, as long as it is not full
 * @param rowsPerSecond that are read, by load and stream together; empty for no limit
 * @param bytesPerSecond of those rows
 */
public record ResourceSpec(
        int readConcurrency,
        int writeConcurrency,
        long memoryBytes,
        OptionalLong logDiskBytes,
        Duration logKeep,
        OptionalLong rowsPerSecond,
        OptionalLong bytesPerSecond) {
    private static final int MOST_DEFAULT_LANES = 4;

    public ResourceSpec {
        Objects.requireNonNull(logDiskBytes, "logDiskBytes");
        Objects.requireNonNull(logKeep, "logKeep");
        Objects.requireNonNull(rowsPerSecond, "rowsPerSecond");
        Objects.requireNonNull(bytesPerSecond, "bytesPerSecond");
        if (readConcurrency < 1 || writeConcurrency < 1 || memoryBytes < 1) {
            throw new IllegalArgumentException("at least one is needed: readConcurrency=" + readConcurrency
                    + ", writeConcurrency=" + writeConcurrency + ", memoryBytes=" + memoryBytes);
        }
        if (rowsPerSecond.orElse(1) < 1 || bytesPerSecond.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "a rate is at least one: rowsPerSecond=" + rowsPerSecond + ", bytesPerSecond=" + bytesPerSecond);
        }
    }

    /** Two readers, a lane a core but at most four, 256 MiB, no limits of reading. */
    public static ResourceSpec defaults() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ResourceSpec(
                2,
                Math.min(MOST_DEFAULT_LANES, cores),
                256L << 20,
                OptionalLong.empty(),
                Duration.ZERO,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    public ResourceSpec withReadConcurrency(int readers) {
        return new ResourceSpec(
                readers, writeConcurrency, memoryBytes, logDiskBytes, logKeep, rowsPerSecond, bytesPerSecond);
    }

    public ResourceSpec withWriteConcurrency(int lanes) {
        return new ResourceSpec(
                readConcurrency, lanes, memoryBytes, logDiskBytes, logKeep, rowsPerSecond, bytesPerSecond);
    }

    public ResourceSpec withMemoryBytes(long bytes) {
        return new ResourceSpec(
                readConcurrency, writeConcurrency, bytes, logDiskBytes, logKeep, rowsPerSecond, bytesPerSecond);
    }

    public ResourceSpec withLogDiskBytes(long bytes) {
        return new ResourceSpec(
                readConcurrency,
                writeConcurrency,
                memoryBytes,
                OptionalLong.of(bytes),
                logKeep,
                rowsPerSecond,
                bytesPerSecond);
    }

    /** Reads no more than so many rows, and so many bytes of rows, a second. */
    public ResourceSpec withRates(OptionalLong rows, OptionalLong bytes) {
        return new ResourceSpec(readConcurrency, writeConcurrency, memoryBytes, logDiskBytes, logKeep, rows, bytes);
    }
}
