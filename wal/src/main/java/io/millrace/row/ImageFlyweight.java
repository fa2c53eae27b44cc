package io.millrace.row;

import static io.millrace.row.RowDescriptor.IMAGE_BITS_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_COLUMN_COUNT_OFFSET;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one image of a row: {@link RowDescriptor} draws it. Any column is reached in O(1) without allocation.
 *
 * <p>Valid until the callback that handed it out returns, or until its memory is released; copy to keep. Confined to one thread.
 */
public final class ImageFlyweight {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private int columnCount;
    private int nullBits;
    private int slots;

    public ImageFlyweight wrap(DirectBuffer source, int offset, int length) {
        buffer.wrap(source, offset, length);
        return wrapped();
    }

    public ImageFlyweight wrap(long address, int length) {
        buffer.wrap(address, length);
        return wrapped();
    }

    private ImageFlyweight wrapped() {
        columnCount = buffer.getInt(IMAGE_COLUMN_COUNT_OFFSET);
        nullBits = IMAGE_BITS_OFFSET + (RowDescriptor.bitWords(columnCount) << 3);
        slots = RowDescriptor.slotsOffset(columnCount);
        return this;
    }

    public int columnCount() {
        return columnCount;
    }

    /** Whether the source sent the column at all. */
    public boolean isPresent(int column) {
        return (buffer.getLong(IMAGE_BITS_OFFSET + ((column >>> 6) << 3)) >>> column & 1L) != 0;
    }

    /** Whether every column was sent. */
    public boolean isComplete() {
        int full = columnCount >>> 6;
        for (int i = 0; i < full; i++) {
            if (buffer.getLong(IMAGE_BITS_OFFSET + (i << 3)) != -1L) {
                return false;
            }
        }
        long mask = (1L << columnCount) - 1;
        return (columnCount & 63) == 0 || (buffer.getLong(IMAGE_BITS_OFFSET + (full << 3)) & mask) == mask;
    }

    /** A hash of which columns were sent. */
    public int presenceHash() {
        long hash = 0;
        for (int i = 0, words = RowDescriptor.bitWords(columnCount); i < words; i++) {
            hash = hash * 31 + buffer.getLong(IMAGE_BITS_OFFSET + (i << 3));
        }
        return Long.hashCode(hash);
    }

    /** Whether the column was sent and is NULL. */
    public boolean isNull(int column) {
        return (buffer.getLong(nullBits + ((column >>> 6) << 3)) >>> column & 1L) != 0;
    }

    /** The slot of a fixed-width column. */
    public long longAt(int column) {
        return buffer.getLong(slots + (column << 3));
    }

    /** Where the bytes of a variable column start in {@link #buffer}. */
    public int valueOffset(int column) {
        return buffer.getInt(slots + (column << 3));
    }

    /** How many bytes a variable column has. */
    public int valueLength(int column) {
        return buffer.getInt(slots + (column << 3) + 4);
    }

    long presentBits(int word) {
        return buffer.getLong(IMAGE_BITS_OFFSET + (word << 3));
    }

    long nullBits(int word) {
        return buffer.getLong(nullBits + (word << 3));
    }

    int length() {
        return buffer.capacity();
    }

    boolean isOutsideHeap() {
        return buffer.byteArray() == null;
    }

    /** Only of one outside the heap. */
    long address() {
        return buffer.addressOffset();
    }

    /** The image's bytes, for the offsets of this flyweight. */
    public DirectBuffer buffer() {
        return buffer;
    }
}
