package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The disk space of a log: what it uses, its quota, and the waiting at the limit.
 *
 * <p>Thread-safe. The sink's thread waits here while the log is full; {@link #freed} and time wake it.
 */
public final class LogSpace {
    private static final long RETRY_MILLIS = 200;

    private final long quotaBytes;
    private long usedBytes;
    private long exemptBytes;
    private long fullSinceMillis;
    private long retainedIndex = -1;
    private MillraceException failure;

    public LogSpace(long quotaBytes) {
        this.quotaBytes = quotaBytes;
    }

    public synchronized long usedBytes() {
        return usedBytes;
    }

    public synchronized void used(long bytes) {
        usedBytes += bytes;
    }

    public synchronized void freed(long bytes) {
        usedBytes -= bytes;
        notifyAll();
    }

    /**
     * Bytes of files that are kept for open chains alone. They do not count: their commit may lie behind what waits for the
     * quota (EXACTNESS 4).
     */
    public synchronized void exempt(long bytes) {
        exemptBytes = bytes;
        notifyAll();
    }

    private long countedBytes() {
        return usedBytes - exemptBytes;
    }

    /** All before this index has been applied. */
    public synchronized void retained(long index) {
        retainedIndex = Math.max(retainedIndex, index);
    }

    public synchronized long fullSinceMillis() {
        return fullSinceMillis;
    }

    public synchronized boolean isFull() {
        return fullSinceMillis != 0;
    }

    /** Whoever waits here, or comes to wait, gets this. */
    public synchronized void fail(MillraceException cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /**
     * Allocates a new file's first bytes, or waits a while where there is no space.
     *
     * @return whether they were allocated; else call again
     */
    public boolean allocate(LogFiles files, Path path, FileChannel channel, int length, SpaceDemand demand) {
        if (!mayPass(length, demand)) {
            return false;
        }
        try {
            files.allocate(path, channel, 0, length);
        } catch (IOException e) {
            awaitSpace(path, e, demand);
            return false;
        }
        grown(length);
        return true;
    }

    /** Waits while the quota does not allow a file to grow. */
    public void awaitGrowth(int length, SpaceDemand demand) {
        while (!mayPass(length, demand)) {
            // It has waited, and asks again.
        }
    }

    /** A file grew. */
    public synchronized void grown(int length) {
        usedBytes += length;
        fullSinceMillis = 0;
    }

    /** Waits while an earlier transaction has taken the log past its quota: none may follow it there. */
    public synchronized void awaitQuota(SpaceDemand demand) {
        while (!demand.isInsideTransaction && !demand.isImmediate && countedBytes() > quotaBytes) {
            throwIfFailed();
            pause();
            if (countedBytes() <= quotaBytes) {
                fullSinceMillis = 0;
            }
        }
    }

    private synchronized boolean mayPass(int length, SpaceDemand demand) {
        throwIfFailed();
        if (demand.isInsideTransaction || demand.isImmediate || countedBytes() + length <= quotaBytes) {
            return true;
        }
        pause();
        return false;
    }

    /** Waits a while for disk space that was not there. */
    public synchronized void awaitSpace(Path path, IOException cause, SpaceDemand demand) {
        if (demand.isImmediate) {
            throw new MillraceException(ErrorCode.LOG_DISK_FULL, "no disk space for a log file: file=" + path, cause);
        }
        if (demand.isInsideTransaction && retainedIndex >= demand.transactionStart) {
            throw new MillraceException(
                    ErrorCode.TRANSACTION_TOO_LARGE,
                    "a transaction fills the disk, and nothing before it is left to free: " + demand.who()
                            + ", used_bytes=" + usedBytes + ", log_disk=" + quotaBytes,
                    cause);
        }
        pause();
        throwIfFailed();
    }

    @SuppressWarnings("WaitNotInLoop") // the callers ask again in a loop
    private void pause() {
        if (fullSinceMillis == 0) {
            fullSinceMillis = System.currentTimeMillis();
        }
        try {
            wait(RETRY_MILLIS);
        } catch (InterruptedException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "a thread that writes the log was interrupted", e);
        }
    }

    private void throwIfFailed() {
        if (failure != null) {
            throw new MillraceException(failure.code(), failure.getMessage(), failure);
        }
    }
}
