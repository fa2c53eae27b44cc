package io.millrace.load;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * How fast a task may read, its load and its stream together: {@code resources.rows_per_second} and {@code bytes_per_second}. What was
 * read moves a common moment on by the time that it was worth, and whoever read it waits until then. Time in which nothing was
 * read is saved up for no longer than a wait may last too long. Thread-safe.
 */
public final class ReadLimit {
    private static final int SHARES_A_SECOND = 100;
    private static final long SAVED_NANOS = 50_000_000L;

    private final OptionalLong rowsPerSecond;
    private final OptionalLong bytesPerSecond;
    private final NanoClock clock;
    private final AtomicLong due;

    /** Empty is without limit. */
    public ReadLimit(OptionalLong rowsPerSecond, OptionalLong bytesPerSecond, NanoClock clock) {
        this.rowsPerSecond = rowsPerSecond;
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        due = new AtomicLong(clock.nanoTime());
    }

    boolean isNone() {
        return rowsPerSecond.isEmpty() && bytesPerSecond.isEmpty();
    }

    /** After how many rows a reader asks again: some hundred times a second. */
    long share() {
        return share(rowsPerSecond);
    }

    long shareBytes() {
        return share(bytesPerSecond);
    }

    private static long share(OptionalLong perSecond) {
        return perSecond.isEmpty() ? Long.MAX_VALUE : Math.max(1, perSecond.getAsLong() / SHARES_A_SECOND);
    }

    /** Returns when whoever has read so much may go on. */
    long charge(long rows, long bytes) {
        long nanos = Math.max(worth(rows, rowsPerSecond), worth(bytes, bytesPerSecond));
        long earliest = clock.nanoTime() - SAVED_NANOS;
        return due.updateAndGet(last -> (last - earliest > 0 ? last : earliest) + nanos);
    }

    private static long worth(long count, OptionalLong perSecond) {
        return perSecond.isEmpty() ? 0 : (long) (count * 1e9 / perSecond.getAsLong());
    }

    boolean isDue(long moment) {
        return clock.nanoTime() - moment >= 0;
    }
}
