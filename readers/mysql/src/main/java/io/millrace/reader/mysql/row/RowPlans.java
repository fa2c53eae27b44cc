package io.millrace.reader.mysql.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapEvent;
import io.millrace.reader.mysql.schema.SchemaTracker;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which table each number of the file stands for, and its row plan. A plan is used again only while the TABLE_MAP_EVENT has the
 * very same bytes (EXACTNESS 15); a new file or format forgets them all.
 *
 * <p>Confined to the stream's thread. Allocates for new bytes only.
 */
public final class RowPlans {
    private static final int TABLE_ID_LENGTH = 6;
    private static final int FLAGS_LENGTH = 2;

    private final SchemaTracker tracker;
    private final SourceCharsets charsets;
    private final RowPlanCompiler compiler;
    private final ChangeSink sink;
    private final EventPlace place;
    private final Long2ObjectHashMap<Entry> byNumber = new Long2ObjectHashMap<>();
    private Entry last;
    private long lastNumber = -1;

    /** The bytes of an event, and what they mean: a null plan for a table that is not selected. */
    private record Entry(UnsafeBuffer bytes, RowPlan plan) {
        boolean isOf(DirectBuffer buffer, int offset, int length) {
            if (length != bytes.capacity()) {
                return false;
            }
            int i = 0;
            for (; i + 8 <= length; i += 8) {
                if (bytes.getLong(i) != buffer.getLong(offset + i)) {
                    return false;
                }
            }
            for (; i < length; i++) {
                if (bytes.getByte(i) != buffer.getByte(offset + i)) {
                    return false;
                }
            }
            return true;
        }
    }

    public RowPlans(SchemaTracker tracker, SourceCharsets charsets, ChangeSink sink, EventPlace place) {
        this.tracker = tracker;
        this.charsets = charsets;
        this.compiler = new RowPlanCompiler(charsets, place);
        this.sink = sink;
        this.place = place;
    }

    public void clear() {
        byNumber.clear();
        last = null;
        lastNumber = -1;
    }

    /** A TABLE_MAP_EVENT. */
    public void map(EventBytes bytes) {
        long number = bytes.unsigned(TABLE_ID_LENGTH, "tableId");
        bytes.take(FLAGS_LENGTH, "flags");
        int offset = bytes.position();
        int length = bytes.remaining();
        Entry entry = number == lastNumber ? last : byNumber.get(number);
        if (entry == null || !entry.isOf(bytes.buffer(), offset, length)) {
            entry = compile(bytes, offset, length);
            byNumber.put(number, entry);
        }
        last = entry;
        lastNumber = number;
    }

    /** The plan of a number; null where its table is not selected. */
    public RowPlan plan(long number) {
        Entry entry = number == lastNumber ? last : byNumber.get(number);
        if (entry == null) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE,
                    "row event without its TABLE_MAP_EVENT: tableNumber=" + number + ", " + place.text());
        }
        return entry.plan;
    }

    private Entry compile(EventBytes bytes, int offset, int length) {
        UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, bytes.buffer(), offset, length);
        TableId table = TableMapEvent.decodeTable(new EventBytes(place).wrap(bytes.buffer(), offset, offset + length));
        if (!tracker.isSelected(table)) {
            return new Entry(copy, null);
        }
        TableMapEvent event = TableMapEvent.decode(bytes);
        TableSchema schema = tracker.shapeOf(event, charsets, place);
        RowPlan plan;
        try {
            plan = compiler.compile(event, schema);
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.SCHEMA_MISMATCH || !tracker.repair(table, place)) {
                throw e;
            }
            schema = tracker.shapeOf(event, charsets, place);
            plan = compiler.compile(event, schema);
        }
        plan.tableNumber = sink.announce(schema);
        return new Entry(copy, plan);
    }
}
