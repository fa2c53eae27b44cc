package io.millrace.reader.mysql;

import io.millrace.reader.ChangeStatus;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a reader shows of itself: written by the stream's thread alone, read by any. Written with each packet, so without
 * allocation and without fences.
 */
final class ReaderGauges {
    static final int FILE_BITS = 21;
    private static final int OFFSET_BITS = Long.SIZE - FILE_BITS;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lastCommitMicros = new AtomicLong();
    private final AtomicLong lastHeardMillis = new AtomicLong();
    private volatile boolean isStreaming;
    private volatile long clockOffsetMicros;
    private final AtomicLong place = new AtomicLong();
    private long eventCount;
    private long bytesOfEarlier;
    private long bytesOfThis;

    /** The server has begun to send. */
    void begun() {
        isStreaming = true;
    }

    /** The server has said what time it is there. */
    void clock(SourceClock clock) {
        clockOffsetMicros = clock.offsetMicros();
    }

    long clockOffsetMicros() {
        return clockOffsetMicros;
    }

    /** The stream waits: all before the place is decoded. Packed into one word, so that both are of one moment. */
    void at(EventPlace event) {
        place.setRelease(((long) event.fileNumber() << OFFSET_BITS) | (event.end() & OFFSET_MASK));
    }

    /** Number of the file, in its low {@value #FILE_BITS} bits, in which the stream waited last; 0 before the first. */
    static int fileNumber(long place) {
        return (int) (place >>> OFFSET_BITS);
    }

    /** Offset in that file. */
    static long offset(long place) {
        return place & OFFSET_MASK;
    }

    long place() {
        return place.getAcquire();
    }

    /** A packet has come. */
    void heard(long receivedBytes, long commitMicros) {
        eventCount++;
        bytesOfThis = receivedBytes;
        events.setRelease(eventCount);
        bytes.setRelease(bytesOfEarlier + receivedBytes);
        lastCommitMicros.setRelease(commitMicros);
    }

    /** The stream had waited for this packet: now and then, since it asks the clock. */
    void waited() {
        lastHeardMillis.setRelease(System.currentTimeMillis());
    }

    /** The connection is gone. */
    void ended() {
        isStreaming = false;
        bytesOfEarlier += bytesOfThis;
        bytesOfThis = 0;
    }

    ChangeStatus status() {
        return new ChangeStatus(
                isStreaming,
                events.getAcquire(),
                bytes.getAcquire(),
                lastCommitMicros.getAcquire(),
                lastHeardMillis.getAcquire());
    }
}
