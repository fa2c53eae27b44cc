package io.millrace.writer.postgres;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies of images, written by INSERT over arrays when there are enough: for a table that cannot be written by COPY BINARY.
 * Confined to one thread.
 */
final class RowBuffer implements Run {
    private static final int MAX_ROWS = 2_000;
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final CompiledTable table;
    private final PostgresSession session;
    private final ImageFlyweight flyweight = new ImageFlyweight();
    private final int[] offsets = new int[MAX_ROWS + 1];
    private final UnsafeBuffer images = new UnsafeBuffer(new byte[64 * 1024]);
    private int count;

    RowBuffer(CompiledTable table, PostgresSession session) {
        this.table = table;
        this.session = session;
    }

    void add(ImageFlyweight image) throws SQLException {
        int length = image.buffer().capacity();
        int offset = offsets[count];
        if (offset + length > images.capacity()) {
            images.wrap(Arrays.copyOf(images.byteArray(), Math.max(images.capacity() * 2, offset + length)));
        }
        images.putBytes(offset, image.buffer(), 0, length);
        count++;
        offsets[count] = offset + length;
        if (count == MAX_ROWS || offsets[count] > MAX_BYTES) {
            flush();
        }
    }

    void flush() throws SQLException {
        if (count > 0) {
            session.pipeline().begin(table.insert());
            CompiledTable.putArrays(table.columns(), this, 0, count, session.pipeline());
            session.pipeline().flush();
            count = 0;
        }
    }

    @Override
    public TargetTable table() {
        return table.plan();
    }

    @Override
    public RunOperation operation() {
        return RunOperation.INSERT;
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
