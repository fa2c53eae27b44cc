package io.millrace.transform;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableSchema;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rewrites one table's images from the source's shape to the effective one. A record keeps its hashes, which are those of the
 * source's key; an absent column stays absent.
 *
 * <p>Confined to a lane or loader. Hot path: allocates nothing, but where a step says so.
 */
public final class ImageRewriter {
    private final RowContext context;
    private final boolean[] isFixed;
    private final ColumnStep[][] passes; // by column; null: copied
    private final ScratchRow[] scratch; // of all passes but the last
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight input = new ImageFlyweight();
    private final ImageFlyweight[] between;
    private long address;
    private int length;

    ImageRewriter(TableTransform transform, RowContext context) {
        this.context = context;
        TableSchema shape = transform.shape();
        isFixed = new boolean[shape.columns().size()];
        for (int i = 0; i < isFixed.length; i++) {
            isFixed[i] = shape.columns().get(i).type().isFixed();
        }
        int count = Math.max(1, transform.passes().size());
        passes = new ColumnStep[count][isFixed.length];
        for (int pass = 0; pass < transform.passes().size(); pass++) {
            for (TableTransform.PassColumn each : transform.passes().get(pass).steps()) {
                passes[pass][each.column()] = each.step().get();
            }
        }
        scratch = new ScratchRow[count - 1];
        between = new ImageFlyweight[count - 1];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new ScratchRow();
            between[i] = new ImageFlyweight();
        }
    }

    /** What steps know beside columns. */
    public RowContext context() {
        return context;
    }

    /** Rewrites a record into an arena; it then lies at {@link #address}. */
    public void record(long recordAddress, int recordLength, RowEncoder out, RowArena arena) {
        record.wrap(recordAddress, recordLength);
        int word = record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET);
        int beforeLength = word & RowDescriptor.BEFORE_LENGTH_MASK;
        out.beginRecord();
        if ((word & RowDescriptor.KEYS_RESTED) != 0) {
            out.keysRested();
        }
        long image = recordAddress + RowDescriptor.RECORD_HEADER_LENGTH;
        if (beforeLength > 0) {
            image(input.wrap(image, beforeLength), out, true);
        }
        int afterLength = recordLength - RowDescriptor.RECORD_HEADER_LENGTH - beforeLength;
        if (afterLength > 0) {
            image(input.wrap(image + beforeLength, afterLength), out, false);
        }
        length = out.endRecord(
                record.getLong(RowDescriptor.KEY_HASH_OFFSET), record.getLong(RowDescriptor.BEFORE_KEY_HASH_OFFSET));
        address = out.buffer().addressOffset() + out.recordOffset();
        arena.keep(length);
    }

    /** Where the record lies that was rewritten last. */
    public long address() {
        return address;
    }

    /** Its bytes. */
    public int length() {
        return length;
    }

    /** Rewrites an image into the record that the encoder has open. */
    public void image(ImageFlyweight row, RowEncoder out, boolean isBefore) {
        ImageFlyweight from = row;
        for (int pass = 0; pass < scratch.length; pass++) {
            RowEncoder encoder = scratch[pass].begin();
            pass(passes[pass], from, encoder, false);
            encoder.wrapLastImage(between[pass]);
            from = between[pass];
        }
        pass(passes[scratch.length], from, out, isBefore);
    }

    private void pass(ColumnStep[] steps, ImageFlyweight from, RowEncoder out, boolean isBefore) {
        int known = from.columnCount();
        out.beginImage(steps.length);
        for (int column = 0; column < steps.length; column++) {
            ColumnStep step = steps[column];
            if (step != null) {
                step.put(column, from, context, out);
            } else if (column >= known || !from.isPresent(column)) {
                out.putAbsent(column);
            } else if (from.isNull(column)) {
                out.putNull(column);
            } else if (isFixed[column]) {
                out.putLong(column, from.longAt(column));
            } else {
                out.putBytes(column, from.buffer(), from.valueOffset(column), from.valueLength(column));
            }
        }
        out.endImage(isBefore);
    }
}
