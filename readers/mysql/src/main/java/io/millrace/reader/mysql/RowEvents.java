package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.wal.ChangeSink;
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
    private final ImageFlyweight image = new ImageFlyweight();

    RowEvents(RowPlans plans, ChangeSink sink, EventPlace place) {
        this.plans = plans;
        this.sink = sink;
        this.place = place;
        this.decoder = new RowDecoder(place);
    }

    /** Whether a row event, of whatever format, is of a table that is not selected. */
    boolean isOfOthers(EventBytes bytes) {
        long number = bytes.unsigned(6, "tableId");
        return number == DUMMY_TABLE || plans.plan(number) == null;
    }

    void decode(
            UnsafeBuffer buffer,
            EventBytes bytes,
            Operation operation,
            boolean isVersion2,
            BinlogTransaction transaction) {
        long number = bytes.unsigned(6, "tableId");
        bytes.take(2, "flags");
        if (isVersion2) {
            bytes.take(bytes.u16("extraLength") - 2L, "extra");
        }
        if (number == DUMMY_TABLE || transaction.isSkipped()) {
            return; // the TABLE_MAP_EVENTs of a transaction that is passed over were passed over too
        }
        RowPlan plan = plans.plan(number);
        if (plan == null) {
            return;
        }
        int columnCount = bytes.packedCount("columnCount");
        if (columnCount != plan.columnCount) {
            throw place.malformed("columnCount", columnCount);
        }
        requireAllColumns(bytes, plan);
        if (operation == Operation.UPDATE) {
            requireAllColumns(bytes, plan);
        }
        transaction.beginRows();
        decodeRows(buffer, buffer.byteArray(), bytes.position(), bytes.limit(), plan, operation);
    }

    private void requireAllColumns(EventBytes bytes, RowPlan plan) {
        int length = (plan.columnCount + 7) / 8;
        int start = bytes.take(length, "presentBits");
        for (int i = 0; i < plan.columnCount; i++) {
            if ((bytes.buffer().getByte(start + (i >> 3)) >> (i & 7) & 1) == 0) {
                throw new MillraceException(
                        ErrorCode.SOURCE_SETTING,
                        "row image is not complete: required=binlog_row_image FULL, table=" + plan.schema.table()
                                + ", column=" + plan.schema.columns().get(i).name() + ", " + place.text());
            }
        }
    }

    private void decodeRows(
            UnsafeBuffer buffer, byte[] array, int offset, int limit, RowPlan plan, Operation operation) {
        int at = offset;
        while (at < limit) {
            RowEncoder row = sink.beginRow(plan.tableNumber, operation);
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
