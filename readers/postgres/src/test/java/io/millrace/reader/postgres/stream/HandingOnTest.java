package io.millrace.reader.postgres.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HandingOnTest {
    private long now = Long.MAX_VALUE - 10; // clocks turn over
    private boolean isInside;
    private long position = 100;
    private int flushes;

    private final HandingOn handing = new HandingOn(() -> isInside, () -> position, () -> flushes++, now);

    private int flushesAt(long nanosLater) {
        now += nanosLater;
        handing.accept(now);
        return flushes;
    }

    @Test
    void shouldHandTheFirstCommitOnAtOnceAndOthersInTheirTime() {
        assertEquals(0, flushesAt(10));
        position++;
        assertEquals(1, flushesAt(10));
        position++;
        assertEquals(1, flushesAt(HandingOn.NANOS - 1));
        assertEquals(2, flushesAt(1));
        position++;
        assertEquals(3, flushesAt(HandingOn.NANOS));
    }

    @Test
    void shouldHandNothingOnWhenNothingIsCommitted() {
        assertEquals(0, flushesAt(10 * HandingOn.NANOS));
        position++;
        assertEquals(1, flushesAt(0));
        assertEquals(1, flushesAt(10 * HandingOn.NANOS));
    }

    @Test
    void shouldWaitForTheCommitWhenATransactionIsOpen() {
        position++;
        isInside = true;
        assertEquals(0, flushesAt(10 * HandingOn.NANOS));
        isInside = false;
        assertEquals(1, flushesAt(1));
    }
}
