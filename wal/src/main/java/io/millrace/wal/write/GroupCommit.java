package io.millrace.wal.write;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.file.LogFiles;
import io.millrace.wal.file.LogSpace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes published documents durable and then moves the durable limit. One force covers whatever was published while the one
 * before ran, so commits share forces under load and none waits for a timer otherwise.
 *
 * <p>Its thread is never interrupted: an interrupt would close the channel that it forces. A force that fails is final
 * and never retried, because the system may have dropped the dirty pages with the error.
 *
 * <p>Thread-safe. Owns the channels of the log's files from {@link #begin} on.
 */
public final class GroupCommit {
    private static final long UNFORCED_LIMIT = 4 << 20;
    private static final long CHORES_MILLIS = 1000;

    /** A file that may hold bytes which are not durable. */
    private static final class OpenFile {
        final LogFile file;
        final FileChannel channel;
        boolean isRetired;
        long length; // once it is retired
        boolean isDirty = true;

        OpenFile(LogFile file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }
    }

    private final LogFiles files;
    private final LogSpace space;
    private final Runnable chores;
    private final Thread thread;
    private final List<OpenFile> open = new ArrayList<>();
    private final PositionTracker published;
    private final PositionTracker forcing;
    private final PositionTracker durable;

    private long publishedCleanIndex;
    private long besideCleanIndex; // behind documents of chains, which nobody waits for
    private long publishedBytes;
    private long forcedBytes;
    private long forces;
    private boolean isClosing;
    private MillraceException failure;
    private volatile long durableIndex;

    public GroupCommit(LogFiles files, LogSpace space, SourcePosition start, long durableIndex, Runnable chores) {
        this.files = files;
        this.space = space;
        this.chores = chores;
        published = new PositionTracker(start);
        forcing = new PositionTracker(start);
        durable = new PositionTracker(start);
        this.durableIndex = durableIndex;
        publishedCleanIndex = durableIndex;
        thread = new Thread(this::run, "millrace-log-sync");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public long durableIndex() {
        return durableIndex;
    }

    public synchronized SourcePosition durablePosition() {
        return durable.position();
    }

    public synchronized long publishedBytes() {
        return publishedBytes;
    }

    public synchronized long forcedBytes() {
        return forcedBytes;
    }

    public synchronized long forces() {
        return forces;
    }

    /**
     * A new file is the current one; the one before it is forced a last time and closed.
     *
     * @param oldLength bytes of the one before that have disk space
     */
    synchronized void begin(LogFile file, FileChannel channel, long oldLength) {
        end(oldLength);
        open.add(new OpenFile(file, channel));
        notifyAll();
    }

    /** No more is written into the current file. */
    synchronized void end(long length) {
        if (!open.isEmpty()) {
            OpenFile last = open.get(open.size() - 1);
            last.isRetired = true;
            last.isDirty = true;
            last.length = length;
        }
    }

    /** Waits until all files but the current one are durable: at most two files ever hold bytes that are not. */
    synchronized void awaitRetired() {
        while (open.size() > 1) {
            throwIfFailed();
            pause(CHORES_MILLIS);
        }
        throwIfFailed();
    }

    /** A document of the current file can be read from now on, once it is durable. */
    synchronized void published(int bytes, long cleanIndex, PositionTracker position) {
        throwIfFailed();
        publishedBytes += bytes;
        open.get(open.size() - 1).isDirty = true;
        if (cleanIndex > publishedCleanIndex) {
            publishedCleanIndex = cleanIndex;
            published.copyFrom(position);
            notifyAll();
        } else if (publishedBytes - forcedBytes >= UNFORCED_LIMIT) {
            notifyAll();
        }
    }

    /** A document of a chain: becomes durable with the next commit, with the next force for its size, or in a while. */
    synchronized void publishedBeside(int bytes, long cleanIndex) {
        throwIfFailed();
        publishedBytes += bytes;
        open.get(open.size() - 1).isDirty = true;
        besideCleanIndex = cleanIndex;
        if (publishedBytes - forcedBytes >= UNFORCED_LIMIT) {
            notifyAll();
        }
    }

    /** Waits until the limit is beyond an index; false after the time, or where the log is closed. */
    public synchronized boolean awaitDurable(long index, long timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (durableIndex <= index && !isClosing && failure == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            pause(left);
        }
        return durableIndex > index;
    }

    synchronized boolean hasFailed() {
        return failure != null;
    }

    public synchronized void throwIfFailed() {
        if (failure != null) {
            throw new MillraceException(failure.code(), failure.getMessage(), failure);
        }
    }

    private boolean hasWork() {
        return publishedCleanIndex > durableIndex || publishedBytes - forcedBytes >= UNFORCED_LIMIT || open.size() > 1;
    }

    private void run() {
        try {
            work();
        } catch (RuntimeException | Error e) {
            fail(new MillraceException(ErrorCode.INVARIANT, "the change log's sync thread failed", e));
        }
    }

    private void work() {
        List<OpenFile> due = new ArrayList<>();
        while (true) {
            long index;
            long bytes;
            synchronized (this) {
                if (!hasWork() && !isClosing) {
                    pause(CHORES_MILLIS);
                }
                publishedCleanIndex = Math.max(publishedCleanIndex, besideCleanIndex);
                if (failure != null || (isClosing && !hasWork())) {
                    return;
                }
                index = publishedCleanIndex;
                bytes = publishedBytes;
                forcing.copyFrom(published);
                due.clear();
                if (hasWork()) {
                    for (OpenFile file : open) {
                        if (file.isDirty) {
                            file.isDirty = false;
                            due.add(file);
                        }
                    }
                }
            }
            if (!force(due)) {
                return;
            }
            synchronized (this) {
                forces += due.size();
                forcedBytes = Math.max(forcedBytes, bytes);
                if (index > durableIndex) {
                    durable.copyFrom(forcing);
                    durableIndex = index;
                }
                closeRetired();
                notifyAll();
            }
            chores.run();
        }
    }

    private boolean force(List<OpenFile> due) {
        for (OpenFile file : due) {
            try {
                files.force(file.file.path(), file.channel);
            } catch (IOException e) {
                fail(new MillraceException(
                        ErrorCode.LOG_SYNC_FAILED, "a force of the change log failed: file=" + file.file.path(), e));
                return false;
            }
        }
        return true;
    }

    private void closeRetired() {
        for (int i = open.size() - 1; i >= 0; i--) {
            OpenFile file = open.get(i);
            if (file.isRetired && !file.isDirty) {
                open.remove(i);
                close(file);
            }
        }
    }

    /** Chronicle sets lengths in whole blocks: what it never wrote into is given back, so that sizes tell the truth. */
    private static void close(OpenFile file) {
        try (FileChannel channel = file.channel) {
            if (file.isRetired && channel.size() > file.length) {
                channel.truncate(file.length);
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot close a log file: file=" + file.file.path(), e);
        }
    }

    void fail(MillraceException cause) {
        synchronized (this) {
            if (failure == null) {
                failure = cause;
            }
            notifyAll();
        }
        space.fail(cause);
    }

    @SuppressWarnings("WaitNotInLoop") // the callers ask again in a loop
    private void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            throw new MillraceException(ErrorCode.INVARIANT, "a thread of the change log was interrupted", e);
        }
    }

    /** Forces what is committed and ends the thread. Idempotent. */
    public void close() {
        synchronized (this) {
            isClosing = true;
            notifyAll();
        }
        boolean wasInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        synchronized (this) {
            open.forEach(GroupCommit::close);
            open.clear();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
