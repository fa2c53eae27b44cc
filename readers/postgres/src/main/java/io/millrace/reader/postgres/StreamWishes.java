package io.millrace.reader.postgres;

import io.millrace.position.PostgresPosition;
import java.util.concurrent.atomic.AtomicLong;

/** What others ask of a stream, over all of its connections. Written by any thread, and read by the stream's. */
final class StreamWishes {
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile boolean isStopped;
    private volatile boolean isHastened;

    void stop() {
        isStopped = true;
    }

    boolean isStopped() {
        return isStopped;
    }

    /** The server shall be asked where it stands, sooner than it would be. */
    void hasten() {
        isHastened = true;
    }

    boolean isHastened() {
        return isHastened;
    }

    /** It is being asked. */
    void hastened() {
        isHastened = false;
    }

    /** What is prepared and not resolved holds the slot back (EXACTNESS 11). */
    void acknowledge(PostgresPosition place) {
        acknowledged.accumulateAndGet(place.neededLsn(), (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }

    /** Everything before it is safe; 0 where nothing is known to be. */
    long acknowledged() {
        return acknowledged.get();
    }
}
