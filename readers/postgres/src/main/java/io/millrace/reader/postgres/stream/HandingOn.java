package io.millrace.reader.postgres.stream;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Gives what is committed to the log while more comes, as {@code engine/decisions/0061-commits-are-handed-on.md} says: at once after a
 * pause, then every {@value #NANOS} ns. Confined to the stream's thread. Hot path: runs before each read of the socket.
 */
public final class HandingOn implements LongConsumer {
    static final long NANOS = 3_000_000;

    private final BooleanSupplier isInside;
    private final LongSupplier position;
    private final Runnable flush;
    private long handedOn;
    private long handedOnAt;

    /**
     * Nothing is committed yet.
     *
     * @param isInside whether a transaction is open
     * @param position behind the last commit
     * @param now in the terms of {@link System#nanoTime}
     */
    public HandingOn(BooleanSupplier isInside, LongSupplier position, Runnable flush, long now) {
        this.isInside = isInside;
        this.position = position;
        this.flush = flush;
        handedOn = position.getAsLong();
        handedOnAt = now - NANOS;
    }

    /** All that came was read. */
    @Override
    public void accept(long now) {
        long committed = position.getAsLong();
        if (committed != handedOn && now - handedOnAt >= NANOS && !isInside.getAsBoolean()) {
            handedOn = committed;
            handedOnAt = now;
            flush.run();
        }
    }
}
