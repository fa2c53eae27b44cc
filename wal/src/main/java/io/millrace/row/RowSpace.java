package io.millrace.row;

import org.agrona.concurrent.UnsafeBuffer;

/** The memory in which a {@link RowEncoder} builds a record: a document of the change log, or a buffer of a chunk. */
public interface RowSpace {
    /**
     * Makes room for a record that is being built. Where the memory behind it does not suffice, the bytes so far are moved
     * to a place that does.
     *
     * @param buffer wrapped anew where the record moves
     * @param recordOffset where the record starts in {@code buffer} now
     * @param usedLength bytes of the record so far, to be kept
     * @param requiredLength bytes that must be writable from the record's start
     * @return where the record starts in {@code buffer} from now on
     */
    int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength);
}
