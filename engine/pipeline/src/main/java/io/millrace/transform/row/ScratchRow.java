package io.millrace.transform.row;

import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory of one row, which the next one takes. Confined to one thread; allocates to grow. */
public final class ScratchRow implements RowSpace {
    private static final int FIRST_CAPACITY = 4 << 10;

    private final RowEncoder encoder = new RowEncoder(this);
    private ByteBuffer memory = ByteBuffer.allocateDirect(FIRST_CAPACITY);

    /** Forgets the row; its encoder with an empty record. */
    public RowEncoder begin() {
        encoder.beginRecord();
        return encoder;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same memory, not the same bytes
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(
                    (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(requiredLength, 2L * memory.capacity())));
            new UnsafeBuffer(larger).putBytes(0, buffer, recordOffset, usedLength);
            memory = larger;
        }
        if (buffer.byteBuffer() != memory) {
            buffer.wrap(memory);
        }
        return 0;
    }
}
