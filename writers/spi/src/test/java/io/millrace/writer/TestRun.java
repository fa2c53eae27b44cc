package io.millrace.writer;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rows of one table, encoded from Java values: Long, Integer and Boolean for fixed types, Double and Float for theirs, String
 * and byte[] for variable ones, null for NULL, {@link #ABSENT} for what the source did not send.
 */
public final class TestRun implements Run {
    /** The source did not send the column. */
    public static final Object ABSENT = new Object();

    private final TargetTable table;
    private final RunOperation operation;
    private boolean refusesMissing;
    private boolean makesNoRow;
    private final List<byte[]> images = new ArrayList<>();
    private final Map<Integer, byte[]> befores = new HashMap<>();
    private final ImageFlyweight flyweight = new ImageFlyweight();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    public TestRun(TargetTable table, RunOperation operation) {
        this.table = table;
        this.operation = operation;
    }

    TestRun refusingMissing() {
        refusesMissing = true;
        return this;
    }

    TestRun makingNoRow() {
        makesNoRow = true;
        return this;
    }

    @Override
    public boolean refusesMissing() {
        return refusesMissing;
    }

    @Override
    public boolean makesNoRow() {
        return makesNoRow;
    }

    /** Adds a row: a value for each column of the source. */
    public TestRun row(Object... values) {
        images.add(image(table.source(), values));
        return this;
    }

    /** Adds a row with the image of before, of which only the key counts. */
    public TestRun change(Object[] before, Object... values) {
        befores.put(images.size(), image(table.source(), before));
        return row(values);
    }

    /** An image of those values. */
    public static byte[] image(TableSchema schema, Object... values) {
        RowEncoder encoder = new RowEncoder((buffer, recordOffset, used, required) -> {
            byte[] bytes = buffer.byteArray() == null
                    ? new byte[Math.max(4096, required)]
                    : Arrays.copyOf(buffer.byteArray(), Math.max(required, buffer.capacity() * 2));
            buffer.wrap(bytes);
            return 0;
        });
        encoder.beginRecord();
        encoder.beginImage(values.length);
        for (int i = 0; i < values.length; i++) {
            put(encoder, i, schema.columns().get(i), values[i]);
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        byte[] bytes = new byte[image.buffer().capacity()];
        image.buffer().getBytes(0, bytes);
        return bytes;
    }

    private static void put(RowEncoder encoder, int number, Column column, Object value) {
        if (value == ABSENT) {
            encoder.putAbsent(number);
        } else if (value == null) {
            encoder.putNull(number);
        } else if (value instanceof Double d && column.type() == ColumnType.DOUBLE) {
            encoder.putLong(number, Double.doubleToRawLongBits(d));
        } else if (value instanceof Float f) {
            encoder.putLong(number, Float.floatToRawIntBits(f));
        } else if (value instanceof Boolean b) {
            encoder.putLong(number, b ? 1 : 0);
        } else if (value instanceof Number n) {
            encoder.putLong(number, n.longValue());
        } else {
            byte[] bytes = value instanceof byte[] raw ? raw : ((String) value).getBytes(StandardCharsets.UTF_8);
            encoder.putBytes(number, new UnsafeBuffer(bytes), 0, bytes.length);
        }
    }

    @Override
    public TargetTable table() {
        return table;
    }

    @Override
    public RunOperation operation() {
        return operation;
    }

    @Override
    public int count() {
        return images.size();
    }

    @Override
    public ImageFlyweight row(int number) {
        buffer.wrap(images.get(number));
        return flyweight.wrap(buffer, 0, buffer.capacity());
    }

    @Override
    public ImageFlyweight before(int number) {
        buffer.wrap(befores.get(number));
        return flyweight.wrap(buffer, 0, buffer.capacity());
    }
}
