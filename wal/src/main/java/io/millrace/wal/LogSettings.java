package io.millrace.wal;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import java.nio.file.Path;
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
 */
public record LogSettings(
        Path directory,
        long quotaBytes,
        long fileBytes,
        SourcePosition start,
        Optional<TransactionId> lastTransaction,
        String taskName) {
    public static final long DEFAULT_FILE_BYTES = 64L << 20;

    public LogSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(taskName, "taskName");
    }
}
