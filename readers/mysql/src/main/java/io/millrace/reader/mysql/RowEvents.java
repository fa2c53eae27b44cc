package io.millrace.reader.mysql;

import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.MariaDbInflater;
import io.millrace.reader.mysql.row.InsertDefaults;
import io.millrace.reader.mysql.row.PartialRows;
import io.millrace.reader.mysql.row.RowDecoder;
import io.millrace.reader.mysql.row.RowPlan;
import io.millrace.reader.mysql.row.RowPlans;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * WRITE_ROWS_EVENT, UPDATE_ROWS_EVENT and DELETE_ROWS_EVENT of both versions: every row of a selected table goes to the sink, the
 * others are passed over undecoded.
 *
 * <pre>
 *  table id 6 | flags 2 | [v2: extra length 2, extra] | packed column count | present bits (UPDATE: twice) | images …
 * </pre>
 *
 * <p>Hot path: allocates nothing. Confined to the stream's thread.
 */
final class RowEvents {
    /** Ends a statement that changed nothing which is logged. */
    private static final long DUMMY_TABLE = 0xFF_FFFF;

    private final RowPlans plans;
    private final ChangeSink sink;
    private final EventPlace place;
    private final RowDecoder decoder;
    private final PartialRows partial;
    private final KeyRest keyRest;
    private final ImageFlyweight image = new ImageFlyweight();
    private boolean hasAllColumns;
    private boolean haveKeysRested;

    RowEvents(
            RowPlans plans,
            ChangeSink sink,
            EventPlace place,
            InsertDefaults defaults,
            Predicate<TableId> isPlainUpdate,
            BooleanSupplier areComputedSent,
            KeyRest keyRest) {
        this.plans = plans;
        this.sink = sink;
        this.place = place;
        this.decoder = new RowDecoder(place);
        this.keyRest = keyRest;
        this.partial = new PartialRows(sink, place, decoder, defaults, isPlainUpdate, areComputedSent);
    }

    /** The server's row image is FULL. */
    void expectWholeRows() {
        partial.expectWholeRows();
    }

    /** Table numbers get a new meaning. */
    void clear() {
        partial.clear();
        keyRest.clear();
    }

    void decode(
            UnsafeBuffer buffer,
            EventBytes bytes,
            Operation operation,
            boolean isVersion2,
            BinlogTransaction transaction) {
        RowPlan plan = begin(bytes, operation, isVersion2, transaction);
        if (plan != null) {
            decodeRows(buffer, buffer.byteArray(), bytes.position(), bytes.limit(), plan, operation);
        }
    }

    /** MariaDB's events of compressed rows: what stands before the rows is not compressed. */
    void decodeCompressed(
            EventBytes bytes,
            Operation operation,
            boolean isVersion2,
            BinlogTransaction transaction,
            MariaDbInflater inflater) {
        RowPlan plan = begin(bytes, operation, isVersion2, transaction);
        if (plan != null) {
            int length = inflater.inflate(bytes);
            decodeRows(inflater.buffer(), inflater.buffer().byteArray(), 0, length, plan, operation);
        }
    }

    /** PARTIAL_UPDATE_ROWS_EVENT: an update whose JSON columns may be differences. */
    void decodeJsonDiffs(UnsafeBuffer buffer, EventBytes bytes, BinlogTransaction transaction) {
        RowPlan plan = begin(bytes, Operation.UPDATE, true, transaction);
        if (plan != null) {
            partial.decodeJsonDiffs(buffer, buffer.byteArray(), bytes.position(), bytes.limit());
        }
    }

    /** Reads up to the rows; null where they are to be passed over. */
    private RowPlan begin(EventBytes bytes, Operation operation, boolean isVersion2, BinlogTransaction transaction) {
        long number = bytes.unsigned(6, "tableId");
        int flags = bytes.u16("flags");
        haveKeysRested = keyRest.haveRested(flags);
        partial.keysRested(haveKeysRested);
        if (isVersion2) {
            bytes.take(bytes.u16("extraLength") - 2L, "extra");
        }
        if (number == DUMMY_TABLE || transaction.isSkipped()) {
            return null; // the TABLE_MAP_EVENTs of a transaction that is passed over were passed over too
        }
        RowPlan plan = plans.plan(number);
        if (plan == null) {
            return null;
        }
        keyRest.ofTable(flags, plan.schema.table(), operation);
        int columnCount = bytes.packedCount("columnCount");
        if (columnCount != plan.columnCount) {
            throw place.malformed("columnCount", columnCount);
        }
        hasAllColumns = partial.readPresent(bytes, plan, operation == Operation.UPDATE);
        transaction.beginRows();
        return plan;
    }

    private void decodeRows(
            UnsafeBuffer buffer, byte[] array, int offset, int limit, RowPlan plan, Operation operation) {
        if (!hasAllColumns) {
            partial.decode(buffer, array, offset, limit, operation);
            return;
        }
        int at = offset;
        while (at < limit) {
            RowEncoder row = sink.beginRow(plan.tableNumber, operation);
            if (haveKeysRested) {
                row.keysRested();
            }
            int start = at;
            at = decodeImage(buffer, array, at, limit, plan, row, operation.hasBefore());
            long beforeHash = plan.hasher.hash(row, image);
            long hash = beforeHash;
            if (operation == Operation.UPDATE) {
                at = decodeImage(buffer, array, at, limit, plan, row, false);
                hash = plan.hasher.hash(row, image);
            }
            if (at == start) {
                throw place.malformed("rowLength", 0);
            }
            sink.endRow(hash, beforeHash);
        }
    }

    private int decodeImage(
            UnsafeBuffer buffer, byte[] array, int offset, int limit, RowPlan plan, RowEncoder row, boolean isBefore) {
        row.beginImage(plan.columnCount);
        int next = decoder.decode(buffer, array, offset, limit, plan, row);
        row.endImage(isBefore);
        return next;
    }
}
