package io.millrace.wal;

/**
 * A glance at a log.
 *
 * @param bytesOnDisk all files of the log
 * @param quotaBytes {@code resources.log_disk}
 * @param files how many files
 * @param isFull whether the reader waits for space: the quota or the file system is at its limit
 * @param fullSinceMillis since when, in milliseconds since 1970, 0 where it is not
 * @param appendedBytes bytes published since the open
 * @param forcedBytes bytes of those that are durable
 * @param forces how many forces were done
 */
public record LogStatus(
        long bytesOnDisk,
        long quotaBytes,
        int files,
        boolean isFull,
        long fullSinceMillis,
        long appendedBytes,
        long forcedBytes,
        long forces) {}
