package io.millrace.reader.postgres.connection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets a busy walsender work without waking its reader for every change.
 *
 * <p>A walsender sends each change by itself. A reader that is faster sleeps between two of them, and it is the sender that pays
 * for waking it: a fifth of its time, while it is the one that limits the stream. So once there are more than
 * {@value #DENSE_READS} reads within a millisecond, this one rests {@value #REST_NANOS} ns before it asks for more, as long as
 * the last read took all that was there, until a rest brings less than {@value #LEAST_BYTES} bytes. Single changes are never
 * held up by it. It notes when bytes came.
 *
 * <p>It also says when the reader has all that was read, for whoever keeps it to hand it on: the driver says that nothing waits only after
 * nothing has come for a millisecond, and a steady stream of small transactions has no such gap.
 *
 * <p>Confined to the connection's thread.
 */
final class GatheringStream extends FilterInputStream {
    static final long REST_NANOS = 100_000;
    static final long WINDOW_NANOS = 1_000_000;
    static final int DENSE_READS = 50;
    static final int LEAST_BYTES = 1024;

    /** How a thread rests. */
    interface Rest {
        void nanos(long nanos);
    }

    private final LongSupplier clock;
    private final Rest rest;
    private final LongConsumer heard;
    private final LongConsumer taken;
    private boolean isDense;
    private boolean hasMore;
    private int reads;
    private long windowStart;

    /**
     * @param heard takes the time when bytes came
     * @param taken takes the time before bytes are asked for, when all that was there the last time was handed out
     */
    GatheringStream(InputStream in, LongSupplier clock, Rest rest, LongConsumer heard, LongConsumer taken) {
        super(in);
        this.clock = clock;
        this.rest = rest;
        this.heard = heard;
        this.taken = taken;
        windowStart = clock.getAsLong();
    }

    static GatheringStream of(InputStream in, StreamHearing hearing) {
        return new GatheringStream(in, System::nanoTime, LockSupport::parkNanos, hearing::heard, hearing::taken);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (isDense && !hasMore) {
            rest.nanos(REST_NANOS);
            taken.accept(clock.getAsLong());
            int count = in.read(bytes, offset, length);
            isDense = count >= LEAST_BYTES;
            hasMore = count == length;
            note(count, clock.getAsLong());
            return count;
        }
        if (!hasMore) {
            taken.accept(clock.getAsLong());
        }
        int count = in.read(bytes, offset, length);
        hasMore = count == length;
        long now = clock.getAsLong();
        note(count, now);
        if (!isDense) {
            count(now);
        }
        return count;
    }

    private void note(int count, long now) {
        if (count > 0) {
            heard.accept(now);
        }
    }

    private void count(long now) {
        if (now - windowStart >= WINDOW_NANOS) {
            windowStart = now;
            reads = 0;
        }
        isDense = ++reads > DENSE_READS;
        if (isDense) {
            reads = 0;
        }
    }
}
