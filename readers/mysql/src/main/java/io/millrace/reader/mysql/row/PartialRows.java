package io.millrace.reader.mysql.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.value.JsonDiffs;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rows of which the source sent some columns only ({@code binlog_row_image} MINIMAL, NOBLOB, FULL_NODUP).
 *
 * <pre>
 *  image      a column that was not sent
 *  before     is absent; the key must be there
 *  after      is what the image of before has, which says that it did not change; else absent
 *  INSERT     is its default, see {@link InsertDefaults}
 * </pre>
 *
 * MySQL sends a computed column with each of which it is computed. MariaDB sends those that are stored, and of virtual ones nothing: there an
 * image without one says nothing of it, so that tasks which follow one ask for whole rows. A session that has set its row image to
 * less nevertheless stops them.
 *
 * An image is decoded twice: its columns side by side into memory of our own, then each to its place. Confined to the stream's
 * thread; allocates for a set of columns that it has not met.
 */
public final class PartialRows {
    private boolean haveKeysRested;
    private static final int PLANS_LIMIT = 4096;
    private static final long PARTIAL_JSON = 1;

    private final ChangeSink sink;
    private final EventPlace place;
    private final RowDecoder decoder;
    private final InsertDefaults defaults;
    private final Predicate<TableId> isPlainUpdate;
    private final BooleanSupplier areComputedSent;
    private boolean areWholeRowsDue;
    private final RowEncoder scratch = new RowEncoder(new Scratch());
    private final ImageFlyweight compact = new ImageFlyweight();
    private final ImageFlyweight image = new ImageFlyweight();
    private final Map<RowPlan, Map<BitSet, PartialPlan>> byPlan = new HashMap<>();
    private Map<BitSet, PartialPlan> plans = new HashMap<>();
    private int planCount;
    private final BitSet present = new BitSet();
    private final BitSet key = new BitSet();
    private RowPlan whole;
    /** Null where all columns were sent. */
    private PartialPlan first;

    private PartialPlan second;
    /** Columns of the second image. */
    private final BitSet secondPresent = new BitSet();

    private final BitSet diffs = new BitSet();
    private final JsonDiffs jsonDiffs;
    private final EventBytes options;

    /**
     * Of a stream.
     *
     * @param isPlainUpdate whether an update of a table is known to leave alone what it does not send
     * @param areComputedSent whether a computed column that an image of after lacks is as it was
     */
    public PartialRows(
            ChangeSink sink,
            EventPlace place,
            RowDecoder decoder,
            InsertDefaults defaults,
            Predicate<TableId> isPlainUpdate,
            BooleanSupplier areComputedSent) {
        this.isPlainUpdate = isPlainUpdate;
        this.areComputedSent = areComputedSent;
        this.sink = sink;
        this.place = place;
        this.decoder = decoder;
        this.defaults = defaults;
        jsonDiffs = new JsonDiffs(place);
        options = new EventBytes(place);
    }

    /** The server's row image is FULL, and tasks that follow computed columns go by it. */
    public void expectWholeRows() {
        areWholeRowsDue = true;
    }

    /** Row plans are about to be made anew. */
    public void clear() {
        whole = null;
        byPlan.clear();
        planCount = 0;
    }

    /** Memory for one compact image. */
    private static final class Scratch implements RowSpace {
        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int used, int required) {
            byte[] old = buffer.byteArray();
            int capacity = Math.max(4096, required);
            if (old == null) {
                buffer.wrap(new byte[capacity]);
            } else if (required > old.length) {
                long doubled = Math.min(Integer.MAX_VALUE - 8, 2L * old.length);
                buffer.wrap(Arrays.copyOf(old, Math.max(required, (int) doubled)));
            }
            return 0;
        }
    }

    /** Reads which columns an event's images have; returns whether they have all. */
    public boolean readPresent(EventBytes bytes, RowPlan plan, boolean isUpdate) {
        if (plan != whole) {
            whole = plan;
            plans = byPlan.computeIfAbsent(plan, of -> new HashMap<>());
        }
        diffs.clear();
        first = read(bytes, plan);
        second = isUpdate ? read(bytes, plan) : first;
        secondPresent.clear();
        secondPresent.or(present);
        return first == null && second == null;
    }

    private PartialPlan read(EventBytes bytes, RowPlan plan) {
        int length = (plan.columnCount + 7) / 8;
        int start = bytes.take(length, "presentBits");
        present.clear();
        for (int i = 0; i < plan.columnCount; i++) {
            present.set(i, isPresent(bytes, start, i));
        }
        return present.cardinality() == plan.columnCount ? null : plan(present);
    }

    /** The plan for images with those columns, of which {@link #diffs} hold differences. */
    private PartialPlan plan(BitSet columns) {
        key.clear();
        key.or(columns);
        for (int i = diffs.nextSetBit(0); i >= 0; i = diffs.nextSetBit(i + 1)) {
            key.set(whole.columnCount + i);
        }
        PartialPlan partial = plans.get(key);
        if (partial == null) {
            if (++planCount > PLANS_LIMIT) {
                byPlan.clear();
                planCount = 1;
                plans = byPlan.computeIfAbsent(whole, plan -> new HashMap<>());
            }
            partial = PartialPlan.of(whole, columns, diffs);
            plans.put((BitSet) key.clone(), partial);
        }
        return partial;
    }

    private static boolean isPresent(EventBytes bytes, int start, int column) {
        return (bytes.buffer().getByte(start + (column >> 3)) >> (column & 7) & 1) != 0;
    }

    /** Decodes the rows of the event whose columns {@link #readPresent} has read. */
    public void decode(UnsafeBuffer buffer, byte[] array, int offset, int limit, Operation operation) {
        if (operation.hasBefore()) {
            requireKey();
        }
        if (operation == Operation.UPDATE && mayBeReplace() && !isPlainUpdate.test(whole.schema.table())) {
            throw new MillraceException(
                    ErrorCode.PARTIAL_IMAGE,
                    "an update may be a REPLACE, of which MariaDB does not log the columns that it reset: table="
                            + whole.schema.table()
                            + ", required=binlog_row_image FULL, or binlog_annotate_row_events ON and an UPDATE, "
                            + place.text());
        }
        int at = offset;
        while (at < limit) {
            RowEncoder row = sink.beginRow(whole.tableNumber, operation);
            rest(row);
            int start = at;
            at = decodeImage(buffer, array, at, limit, first, row, operation, operation.hasBefore());
            long beforeHash = hash(row);
            long hash = beforeHash;
            if (operation == Operation.UPDATE) {
                at = decodeImage(buffer, array, at, limit, second, row, operation, false);
                hash = hash(row);
            }
            if (at == start) {
                throw place.malformed("rowLength", 0);
            }
            sink.endRow(hash, beforeHash);
        }
    }

    /** The same of a PARTIAL_UPDATE_ROWS_EVENT: each image of after says which of its JSON columns are differences. */
    public void decodeJsonDiffs(UnsafeBuffer buffer, byte[] array, int offset, int limit) {
        requireKey();
        int at = offset;
        while (at < limit) {
            RowEncoder row = sink.beginRow(whole.tableNumber, Operation.UPDATE);
            rest(row);
            at = decodeImage(buffer, array, at, limit, first, row, Operation.UPDATE, true);
            long beforeHash = hash(row);
            at = readDiffBits(buffer, at, limit);
            PartialPlan after = diffs.isEmpty() ? second : plan(secondPresent);
            at = decodeImage(buffer, array, at, limit, after, row, Operation.UPDATE, false);
            sink.endRow(hash(row), beforeHash);
        }
    }

    /** What stands before an image of after: options packed | where JSON is partial a bit for each JSON column of the table. */
    private int readDiffBits(UnsafeBuffer buffer, int at, int limit) {
        diffs.clear();
        options.wrap(buffer, at, limit);
        long value = options.packed("valueOptions");
        if ((value & ~PARTIAL_JSON) != 0) {
            throw place.unsupported("row value options are not known: options=" + value);
        }
        if (value == PARTIAL_JSON) {
            int count = 0;
            for (int i = 0; i < whole.columnCount; i++) {
                count += isJson(i) ? 1 : 0;
            }
            int start = options.take((count + 7) / 8, "partialBits");
            int json = 0;
            for (int i = 0; i < whole.columnCount; i++) {
                if (isJson(i) && isPresent(options, start, json++) && secondPresent.get(i)) {
                    requireBefore(i);
                    diffs.set(i);
                }
            }
        }
        return options.position();
    }

    private boolean isJson(int column) {
        return whole.schema.columns().get(column).type() == ColumnType.JSON;
    }

    private void requireBefore(int column) {
        if (first != null && !first.has(column)) {
            throw new MillraceException(
                    ErrorCode.PARTIAL_JSON,
                    "JSON came as a difference from a value that the row image does not hold: table="
                            + whole.schema.table() + ", column="
                            + whole.schema.columns().get(column).name() + ", " + place.text());
        }
    }

    /**
     * MariaDB logs REPLACE and INSERT … ON DUPLICATE KEY UPDATE of a row that is there as an update whose image of after has the
     * columns that the statement names, and so all of the image of before; those that REPLACE reset to their default are missing.
     */
    private boolean mayBeReplace() {
        boolean lacks = false;
        for (int i = 0; i < whole.columnCount; i++) {
            boolean isBefore = first == null || first.has(i);
            boolean isAfter = second == null || second.has(i);
            if (isBefore && !isAfter) {
                return false;
            }
            lacks |= !isBefore && !isAfter && !isGenerated(i);
        }
        return lacks;
    }

    private void requireKey() {
        for (int column : whole.schema.key()) {
            if (first != null && !first.has(column)) {
                throw lacks("the row image of before lacks a column of the key", column);
            }
        }
    }

    private MillraceException lacks(String what, int column) {
        return new MillraceException(
                ErrorCode.PARTIAL_IMAGE,
                what + ": table=" + whole.schema.table() + ", column="
                        + whole.schema.columns().get(column).name() + ", " + place.text());
    }

    private int decodeImage(
            UnsafeBuffer buffer,
            byte[] array,
            int offset,
            int limit,
            PartialPlan partial,
            RowEncoder row,
            Operation operation,
            boolean isBefore) {
        int next;
        if (partial == null) {
            row.beginImage(whole.columnCount);
            next = decoder.decode(buffer, array, offset, limit, whole, row);
        } else {
            scratch.beginRecord();
            scratch.beginImage(partial.sent().columnCount);
            next = decoder.decode(buffer, array, offset, limit, partial.sent(), scratch);
            scratch.endImage(false);
            scratch.wrapLastImage(compact);
            row.beginImage(whole.columnCount);
            spread(partial, row, operation, isBefore);
        }
        row.endImage(isBefore);
        return next;
    }

    private void spread(PartialPlan partial, RowEncoder row, Operation operation, boolean isBefore) {
        for (int i = 0; i < whole.columnCount; i++) {
            if (partial.has(i)) {
                put(partial, i, partial.placeOf(i), row);
            } else if (operation == Operation.INSERT) {
                putDefault(i, row);
            } else if (!isBefore && isGenerated(i) && !areComputedSent.getAsBoolean()) {
                putUnknown(i, row);
            } else if (!isBefore && (first == null || first.has(i))) {
                row.putFromBefore(i, isFixed(i));
            } else {
                row.putAbsent(i);
            }
        }
    }

    /** What the server computed, and did not send. */
    private void putUnknown(int column, RowEncoder row) {
        if (areWholeRowsDue) {
            throw lacks("the row image lacks a column that the source computes", column);
        }
        row.putAbsent(column);
    }

    private void put(PartialPlan partial, int column, int from, RowEncoder row) {
        if (compact.isNull(from)) {
            row.putNull(column);
        } else if (partial.isDiff(column)) {
            putChangedJson(column, from, row);
        } else if (isFixed(column)) {
            row.putLong(column, compact.longAt(from));
        } else {
            row.putBytes(column, compact.buffer(), compact.valueOffset(from), compact.valueLength(from));
        }
    }

    private void putChangedJson(int column, int from, RowEncoder row) {
        row.wrapBeforeImage(image);
        if (image.isNull(column)) {
            throw place.malformed("json.diff", 0);
        }
        byte[] text = jsonDiffs.apply(
                image.buffer(),
                image.valueOffset(column),
                image.valueLength(column),
                compact.buffer(),
                compact.valueOffset(from),
                compact.valueLength(from));
        row.putBytes(column, new UnsafeBuffer(text), 0, text.length);
    }

    private void putDefault(int column, RowEncoder row) {
        if (isGenerated(column) && !whole.schema.key().contains(column) && !areComputedSent.getAsBoolean()) {
            putUnknown(column, row);
        } else if (!defaults.put(whole.schema, column, row)) {
            throw lacks("an INSERT left a column out, and what the server put there is not known", column);
        }
    }

    private boolean isFixed(int column) {
        return whole.schema.columns().get(column).type().isFixed();
    }

    private boolean isGenerated(int column) {
        return whole.schema.columns().get(column).generated();
    }

    private long hash(RowEncoder row) {
        return whole.hasher.hash(row, image);
    }

    /** Whether the session of the event that comes did not look at foreign keys. */
    public void keysRested(boolean haveRested) {
        haveKeysRested = haveRested;
    }

    private void rest(RowEncoder row) {
        if (haveKeysRested) {
            row.keysRested();
        }
    }
}
