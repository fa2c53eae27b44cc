package io.millrace.lane.table;

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
public final class RowMaker {
    public final TableSchema schema;
    private final KeyHasher hasher;
    private final List<ByteBuffer> kept = new ArrayList<>();

    public RowMaker(String name) {
        this(name, ColumnType.INTEGER);
    }

    /** @param keyType of eight bytes */
    public RowMaker(String name, ColumnType keyType) {
        schema = new TableSchema(
                new TableId("shop", name),
                1,
                List.of(column("id", keyType), column("n", ColumnType.INTEGER)),
                List.of(0));
        hasher = KeyHasher.of(schema);
    }

    private static Column column(String name, ColumnType type) {
        return new Column(name, type, "bigint", false, 8, -1, "", List.of(), false);
    }

    /** An image, its address in its buffer. */
    public ImageFlyweight image(long key, long number) {
        RowEncoder encoder = encoder();
        image(encoder, key, number, false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    /** An image that has the key alone. */
    public ImageFlyweight imageWithoutNumber(long key) {
        RowEncoder encoder = encoder();
        keyAlone(encoder, key, false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    /** A record of an update, wrapped whole, whose images have the keys alone. */
    public ImageFlyweight keyChange(long from, long to) {
        RowEncoder encoder = encoder();
        keyAlone(encoder, from, true);
        keyAlone(encoder, to, false);
        int length = encoder.endRecord(0, 0);
        return new ImageFlyweight().wrap(encoder.buffer(), encoder.recordOffset(), length);
    }

    private RowEncoder encoder() {
        ByteBuffer memory = ByteBuffer.allocateDirect(256);
        kept.add(memory);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        return encoder;
    }

    private static void image(RowEncoder encoder, long key, long number, boolean isBefore) {
        encoder.beginImage(2);
        encoder.putLong(0, key);
        encoder.putLong(1, number);
        encoder.endImage(isBefore);
    }

    private static void keyAlone(RowEncoder encoder, long key, boolean isBefore) {
        encoder.beginImage(2);
        encoder.putLong(0, key);
        encoder.putAbsent(1);
        encoder.endImage(isBefore);
    }

    public long hash(ImageFlyweight image) {
        return hasher.hash(image);
    }

    public static long address(ImageFlyweight image) {
        return ((UnsafeBuffer) image.buffer()).addressOffset();
    }
}
