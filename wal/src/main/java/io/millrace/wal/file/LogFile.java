package io.millrace.wal.file;

import io.millrace.wal.codec.DocumentDescriptor;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One file of the log that belongs to its history.
 *
 * @param cycle its number, counted over all epochs
 * @param epoch the open that wrote it
 * @param path where it lies
 * @param continuesFrom the index up to which the log before it is valid
 */
public record LogFile(int cycle, int epoch, Path path, long continuesFrom) {
    static final String SUFFIX = ".cq4";

    public long firstIndex() {
        return DocumentDescriptor.index(cycle, 0);
    }

    public static Path epochDirectory(Path log, int epoch) {
        return log.resolve(String.format(Locale.ROOT, "e%010d", epoch));
    }
}
