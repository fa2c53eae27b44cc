package io.millrace.writer.sql;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies of images of one table, for one statement, which can be written again in another way. Allocates nothing a row once it has grown.
 * A large row is not copied, and is the last: it stands as long as the caller has it. Confined to one thread.
 */
public final class CopiedRows implements Run {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int INITIAL_BYTES = 64 * 1024;

    private final int maxRows;
    private final ImageFlyweight flyweight = new ImageFlyweight();
    private final int[] offsets;
    private final UnsafeBuffer images = new UnsafeBuffer(new byte[INITIAL_BYTES]);
    private final UnsafeBuffer large = new UnsafeBuffer(0, 0); // without a length: none
    private TargetTable table;
    private RunOperation operation = RunOperation.INSERT;
    private int count;

    /** Without any; a table is named by {@link #begin}. */
    public CopiedRows(int maxRows) {
        this.maxRows = maxRows;
        offsets = new int[maxRows + 1];
    }

    /**
     * Drops all rows; those that come are of this table.
     *
     * @param doesOverwrite whether a row that stands under the key of one of them is written over
     */
    public void begin(TargetTable of, boolean doesOverwrite) {
        table = of;
        operation = doesOverwrite ? RunOperation.UPSERT : RunOperation.INSERT;
        clear();
    }

    public void clear() {
        count = 0;
        large.wrap(0, 0);
        if (images.capacity() > 2 * MAX_BYTES) {
            images.wrap(new byte[INITIAL_BYTES]);
        }
    }

    /** Copies a row; says whether that is enough for a statement, which is then to be written before the row goes. */
    public boolean add(ImageFlyweight image) {
        int length = image.buffer().capacity();
        int offset = offsets[count];
        if (length > MAX_BYTES) {
            large.wrap(image.buffer(), 0, length);
            count++;
            offsets[count] = offset;
            return true;
        }
        if (offset + length > images.capacity()) {
            images.wrap(Arrays.copyOf(images.byteArray(), Math.max(images.capacity() * 2, offset + length)));
        }
        images.putBytes(offset, image.buffer(), 0, length);
        count++;
        offsets[count] = offset + length;
        return count == maxRows || offsets[count] > MAX_BYTES;
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
        return count;
    }

    @Override
    public ImageFlyweight row(int number) {
        if (number == count - 1 && large.capacity() > 0) {
            return flyweight.wrap(large, 0, large.capacity());
        }
        return flyweight.wrap(images, offsets[number], offsets[number + 1] - offsets[number]);
    }

    @Override
    public ImageFlyweight before(int number) {
        throw new UnsupportedOperationException("rows of a load have no image of before");
    }
}
