package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReadLimitTest {
    private static final OptionalLong NONE = OptionalLong.empty();

    /** Goes on where somebody waits, and then by somewhat more than he asked for. */
    private long nanos;

    private ReadLimit limit(OptionalLong rows, OptionalLong bytes) {
        return new ReadLimit(rows, bytes, () -> nanos);
    }

    private ReadMeter meter(ReadLimit limit, boolean isStopped) {
        return new ReadMeter(limit, () -> isStopped, asked -> nanos += asked + asked / 3);
    }

    private double secondsFor(ReadLimit limit, int rows, int length) {
        long before = nanos;
        ReadMeter meter = meter(limit, false);
        for (int i = 0; i < rows; i++) {
            meter.passed(length);
        }
        return (nanos - before) / 1e9;
    }

    @Test
    void shouldWaitWhenRowsComeTooFast() {
        double seconds = secondsFor(limit(OptionalLong.of(50_000), NONE), 100_000, 1_000_000);
        assertTrue(seconds >= 1.9 && seconds < 2.1, () -> "seconds=" + seconds);
    }

    @Test
    void shouldWaitWhenBytesComeTooFast() {
        double seconds = secondsFor(limit(NONE, OptionalLong.of(1_000_000)), 10_000, 200);
        assertTrue(seconds >= 1.9 && seconds < 2.1, () -> "seconds=" + seconds);
    }

    @Test
    void shouldShareTheRateWhenSeveralRead() {
        ReadLimit limit = limit(OptionalLong.of(1_000), NONE);
        ReadMeter one = meter(limit, false);
        ReadMeter other = meter(limit, false);
        for (int i = 0; i < 1_000; i++) {
            one.passed(1);
            other.passed(1);
        }
        assertTrue(nanos >= 1_900_000_000L && nanos < 2_100_000_000L, () -> "nanos=" + nanos);
    }

    @Test
    void shouldNotSaveUpTimeWhenNothingWasRead() {
        ReadLimit limit = limit(OptionalLong.of(1_000), NONE);
        secondsFor(limit, 10, 1);
        nanos += 60_000_000_000L;
        double seconds = secondsFor(limit, 1_000, 1);
        assertTrue(seconds >= 0.9, () -> "seconds=" + seconds);
    }

    @Test
    void shouldGoOnAtOnceWhenStopped() {
        ReadMeter meter = meter(limit(OptionalLong.of(1), NONE), true);
        long before = nanos;
        for (int i = 0; i < 100; i++) {
            meter.passed(1);
        }
        assertTrue(nanos - before < 1_000_000_000L, () -> "nanos=" + (nanos - before));
    }

    @Test
    void shouldNotLookAtTheClockWhenThereIsNoLimit() {
        ReadLimit limit = new ReadLimit(NONE, NONE, () -> nanos++);
        long before = nanos;
        ReadMeter meter = meter(limit, false);
        for (int i = 0; i < 1_000; i++) {
            meter.passed(1_000);
        }
        assertEquals(before, nanos);
    }
}
