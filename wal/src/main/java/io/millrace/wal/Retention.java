package io.millrace.wal;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Deletes the log's oldest files, two files and a minute behind the slowest checkpoint (EXACTNESS 5). While the log is full it
 * does not wait for the minute: a small log would otherwise pass no more than its quota a minute.
 *
 * <p>{@link #retainFrom} is thread-safe; the rest runs on the sync thread.
 */
final class Retention implements Runnable {
    static final int FILES_BEHIND = 2;
    static final long MILLIS_BEHIND = 60_000;

    private final Path log;
    private final FileChain chain;
    private final LogSpace space;
    private final LogFiles files;
    private final Clock clock;

    private LogFile candidate; // files before it may go once the minute has passed
    private long candidateSince;
    private LogFile wanted;

    /** Milliseconds of a clock that never goes back. */
    interface Clock {
        long millis();
    }

    Retention(Path log, FileChain chain, LogSpace space, LogFiles files, Clock clock) {
        this.log = log;
        this.chain = chain;
        this.space = space;
        this.files = files;
        this.clock = clock;
    }

    /** Everything before this index has been applied. */
    synchronized void retainFrom(long index) {
        List<LogFile> list = chain.files();
        LogFile holder = chain.fileOf(index);
        int at = list.indexOf(holder);
        if (at - FILES_BEHIND > 0) {
            wanted = list.get(at - FILES_BEHIND);
        }
    }

    private synchronized LogFile due() {
        long now = clock.millis();
        if (space.isFull() && wanted != null) {
            LogFile due = wanted;
            wanted = null;
            candidate = null;
            return due;
        }
        if (candidate == null) {
            candidate = wanted;
            candidateSince = now;
            return null;
        }
        if (now - candidateSince < MILLIS_BEHIND) {
            return null;
        }
        LogFile due = candidate;
        candidate = wanted != null && wanted.cycle() > due.cycle() ? wanted : null;
        candidateSince = now;
        return due;
    }

    @Override
    public void run() {
        LogFile first = due();
        if (first == null) {
            return;
        }
        chain.removeBefore(first);
        try {
            deleteBefore(first);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "a log file cannot be deleted: directory=" + log, e);
        }
    }

    private void deleteBefore(LogFile first) throws IOException {
        for (Path directory : LogDirectory.epochs(log)) {
            int epoch = LogDirectory.epochOf(directory);
            if (epoch > first.epoch()) {
                return;
            }
            boolean isEmpty = true;
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
                for (Path path : paths) {
                    int cycle = CountedCycle.cycleOf(path.getFileName().toString());
                    if (cycle >= 0 && cycle < first.cycle()) {
                        long bytes = Files.size(path);
                        files.delete(path);
                        space.freed(bytes);
                    } else if (cycle >= 0) {
                        isEmpty = false;
                    }
                }
            }
            if (isEmpty && epoch < first.epoch()) {
                LogDirectory.deleteEpoch(directory);
            }
        }
    }

    /** What the files take. */
    long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (Path directory : LogDirectory.epochs(log)) {
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
                for (Path path : paths) {
                    bytes += Files.size(path);
                }
            }
        }
        return bytes;
    }
}
