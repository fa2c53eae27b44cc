package io.millrace.pipeline.run;

import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.load.ReadLimit;
import io.millrace.load.ReadMeter;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeStatus;
import io.millrace.wal.ChangeSink;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.EpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a reader reading: one connection after the other, for as long as an outage lasts. Its thread is the only one that touches
 * the log's sink, and is never interrupted (EXACTNESS 8).
 */
final class SourceLoop {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLoop.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LAST_PAUSE_NANOS = 30_000_000_000L;
    private static final long SLICE_NANOS = 20_000_000L;

    private final ChangeReader reader;
    private final CountingSink sink;
    private final EpochClock clock;
    private volatile boolean isStopped;
    private volatile Outage outage = Outage.NONE;

    /**
     * What keeps the reader from its source.
     *
     * @param error for people; else empty
     * @param sinceMillis milliseconds since 1970; else 0
     */
    record Outage(String error, long sinceMillis) {
        static final Outage NONE = new Outage("", 0);
    }

    SourceLoop(ChangeReader reader, ChangeSink sink, ReadLimit limit, EpochClock clock) {
        this.reader = reader;
        this.sink = new CountingSink(sink, new ReadMeter(limit, () -> isStopped));
        this.clock = clock;
    }

    /** Reads until it is stopped. Every error that no retry answers is thrown. */
    void run() {
        long pauseNanos = FIRST_PAUSE_NANOS;
        while (!isStopped) {
            long eventsBefore = reader.status().events();
            try {
                reader.run(sink);
                return;
            } catch (MillraceException e) {
                if (isStopped) {
                    return;
                }
                sink.endStream();
                sink.flush(); // what was committed before the error is for the lanes
                if (e.code().retry() != Retry.BACKOFF) {
                    throw e;
                }
                boolean hasStreamed = reader.status().events() > eventsBefore;
                pauseNanos = hasStreamed ? FIRST_PAUSE_NANOS : pauseNanos;
                note(e, hasStreamed);
            }
            pause(pauseNanos);
            pauseNanos = Math.min(LAST_PAUSE_NANOS, pauseNanos << 1);
        }
    }

    private void note(MillraceException e, boolean hasStreamed) {
        Outage last = outage;
        boolean isSame = last.sinceMillis() != 0 && !hasStreamed;
        if (!isSame) {
            LOG.warn("source is out of reach: {}", e.display());
        }
        outage = new Outage(e.display(), isSame ? last.sinceMillis() : clock.time());
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (!isStopped && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(SLICE_NANOS);
        }
    }

    /** What keeps the reader from its source now; from any thread. */
    Outage outage() {
        return reader.status().isStreaming() ? Outage.NONE : outage;
    }

    ChangeStatus readerStatus() {
        return reader.status();
    }

    long clockOffsetMicros() {
        return reader.clockOffsetMicros();
    }

    /** What time it is at the source, milliseconds since 1970, as far as is known; from any thread. */
    long sourceTimeMillis() {
        return clock.time() + reader.clockOffsetMicros() / 1_000;
    }

    /** Row changes of all transactions that were committed to the log; from any thread. */
    long rows() {
        return sink.rows();
    }

    /** Ends {@link #run} soon; from any thread. */
    void stop() {
        isStopped = true;
        reader.stop();
    }
}
