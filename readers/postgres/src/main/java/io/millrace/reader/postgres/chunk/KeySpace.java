package io.millrace.reader.postgres.chunk;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory in which one key at a time is encoded. Confined to one thread. */
final class KeySpace implements RowSpace {
    private byte[] memory = new byte[512];
    private final RowEncoder encoder = new RowEncoder(this);

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.length) {
            memory = Arrays.copyOf(memory, Math.max(requiredLength, memory.length << 1));
        }
        buffer.wrap(memory);
        return 0;
    }

    /** The key columns of a row. */
    KeyBound bound(CopyRow key, byte[] row) {
        encoder.beginRecord();
        key.encode(row, encoder);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return KeyBound.copyOf(image);
    }
}
