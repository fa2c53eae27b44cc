package io.millrace.wal.write;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory outside the heap for a record that outgrows its document. Kept between records while it is small.
 *
 * <p>Confined to the sink's thread, which frees it.
 */
final class SpillBuffer {
    private static final int KEPT_BYTES = 4 << 20;

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private long address;
    private int capacity;
    private boolean isInUse;

    boolean isInUse() {
        return isInUse;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Makes room for a record, whose bytes so far lie in another buffer or here. */
    void grow(UnsafeBuffer record, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > capacity) {
            long larger = Math.max((long) requiredLength + (requiredLength >> 1), 1 << 20);
            int nextCapacity = (int) Math.min(larger, Integer.MAX_VALUE - 16);
            long next = UnsafeApi.allocateMemory(nextCapacity);
            UnsafeApi.copyMemory(record.addressOffset() + recordOffset, next, usedLength);
            release();
            address = next;
            capacity = nextCapacity;
        } else if (!isInUse) {
            UnsafeApi.copyMemory(record.addressOffset() + recordOffset, address, usedLength);
        }
        isInUse = true;
        buffer.wrap(address, capacity);
        record.wrap(address, capacity);
    }

    /** The record is done with. */
    void clear() {
        isInUse = false;
        if (capacity > KEPT_BYTES) {
            release();
        }
    }

    void free() {
        isInUse = false;
        release();
    }

    private void release() {
        if (address != 0) {
            UnsafeApi.freeMemory(address);
            address = 0;
            capacity = 0;
        }
    }
}
