package io.millrace.lane;

import io.millrace.error.MillraceException;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a lane has been without its target, and when it asks again: after a pause that doubles, up to half a minute. Confined to a
 * lane.
 */
final class TargetOutage {
    private static final Logger LOG = LoggerFactory.getLogger(TargetOutage.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LAST_PAUSE_NANOS = 30_000_000_000L;

    private final int lane;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private long retryAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private String text = "";
    private long sinceMillis;

    TargetOutage(int lane, NanoClock nanoClock, EpochClock epochClock) {
        this.lane = lane;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
    }

    /** The target was not reached, again or for the first time. */
    void failed(MillraceException e) {
        if (text.isEmpty()) {
            LOG.warn("lane waits for the target: lane={}, {}", lane, e.display());
            sinceMillis = epochClock.time();
        }
        text = e.display();
        retryAt = nanoClock.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LAST_PAUSE_NANOS, pauseNanos << 1);
    }

    /** The target answered. */
    void ended() {
        if (!text.isEmpty()) {
            LOG.info("lane reaches the target again: lane={}", lane);
        }
        text = "";
        sinceMillis = 0;
        pauseNanos = FIRST_PAUSE_NANOS;
    }

    boolean isRetryDue() {
        return nanoClock.nanoTime() - retryAt >= 0;
    }

    /** What was wrong last, or empty where nothing is. */
    String text() {
        return text;
    }

    /** Since when, in milliseconds of the epoch; 0 where nothing is wrong. */
    long sinceMillis() {
        return sinceMillis;
    }
}
