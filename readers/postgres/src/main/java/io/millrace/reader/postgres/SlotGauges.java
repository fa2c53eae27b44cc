package io.millrace.reader.postgres;

import io.millrace.reader.StreamGauges;
import java.util.OptionalLong;

/** What a stream of a slot shows of its server, beside itself: written by the stream's thread alone, read by any. */
final class SlotGauges extends StreamGauges {
    private static final long UNBOUNDED = -1;

    private volatile long holdLimitBytes = UNBOUNDED;
    private volatile long clockOffsetMicros;
    private volatile boolean hasNewTables;

    void holdsAtMost(OptionalLong bytes) {
        holdLimitBytes = bytes.orElse(UNBOUNDED);
    }

    OptionalLong holdLimitBytes() {
        long limit = holdLimitBytes;
        return limit == UNBOUNDED ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    void isAhead(long micros) {
        clockOffsetMicros = micros;
    }

    long clockOffsetMicros() {
        return clockOffsetMicros;
    }

    /** For good: a task is planned anew for them. */
    void newTables() {
        hasNewTables = true;
    }

    boolean hasNewTables() {
        return hasNewTables;
    }
}
