package io.millrace.reader;

import io.millrace.row.RowSpace;
import org.agrona.concurrent.UnsafeBuffer;

/** Rows on the heap, one at a time. */
public final class HeapSpace implements RowSpace {
    private byte[] memory = new byte[256];

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.length) {
            byte[] larger = new byte[Math.max(requiredLength, 2 * memory.length)];
            System.arraycopy(memory, 0, larger, 0, usedLength);
            memory = larger;
        }
        buffer.wrap(memory);
        return 0;
    }
}
