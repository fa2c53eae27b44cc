package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RawSink;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.transform.row.FilterVerdict;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.row.ScratchRow;
import io.millrace.writer.ChunkWriter;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hands the rows of a chunk on, one at a time, from the reader's encoder to the bulk writer, or as the source sent them. Owns the memory of one row.
 * Confined to the loader, but for {@link #stop} and {@link #rows}.
 */
final class ChunkBuffer implements ChunkSink, RawSink, RowSpace {
    private static final int FIRST_CAPACITY = 64 << 10;

    private final RowEncoder encoder = new RowEncoder(this);
    private final ImageFlyweight image = new ImageFlyweight();
    private final ReadMeter meter;
    private ByteBuffer memory = ByteBuffer.allocateDirect(FIRST_CAPACITY);
    private final ScratchRow rewritten = new ScratchRow();
    private final ImageFlyweight rewrittenImage = new ImageFlyweight();
    private ChunkWriter writer;
    private ImageRewriter rewriter; // null: rows stay as they are
    private long filtered;
    private volatile long rows;
    private volatile boolean isStopped;

    ChunkBuffer(ReadLimit limit) {
        meter = new ReadMeter(limit, () -> isStopped);
    }

    /** @param rewriter what becomes of rows; null: they stay as they are */
    void begin(ChunkWriter writer, ImageRewriter rewriter) {
        this.writer = writer;
        this.rewriter = rewriter;
        filtered = 0;
        rows = 0;
    }

    /** Rows of the table that filters left out. */
    long filtered() {
        return filtered;
    }

    /** Rows of the chunk so far, those that are left out included. */
    long rows() {
        return rows;
    }

    void clear() {
        rows = 0;
    }

    /** Ends the chunk at its next row. Thread-safe. */
    void stop() {
        isStopped = true;
    }

    @Override
    public RowEncoder beginRow() {
        encoder.beginRecord();
        return encoder;
    }

    @Override
    public void endRow() {
        encoder.wrapLastImage(image);
        if (rewriter == null) {
            writer.row(image);
        } else if (rewriter.isFiltering() && rewriter.verdict(image) != FilterVerdict.IN) {
            filtered++;
        } else if (rewriter.isFilterOnly()) {
            writer.row(image);
        } else {
            RowEncoder to = rewritten.begin();
            rewriter.image(image, to, false);
            to.wrapLastImage(rewrittenImage);
            writer.row(rewrittenImage);
        }
        passed(image.buffer().capacity());
    }

    @Override
    public void row(byte[] bytes, int offset, int length) {
        writer.rawRow(bytes, offset, length);
        passed(length);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
    private void passed(int length) {
        rows++;
        meter.passed(length);
        if (isStopped) {
            throw new MillraceException(ErrorCode.ENDED_EARLY, "stopped in the midst of a chunk: rows=" + rows);
        }
    }

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (requiredLength > memory.capacity()) {
            ByteBuffer larger = ByteBuffer.allocateDirect(
                    (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(requiredLength, 2L * memory.capacity())));
            new UnsafeBuffer(larger).putBytes(0, buffer, recordOffset, usedLength);
            memory = larger;
        }
        buffer.wrap(memory);
        return 0;
    }
}
