package io.millrace.reader.mysql;

import io.millrace.reader.ChangeStatus;

/** What a reader shows of itself: written by the stream's thread alone, read by any. Allocates nothing when written. */
final class ReaderGauges {
    private volatile boolean isStreaming;
    private volatile long events;
    private volatile long bytes;
    private volatile long lastCommitMicros;
    private volatile long lastHeardMillis;
    private long bytesOfEarlier;
    private long bytesOfThis;

    /** A packet has come. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void heard(long receivedBytes, long commitMicros) {
        bytesOfThis = receivedBytes;
        events++;
        bytes = bytesOfEarlier + receivedBytes;
        lastCommitMicros = commitMicros;
        isStreaming = true;
    }

    /** The stream waits for the server, or has heard of it after a wait: now and then, since it asks the clock. */
    void waiting() {
        lastHeardMillis = System.currentTimeMillis();
    }

    /** The connection is gone. */
    void ended() {
        isStreaming = false;
        bytesOfEarlier += bytesOfThis;
        bytesOfThis = 0;
    }

    ChangeStatus status() {
        return new ChangeStatus(isStreaming, events, bytes, lastCommitMicros, lastHeardMillis);
    }
}
