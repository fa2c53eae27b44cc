package io.millrace.reader.mysql;

import io.millrace.reader.StreamGauges;
import io.millrace.reader.mysql.event.EventPlace;
import java.util.concurrent.atomic.AtomicLong;

/** What a reader shows of itself, with the server's clock and the place where the stream waited. */
final class ReaderGauges extends StreamGauges {
    static final int FILE_BITS = 21;
    private static final int OFFSET_BITS = Long.SIZE - FILE_BITS;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private volatile long clockOffsetMicros;
    private final AtomicLong place = new AtomicLong();

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
}
