package io.millrace.lane.batch;

import io.millrace.lane.table.TableBinding;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts an image that lacks columns over an older one of the same row: what it has counts, what it lacks is the older one's. The
 * result lies in memory of its own, until {@link #clear}.
 *
 * <p>Confined to a lane. Owns its memory; allocates to grow.
 */
final class ImageMerger {
    private static final int BLOCK_LENGTH = 1 << 20;

    private final List<ByteBuffer> blocks = new ArrayList<>();
    private final UnsafeBuffer to = new UnsafeBuffer(0, 0);
    private int block;
    private int used;
    private long address;
    private int length;

    /** Merges; the result stands at {@link #address}. */
    void merge(TableBinding table, ImageFlyweight older, ImageFlyweight newer) {
        int columns = newer.columnCount();
        length = lengthOf(table, older, newer);
        claim(length);
        to.putInt(RowDescriptor.IMAGE_LENGTH_OFFSET, length);
        to.putInt(RowDescriptor.IMAGE_COLUMN_COUNT_OFFSET, columns);
        int words = RowDescriptor.bitWords(columns);
        for (int word = 0; word < words; word++) {
            to.putLong(RowDescriptor.IMAGE_BITS_OFFSET + (word << 3), -1L);
            to.putLong(RowDescriptor.IMAGE_BITS_OFFSET + ((words + word) << 3), 0L);
        }
        int position = RowDescriptor.imageFixedLength(columns);
        int slots = RowDescriptor.slotsOffset(columns);
        for (int i = 0; i < columns; i++) {
            ImageFlyweight from = newer.isPresent(i) ? newer : older;
            long slot = 0;
            if (!from.isPresent(i)) {
                clearBit(i);
            } else if (from.isNull(i)) {
                setBit(words, i);
            } else if (table.isFixed(i)) {
                slot = from.longAt(i);
            } else {
                int count = from.valueLength(i);
                DirectBuffer source = from.buffer();
                to.putBytes(position, source, from.valueOffset(i), count);
                slot = (long) count << 32 | position;
                position += count;
            }
            to.putLong(slots + (i << 3), slot);
        }
    }

    private static int lengthOf(TableBinding table, ImageFlyweight older, ImageFlyweight newer) {
        int columns = newer.columnCount();
        int sum = RowDescriptor.imageFixedLength(columns);
        for (int i = 0; i < columns; i++) {
            ImageFlyweight from = newer.isPresent(i) ? newer : older;
            if (!table.isFixed(i) && from.isPresent(i) && !from.isNull(i)) {
                sum = Math.addExact(sum, from.valueLength(i));
            }
        }
        return RowDescriptor.align(sum);
    }

    private void clearBit(int column) {
        int at = RowDescriptor.IMAGE_BITS_OFFSET + ((column >>> 6) << 3);
        to.putLong(at, to.getLong(at) & ~(1L << column));
    }

    private void setBit(int words, int column) {
        int at = RowDescriptor.IMAGE_BITS_OFFSET + ((words + (column >>> 6)) << 3);
        to.putLong(at, to.getLong(at) | 1L << column);
    }

    private void claim(int needed) {
        while (block < blocks.size() && blocks.get(block).capacity() - used < needed) {
            block++;
            used = 0;
        }
        if (block == blocks.size()) {
            blocks.add(ByteBuffer.allocateDirect(Math.max(BLOCK_LENGTH, needed)));
        }
        to.wrap(blocks.get(block), used, needed);
        address = to.addressOffset();
        used += needed;
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    /** Bytes that merged images take. */
    long bytes() {
        return (long) block * BLOCK_LENGTH + used;
    }

    /** Forgets all images; blocks that were made for one large image are given back. */
    void clear() {
        if (block > 0) {
            blocks.removeIf(each -> each.capacity() > BLOCK_LENGTH);
        }
        block = 0;
        used = 0;
    }
}
