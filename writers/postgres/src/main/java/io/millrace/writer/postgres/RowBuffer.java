package io.millrace.writer.postgres;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import io.millrace.writer.sql.RowSearch;
import io.millrace.writer.sql.Savepoint;
import java.sql.SQLException;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies of images, written by INSERT over arrays when there are enough: for a table that cannot be written by COPY BINARY, and to
 * find the rows of a chunk that cannot be written, by halves, each under a savepoint.
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
    private final RowRefusals refusals;
    private final boolean doesOverwrite;
    private final RowSearch search;
    private int flushed;
    private int count;

    /**
     * An empty buffer.
     *
     * @param refusals is told of rows that cannot be written, which are left out; null: the first ends it all
     * @param doesOverwrite whether a row that stands under the key of one of these is written over
     */
    RowBuffer(CompiledTable table, PostgresSession session, RowRefusals refusals, boolean doesOverwrite) {
        this.doesOverwrite = doesOverwrite;
        this.table = table;
        this.session = session;
        this.refusals = refusals;
        Savepoint savepoint = session.savepoint("load");
        search = new RowSearch((from, to) -> savepoint.attempt(() -> write(from, to)), this::refuse);
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
        if (count == 0) {
            return;
        }
        if (refusals == null) {
            write(0, count);
        } else {
            search.apply(count);
        }
        flushed += count;
        count = 0;
    }

    private void write(int from, int to) throws SQLException {
        if (doesOverwrite && !table.hasKeyIndex()) {
            session.pipeline().begin(table.delete());
            CompiledTable.putArrays(table.key(), this, from, to, session.pipeline());
        }
        session.pipeline().begin(doesOverwrite && table.hasKeyIndex() ? table.upsert() : table.insert());
        CompiledTable.putArrays(table.columns(), this, from, to, session.pipeline());
        session.pipeline().flush();
    }

    private RowSearch.Then refuse(int number, Exception why) {
        refusals.refuse(flushed + number, row(number), SqlStates.FAULTS.refusal(why));
        return RowSearch.Then.GO_ON;
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
