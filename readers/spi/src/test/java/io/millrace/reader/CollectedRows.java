package io.millrace.reader;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/** Keeps a chunk's rows as texts, one for each column; NULL is null. */
public final class CollectedRows implements ChunkSink, RowSpace {
    private final TableSchema schema;
    private final Text text;
    private final RowEncoder encoder = new RowEncoder(this);
    private final ImageFlyweight image = new ImageFlyweight();
    private final List<List<String>> rows = new ArrayList<>();
    private byte[] memory = new byte[1024];

    /** How a value becomes text. */
    public interface Text {
        String of(Column column, ImageFlyweight image, int i);
    }

    /** Without any yet. */
    public CollectedRows(TableSchema schema, Text text) {
        this.schema = schema;
        this.text = text;
    }

    public List<List<String>> rows() {
        return rows;
    }

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.length) {
            memory = Arrays.copyOf(memory, Math.max(requiredLength, memory.length << 1));
        }
        buffer.wrap(memory);
        return 0;
    }

    @Override
    public RowEncoder beginRow() {
        Arrays.fill(memory, (byte) 0xA5); // what an encoder forgets shall not look like zeros
        encoder.beginRecord();
        return encoder;
    }

    @Override
    public void endRow() {
        encoder.wrapLastImage(image);
        encoder.endRecord(0, 0);
        List<String> values = new ArrayList<>();
        IntStream.range(0, schema.columns().size())
                .forEach(i -> values.add(text.of(schema.columns().get(i), image, i)));
        rows.add(values);
    }
}
