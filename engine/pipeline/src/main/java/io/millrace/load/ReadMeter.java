package io.millrace.load;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Counts what one thread reads, and holds it up where the task reads too fast. Confined to that thread. Hot path: a count and two
 * comparisons a row.
 */
public final class ReadMeter {
    private static final long SLICE_NANOS = 5_000_000L;

    private final ReadLimit limit;
    private final BooleanSupplier isStopped;
    private final LongConsumer pause;
    private final boolean isOff;
    private final long share;
    private final long shareBytes;
    private long rows;
    private long bytes;

    /** @param isStopped ends a wait */
    public ReadMeter(ReadLimit limit, BooleanSupplier isStopped) {
        this(limit, isStopped, LockSupport::parkNanos);
    }

    /** @param pause waits that many nanoseconds, or somewhat longer */
    ReadMeter(ReadLimit limit, BooleanSupplier isStopped, LongConsumer pause) {
        this.pause = pause;
        this.limit = limit;
        this.isStopped = isStopped;
        isOff = limit.isNone();
        share = limit.share();
        shareBytes = limit.shareBytes();
    }

    /** One row was read. */
    public void passed(long length) {
        if (isOff) {
            return;
        }
        rows++;
        bytes += length;
        if (rows >= share || bytes >= shareBytes) {
            settle();
        }
    }

    private void settle() {
        long until = limit.charge(rows, bytes);
        rows = 0;
        bytes = 0;
        while (!limit.isDue(until) && !isStopped.getAsBoolean()) {
            pause.accept(SLICE_NANOS);
        }
    }
}
