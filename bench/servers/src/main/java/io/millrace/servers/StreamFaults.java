package io.millrace.servers;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is to happen to one direction of bytes, either of one connection or of a whole proxy, and how far it has come.
 * Offsets count from the first byte that this object saw. Confined to the lock of its {@link FaultProxy}.
 */
final class StreamFaults {
    private final NavigableMap<Long, Integer> flips = new TreeMap<>();
    private ByteArrayOutputStream recorded;
    private long passed;
    private long endAt = Long.MAX_VALUE;
    private boolean endIsReset;
    private boolean held;
    private long delayNanos;
    private long bytesPerSecond;

    long passed() {
        return passed;
    }

    void endAfter(long bytes, boolean reset) {
        endAt = passed + bytes;
        endIsReset = reset;
    }

    void flip(long offset, int mask) {
        flips.put(offset, mask);
    }

    void hold(boolean isHeld) {
        held = isHeld;
    }

    void delay(long nanos) {
        delayNanos = nanos;
    }

    void throttle(long rate) {
        bytesPerSecond = rate;
    }

    /** Keeps a copy of all bytes from now on. */
    void record() {
        recorded = new ByteArrayOutputStream();
    }

    byte[] recorded() {
        return recorded == null ? new byte[0] : recorded.toByteArray();
    }

    void clear() {
        flips.clear();
        endAt = Long.MAX_VALUE;
        held = false;
        delayNanos = 0;
        bytesPerSecond = 0;
    }

    boolean isHeld() {
        return held;
    }

    long delayNanos() {
        return delayNanos;
    }

    /** How many of that many bytes may pass in one go: up to the end, and a fiftieth of a second's worth. */
    int permitted(int length) {
        long slice = bytesPerSecond == 0 ? Long.MAX_VALUE : Math.max(1, bytesPerSecond / 50);
        return (int) Math.min(length, Math.min(slice, endAt - passed));
    }

    /** How long that many bytes take at the permitted rate. */
    long nanosFor(int length) {
        return bytesPerSecond == 0 ? 0 : length * 1_000_000_000L / bytesPerSecond;
    }

    /** Damages what is due among these bytes and counts them as passed. */
    void pass(byte[] bytes, int offset, int length) {
        Map<Long, Integer> due = flips.subMap(passed, passed + length);
        due.forEach((at, mask) -> {
            int index = offset + (int) (at - passed);
            bytes[index] = (byte) (bytes[index] ^ mask);
        });
        due.clear();
        if (recorded != null) {
            recorded.write(bytes, offset, length);
        }
        passed += length;
    }

    boolean isAtEnd() {
        return passed >= endAt;
    }

    /** Whether the end is to be abrupt. An end that was reached does not come again. */
    boolean takeEnd() {
        endAt = Long.MAX_VALUE;
        return endIsReset;
    }
}
