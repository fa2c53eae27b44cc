package io.millrace.writer.mysql;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Copies of images of one table, so that they can be written again in another way. Confined to one thread. */
final class RowBuffer implements Run {
    private static final int MAX_ROWS = 10_000;
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int INITIAL_BYTES = 64 * 1024;

    private final ImageFlyweight flyweight = new ImageFlyweight();
    private final int[] offsets = new int[MAX_ROWS + 1];
    private final UnsafeBuffer images = new UnsafeBuffer(new byte[INITIAL_BYTES]);
    private TargetTable table;
    private boolean doesOverwrite;
    private int count;

    /**
     * Drops all rows; those that come are of this table.
     *
     * @param mayStand whether a row that stands under the key of one of them is written over
     */
    void begin(TargetTable of, boolean mayStand) {
        table = of;
        doesOverwrite = mayStand;
        clear();
    }

    void clear() {
        count = 0;
        if (images.capacity() > 2 * MAX_BYTES) {
            images.wrap(new byte[INITIAL_BYTES]);
        }
    }

    /** Copies a row; says whether that is enough for a statement. */
    boolean add(ImageFlyweight image) {
        int length = image.buffer().capacity();
        int offset = offsets[count];
        if (offset + length > images.capacity()) {
            images.wrap(Arrays.copyOf(images.byteArray(), Math.max(images.capacity() * 2, offset + length)));
        }
        images.putBytes(offset, image.buffer(), 0, length);
        count++;
        offsets[count] = offset + length;
        return count == MAX_ROWS || offsets[count] > MAX_BYTES;
    }

    @Override
    public TargetTable table() {
        return table;
    }

    @Override
    public RunOperation operation() {
        return doesOverwrite ? RunOperation.UPSERT : RunOperation.INSERT;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public ImageFlyweight row(int number) {
        return flyweight.wrap(images, offsets[number], offsets[number + 1] - offsets[number]);
    }

    @Override
    public ImageFlyweight before(int number) {
        throw new UnsupportedOperationException("rows of a load have no image of before");
    }
}
