package io.millrace.lane;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyHasher;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes images of a table with an integer key and a number, in memory that stays. */
final class RowMaker {
    final TableSchema schema;
    private final KeyHasher hasher;
    private final List<ByteBuffer> kept = new ArrayList<>();

    RowMaker(String name) {
        schema = new TableSchema(new TableId("shop", name), 1, List.of(column("id"), column("n")), List.of(0));
        hasher = KeyHasher.of(schema);
    }

    private static Column column(String name) {
        return new Column(name, ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false);
    }

    /** An image, its address in its buffer. */
    ImageFlyweight image(long key, long number) {
        ByteBuffer memory = ByteBuffer.allocateDirect(256);
        kept.add(memory);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encoder.beginImage(2);
        encoder.putLong(0, key);
        encoder.putLong(1, number);
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    long hash(ImageFlyweight image) {
        return hasher.hash(image);
    }

    static long address(ImageFlyweight image) {
        return ((UnsafeBuffer) image.buffer()).addressOffset();
    }
}
