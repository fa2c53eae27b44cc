package io.millrace.transform.row;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowSpace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory for rows that stay where they were made until all are forgotten together, as the log's mapped bytes do.
 *
 * <p>Confined to a lane. Owns its memory; allocates to grow.
 */
public final class RowArena implements RowSpace {
    private static final int BLOCK_LENGTH = 1 << 20;

    private final List<ByteBuffer> blocks = new ArrayList<>();
    private int block;
    private int position;

    @Override
    @SuppressWarnings("ReferenceEquality") // the same memory, not the same bytes
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (blocks.isEmpty() || blocks.get(block).capacity() - position < requiredLength) {
            moveOn(requiredLength);
            if (usedLength > 0) {
                new UnsafeBuffer(blocks.get(block)).putBytes(0, buffer, recordOffset, usedLength);
            }
        }
        ByteBuffer memory = blocks.get(block);
        if (buffer.byteBuffer() != memory) {
            buffer.wrap(memory); // which costs as much as some columns of a row
        }
        return position;
    }

    /** To a block that has room; one that is too small for a large row stays behind unused. */
    private void moveOn(int requiredLength) {
        do {
            block += blocks.isEmpty() ? 0 : 1;
            position = 0;
            if (block == blocks.size()) {
                long length = Math.max(BLOCK_LENGTH, Math.min(Integer.MAX_VALUE - 8L, 2L * requiredLength));
                blocks.add(ByteBuffer.allocateDirect((int) length));
            }
        } while (blocks.get(block).capacity() < requiredLength);
    }

    /** The row that was made last stays. */
    void keep(int length) {
        position += RowDescriptor.align(length);
    }

    /** Keeps a copy of an image, and points {@code to} at it. */
    public void copy(ImageFlyweight image, ImageFlyweight to) {
        int bytes = image.buffer().capacity();
        UnsafeBuffer memory = new UnsafeBuffer(0, 0);
        int at = grow(memory, 0, 0, bytes);
        memory.putBytes(at, image.buffer(), 0, bytes);
        to.wrap(memory.addressOffset() + at, bytes);
        keep(bytes);
    }

    /** Bytes that rows take. */
    public long bytes() {
        long sum = position;
        for (int i = 0; i < block; i++) {
            sum += blocks.get(i).capacity();
        }
        return sum;
    }

    /** Forgets all rows; blocks that were made for one large row are given back. */
    public void clear() {
        if (block > 0) {
            blocks.removeIf(each -> each.capacity() > BLOCK_LENGTH);
        }
        block = 0;
        position = 0;
    }
}
