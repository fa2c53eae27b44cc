package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import org.agrona.concurrent.NanoClock;

/** Bounds the wait for a snapshot of which a chunk can be read. Confined to the loader. */
final class SnapshotPatience {
    /** Between two attempts. */
    static final long PAUSE_NANOS = 10_000_000L;

    private static final long LONGEST_NANOS = 300_000_000_000L;
    private static final int MOST_DOUBTS = 10_000;

    private final NanoClock clock;
    private long since;
    private int doubts;

    SnapshotPatience(NanoClock clock) {
        this.clock = clock;
    }

    /** Another chunk begins. */
    void begin() {
        doubts = 0;
        again();
    }

    /** The same chunk, from its snapshot on. */
    void again() {
        since = clock.nanoTime();
    }

    /**
     * The source did not give one that could be used.
     *
     * @throws MillraceException with SOURCE_SETTING where it has not for too long
     */
    void lacks(String what, Chunk chunk) {
        long waited = clock.nanoTime() - since;
        if (waited > LONGEST_NANOS) {
            throw failure(what, chunk, "seconds=" + waited / 1_000_000_000L);
        }
    }

    /** One that was given was not what it should be; counted, for lanes come to each, however long that takes. */
    void doubts(String what, Chunk chunk) {
        if (++doubts > MOST_DOUBTS) {
            throw failure(what, chunk, "attempts=" + MOST_DOUBTS);
        }
    }

    private static MillraceException failure(String what, Chunk chunk, String howLong) {
        return new MillraceException(
                ErrorCode.SOURCE_SETTING,
                "no snapshot could be used: waitingFor=" + what + ", table="
                        + chunk.table().plan().source().table() + ", " + howLong);
    }
}
