package io.millrace.transform;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.expression.Condition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.Collections;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Judges one table's images by its filters, and rewrites them from the source's shape to the effective one. A record keeps its hashes, which
 * are those of the source's key; an absent column stays absent.
 *
 * <p>Confined to a lane or loader. Hot path: allocates nothing, but where a step says so.
 */
public final class ImageRewriter {
    private static final ColumnStep[] NO_STEPS = {};

    private final TableId table;
    private final RowContext context;
    private final int columnCount;
    private final boolean[][] areFixed; // by stage, the columns before it
    private final Condition[] conditions; // by stage; null: the stage is a pass
    private final ColumnStep[][] passes; // by stage, then by column; null: copied
    private final int filterEnd; // behind the last filter
    private final int lastPass; // or -1
    private final ScratchRow[] scratch; // by stage
    private final ImageFlyweight[] between;
    private final Filler filler;
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight input = new ImageFlyweight();
    private long address;
    private int length;

    ImageRewriter(TableTransform transform, RowContext context) {
        this.context = context;
        table = transform.source().table();
        filler = new Filler(transform.source());
        columnCount = transform.shape().columns().size();
        int count = transform.stages().size();
        conditions = new Condition[count];
        passes = new ColumnStep[count][];
        scratch = new ScratchRow[count];
        between = new ImageFlyweight[count];
        areFixed = new boolean[count][];
        int lastFilter = -1;
        int last = -1;
        for (int stage = 0; stage < count; stage++) {
            if (transform.stages().get(stage) instanceof Stage.Filter filter) {
                conditions[stage] = filter.where().newCondition();
                passes[stage] = NO_STEPS;
                lastFilter = stage;
            } else {
                TableSchema before;
                if (transform.stages().get(stage) instanceof Stage.Custom custom) {
                    passes[stage] = steps(custom);
                    before = custom.input();
                } else {
                    Stage.Pass pass = (Stage.Pass) transform.stages().get(stage);
                    passes[stage] = steps(pass);
                    before = pass.input();
                }
                areFixed[stage] = areFixed(before);
                scratch[stage] = new ScratchRow();
                between[stage] = new ImageFlyweight();
                last = stage;
            }
        }
        filterEnd = lastFilter + 1;
        lastPass = last;
    }

    private static boolean[] areFixed(TableSchema schema) {
        boolean[] areFixed = new boolean[schema.columns().size()];
        for (int i = 0; i < areFixed.length; i++) {
            areFixed[i] = schema.columns().get(i).type().isFixed();
        }
        return areFixed;
    }

    private ColumnStep[] steps(Stage.Pass pass) {
        ColumnStep[] steps = new ColumnStep[columnCount];
        for (Stage.PassColumn each : pass.columns()) {
            steps[each.column()] = each.step().get();
        }
        return steps;
    }

    private ColumnStep[] steps(Stage.Custom custom) {
        ColumnStep[] steps = new ColumnStep[columnCount];
        CustomRow row = custom.rows().get();
        int first = Collections.min(custom.columns());
        for (int output = 0; output < custom.columns().size(); output++) {
            int column = custom.columns().get(output);
            steps[column] = row.step(output, column == first);
        }
        return steps;
    }

    /** What steps know beside columns. */
    public RowContext context() {
        return context;
    }

    /** Whether rows that pass stay as they are. */
    public boolean isFilterOnly() {
        return lastPass < 0;
    }

    /** Whether there are filters. */
    public boolean isFiltering() {
        return filterEnd > 0;
    }

    /** What the filters say of an image as the source has it. */
    public FilterVerdict verdict(ImageFlyweight row) {
        int stage = 0;
        try {
            ImageFlyweight from = row;
            for (; stage < filterEnd; stage++) {
                Condition condition = conditions[stage];
                if (condition == null) {
                    from = pass(stage, from);
                } else if (!condition.isDecidable(from)) {
                    return FilterVerdict.UNKNOWN;
                } else if (!condition.isMet(from)) {
                    return FilterVerdict.OUT;
                }
            }
            return FilterVerdict.IN;
        } catch (MillraceException e) {
            throw placed(e, stage);
        }
    }

    private MillraceException placed(MillraceException e, int stage) {
        return e.code() != ErrorCode.EXPRESSION_FAILED
                ? e
                : new MillraceException(
                        e.code(),
                        e.getMessage() + (e.getMessage().contains(": ") ? ", table=" : ": table=") + table + ", step="
                                + (stage + 1),
                        e);
    }

    /** Rewrites a record into an arena, where it lies at {@link #address} then; not of {@link #isFilterOnly}. */
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

    /** Rewrites one image into a record of its own, in which what the source did not send is NULL; it lies at {@link #address} then. */
    public void alone(ImageFlyweight row, long keyHash, RowEncoder out, RowArena arena) {
        ImageFlyweight whole = filler.whole(row);
        out.beginRecord();
        image(whole, out, false);
        length = out.endRecord(keyHash, keyHash);
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

    /** Rewrites an image, whatever filters say of it, into the record that the encoder has open; not of {@link #isFilterOnly}. */
    public void image(ImageFlyweight row, RowEncoder out, boolean isBefore) {
        int stage = 0;
        try {
            ImageFlyweight from = row;
            for (; stage < lastPass; stage++) {
                from = conditions[stage] == null ? pass(stage, from) : from;
            }
            put(lastPass, from, out, isBefore);
        } catch (MillraceException e) {
            throw placed(e, stage);
        }
    }

    private ImageFlyweight pass(int stage, ImageFlyweight from) {
        RowEncoder encoder = scratch[stage].begin();
        put(stage, from, encoder, false);
        encoder.wrapLastImage(between[stage]);
        return between[stage];
    }

    private void put(int stage, ImageFlyweight from, RowEncoder out, boolean isBefore) {
        ColumnStep[] steps = passes[stage];
        boolean[] isFixed = areFixed[stage];
        out.beginImage(steps.length);
        for (int column = 0; column < steps.length; column++) {
            ColumnStep step = steps[column];
            if (step != null) {
                step.put(column, from, context, out);
            } else if (column >= isFixed.length || !from.isPresent(column)) {
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
