package io.millrace.reader.mysql.chunk;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory in which one key at a time is encoded. Confined to one thread. */
final class KeySpace implements RowSpace {
    private ByteBuffer memory = ByteBuffer.allocateDirect(512);
    private final RowEncoder encoder = new RowEncoder(this);

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(requiredLength, memory.capacity() << 1));
            new UnsafeBuffer(larger).putBytes(0, buffer, recordOffset, usedLength);
            memory = larger;
        }
        buffer.wrap(memory);
        return 0;
    }

    /** The key columns of a row. */
    KeyBound bound(WireRow key, RowBytes row) {
        encoder.beginRecord();
        key.encode(row, encoder);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return KeyBound.copyOf(image);
    }
}
