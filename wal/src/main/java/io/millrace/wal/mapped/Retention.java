package io.millrace.wal.mapped;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.chain.ChainPins;
import io.millrace.wal.file.CountedCycle;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.LogDirectory;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.file.LogFiles;
import io.millrace.wal.file.LogSpace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Deletes the log's oldest files, two files and a minute, or as long as is asked, behind the slowest checkpoint (EXACTNESS 5), and none that a chain
 * needs ({@link ChainPins}): what keeps a file beyond its time is told to the sink, which may copy it forward. While the log is full it
 * does not wait: a small log would otherwise pass no more than its quota a minute.
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
    private final long waitMillis;
    private final ChainPins pins;
    private long appliedIndex = -1;
    private final Deque<Waiting> waiting = new ArrayDeque<>(); // by their files
    private LogFile wanted;
    private LogFile target; // files before it may go, but for what chains need

    /** Files before one may go once it has waited. */
    private record Waiting(LogFile first, long since) {}

    /** Milliseconds of a clock that never goes back. */
    interface Clock {
        long millis();
    }

    /**
     * Of a log.
     *
     * @param keep how long files are to stay at least, as long as the log is not full
     */
    Retention(Path log, FileChain chain, LogSpace space, LogFiles files, ChainPins pins, Clock clock, Duration keep) {
        waitMillis = Math.max(MILLIS_BEHIND, keep.toMillis());
        this.log = log;
        this.pins = pins;
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
        appliedIndex = Math.max(appliedIndex, index);
        if (at - FILES_BEHIND > 0) {
            wanted = list.get(at - FILES_BEHIND);
        }
    }

    private synchronized LogFile due() {
        LogFile due = nextDue();
        if (due != null && (target == null || due.cycle() > target.cycle())) {
            target = due;
        }
        return target;
    }

    private LogFile nextDue() {
        long now = clock.millis();
        boolean isNews = wanted != null
                && (waiting.isEmpty()
                        || wanted.cycle() > waiting.getLast().first().cycle());
        if (isNews) {
            waiting.addLast(new Waiting(wanted, now));
        }
        LogFile due = null;
        while (!waiting.isEmpty() && (space.isFull() || now - waiting.getFirst().since() >= waitMillis)) {
            due = waiting.removeFirst().first();
        }
        wanted = null;
        return due;
    }

    @Override
    public void run() {
        LogFile due = due();
        if (due == null) {
            return;
        }
        try {
            LogFile first = firstNeeded(due);
            chain.removeBefore(first);
            deleteBefore(first);
            noteKept(first, due);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "a log file cannot be deleted: directory=" + log, e);
        }
    }

    /** The oldest file that is not due, or that a chain needs. */
    private LogFile firstNeeded(LogFile due) {
        int needed = Math.min(pins.open(), pins.committed(applied()));
        for (LogFile file : chain.files()) {
            if (file.cycle() >= needed || file.cycle() >= due.cycle()) {
                return file;
            }
        }
        return due;
    }

    private synchronized long applied() {
        return appliedIndex;
    }

    private void noteKept(LogFile first, LogFile due) throws IOException {
        if (first.cycle() >= due.cycle()) {
            pins.want(0);
            space.exempt(0);
            synchronized (this) {
                target = target != null && target.cycle() > due.cycle() ? target : null;
            }
            return;
        }
        boolean isForOpen = pins.open() <= first.cycle();
        pins.want(isForOpen ? due.cycle() : 0);
        long bytes = 0;
        int end = Math.min(due.cycle(), pins.committed(applied()));
        for (LogFile file : chain.files()) {
            if (isForOpen && file.cycle() < end) {
                bytes += Files.size(file.path());
            }
        }
        space.exempt(bytes);
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
