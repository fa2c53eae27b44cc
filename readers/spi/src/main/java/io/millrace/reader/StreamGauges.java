package io.millrace.reader;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a reader shows of itself: written by the stream's thread alone, read by any. Written with each packet, so without
 * allocation and without fences.
 */
public class StreamGauges {
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lastCommitMicros = new AtomicLong();
    private final AtomicLong lastHeardMillis = new AtomicLong();
    private volatile boolean isStreaming;
    private long eventCount;
    private long bytesOfEarlier;
    private long bytesOfThis;

    /** The server has begun to send. */
    public final void begun() {
        isStreaming = true;
    }

    /** A packet has come. */
    public final void heard(long receivedBytes, long commitMicros) {
        eventCount++;
        bytesOfThis = receivedBytes;
        events.setRelease(eventCount);
        bytes.setRelease(bytesOfEarlier + receivedBytes);
        lastCommitMicros.setRelease(commitMicros);
    }

    /** The stream had waited for this packet: now and then, since it asks the clock. */
    public final void waited() {
        lastHeardMillis.setRelease(System.currentTimeMillis());
    }

    /** The connection is gone. */
    public final void ended() {
        isStreaming = false;
        bytesOfEarlier += bytesOfThis;
        bytesOfThis = 0;
    }

    public final ChangeStatus status() {
        return new ChangeStatus(
                isStreaming,
                events.getAcquire(),
                bytes.getAcquire(),
                lastCommitMicros.getAcquire(),
                lastHeardMillis.getAcquire());
    }
}
