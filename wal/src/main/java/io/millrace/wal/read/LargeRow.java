package io.millrace.wal.read;

import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/** Puts rows together that are split over documents. Owns their memory. Confined to the tailer's thread. */
final class LargeRow {
    private final List<long[]> held = new ArrayList<>();
    private long address;
    private int length;
    private int filled;

    boolean isIncomplete() {
        return filled < length;
    }

    long address() {
        return address;
    }

    /** Copies a part; false where it is not the one that is due. */
    boolean add(int rowLength, int offset, long from, int partLength) {
        if (!isIncomplete()) {
            address = UnsafeApi.allocateMemory(rowLength);
            held.add(new long[] {address});
            length = rowLength;
            filled = 0;
        }
        if (rowLength != length || offset != filled || partLength > length - filled) {
            return false;
        }
        UnsafeApi.copyMemory(from, address + offset, partLength);
        filled += partLength;
        return true;
    }

    /** Frees the whole rows; one that is not whole yet stays. */
    void release() {
        boolean isKept = isIncomplete();
        for (int i = held.size() - 1; i >= 0; i--) {
            long at = held.get(i)[0];
            if (!isKept || at != address) {
                UnsafeApi.freeMemory(at);
                held.remove(i);
            }
        }
    }

    void abandon() {
        length = 0;
        filled = 0;
        release();
    }
}
