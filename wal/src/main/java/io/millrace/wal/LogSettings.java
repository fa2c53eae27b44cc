package io.millrace.wal;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a change log is opened.
 *
 * @param directory of this log alone; made where it is missing, mode 0700
 * @param quotaBytes {@code resources.log_disk}: above it the reader waits
 * @param fileBytes when a file is closed and the next begun; at most a sixteenth of the quota
 * @param start the source position at which a new log begins; unused where the log exists
 * @param lastTransaction the last one before {@code start}, to be proved on connect, where it is known; unused where the log
 *     exists
 * @param taskName whose log it is; an existing log of another task is refused
 * @param keep {@code resources.log_keep}: how long files stay that every lane has passed, as long as the log is not full
 */
public record LogSettings(
        Path directory,
        long quotaBytes,
        long fileBytes,
        SourcePosition start,
        Optional<TransactionId> lastTransaction,
        String taskName,
        Duration keep) {
    public static final long DEFAULT_FILE_BYTES = 64L << 20;

    public LogSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(taskName, "taskName");
        Objects.requireNonNull(keep, "keep");
    }

    /** One that keeps no more than it must. */
    public LogSettings(
            Path directory,
            long quotaBytes,
            long fileBytes,
            SourcePosition start,
            Optional<TransactionId> lastTransaction,
            String taskName) {
        this(directory, quotaBytes, fileBytes, start, lastTransaction, taskName, Duration.ZERO);
    }
}
