package io.millrace.transform.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.expression.Condition;
import io.millrace.row.CopyPlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.RowContext;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Judges one table's images by its filters, and rewrites them from the source's shape to the effective one. A record keeps its hashes, which
 * are those of the source's key; an absent column stays absent.
 *
 * <p>Confined to a lane or loader. Hot path: allocates nothing, but where a step says so.
 */
public final class ImageRewriter {
    private final TableId table;
    private final RowContext context;
    private final int columnCount;
    private final Condition[] conditions; // by stage; null: the stage is a pass
    private final CopyPlan[] copies; // by stage, what a pass leaves
    private final int[][] columns; // by stage, which a pass puts, upwards
    private final ColumnStep[][] passes; // by stage, what puts them
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
        copies = new CopyPlan[count];
        columns = new int[count][];
        passes = new ColumnStep[count][];
        scratch = new ScratchRow[count];
        between = new ImageFlyweight[count];
        int lastFilter = -1;
        int last = -1;
        for (int stage = 0; stage < count; stage++) {
            if (transform.stages().get(stage) instanceof Stage.Filter filter) {
                conditions[stage] = filter.where().newCondition();
                lastFilter = stage;
            } else {
                if (transform.stages().get(stage) instanceof Stage.Custom custom) {
                    pass(stage, custom.input(), steps(custom));
                } else {
                    Stage.Pass pass = (Stage.Pass) transform.stages().get(stage);
                    pass(stage, pass.input(), steps(pass));
                }
                last = stage;
            }
        }
        filterEnd = lastFilter + 1;
        lastPass = last;
    }

    private void pass(int stage, TableSchema before, SortedMap<Integer, ColumnStep> steps) {
        boolean[] isPut = new boolean[columnCount];
        steps.keySet().forEach(column -> isPut[column] = true);
        copies[stage] = new CopyPlan(columnCount, before, isPut);
        columns[stage] = steps.keySet().stream().mapToInt(Integer::intValue).toArray();
        passes[stage] = steps.values().toArray(new ColumnStep[0]);
        scratch[stage] = new ScratchRow();
        between[stage] = new ImageFlyweight();
    }

    private static SortedMap<Integer, ColumnStep> steps(Stage.Pass pass) {
        SortedMap<Integer, ColumnStep> steps = new TreeMap<>();
        pass.columns().forEach(each -> steps.put(each.column(), each.step().get()));
        return steps;
    }

    private static SortedMap<Integer, ColumnStep> steps(Stage.Custom custom) {
        SortedMap<Integer, ColumnStep> steps = new TreeMap<>();
        CustomRow row = custom.rows().get();
        int first = Collections.min(custom.columns());
        for (int output = 0; output < custom.columns().size(); output++) {
            int column = custom.columns().get(output);
            steps.put(column, row.step(output, column == first));
        }
        return steps;
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

    /**
     * Rewrites a record into an arena, where it lies at {@link #address} then; not of {@link #isFilterOnly}.
     *
     * @param isBeforeKept whether what comes of it has an image before, too
     */
    public void record(long recordAddress, int recordLength, boolean isBeforeKept, RowEncoder out, RowArena arena) {
        record.wrap(recordAddress, recordLength);
        int word = record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET);
        int beforeLength = word & RowDescriptor.BEFORE_LENGTH_MASK;
        out.beginRecord();
        if ((word & RowDescriptor.KEYS_RESTED) != 0) {
            out.keysRested();
        }
        long image = recordAddress + RowDescriptor.RECORD_HEADER_LENGTH;
        if (beforeLength > 0 && isBeforeKept) {
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
        int[] to = columns[stage];
        ColumnStep[] steps = passes[stage];
        out.beginCopy(copies[stage], from);
        for (int i = 0; i < steps.length; i++) {
            steps[i].put(to[i], from, context, out);
        }
        out.endImage(isBefore);
    }
}
