package io.millrace.writer;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.codec.SchemaCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of the source where the task stands. Immutable.
 *
 * <pre>
 *  bytes   int length, rows, int length, seen, int count, int place …   big-endian, shapes as {@link SchemaCodec} writes them
 * </pre>
 *
 * @param rows what its next rows have, by its name there
 * @param seen the same table as the target has it: without statements that were not carried out there
 * @param places where in {@code rows} each column of {@code seen} stands
 */
public record FollowedTable(TableSchema rows, TableSchema seen, List<Integer> places) {
    public FollowedTable {
        places = List.copyOf(places);
        if (places.size() != seen.columns().size()) {
            throw new IllegalArgumentException(
                    "places=" + places.size() + ", columns=" + seen.columns().size());
        }
    }

    /** One of which the target has all. */
    public static FollowedTable of(TableSchema schema) {
        return new FollowedTable(
                schema,
                schema,
                IntStream.range(0, schema.columns().size()).boxed().toList());
    }

    /** The source's name. */
    public TableId table() {
        return rows.table();
    }

    /** Whether the target has all of it. */
    public boolean isWhole() {
        return rows.equals(seen);
    }

    public byte[] encode() {
        byte[] first = SchemaCodec.encode(rows);
        byte[] second = SchemaCodec.encode(seen);
        ByteBuffer bytes = ByteBuffer.allocate(first.length + second.length + Integer.BYTES * (3 + places.size()));
        bytes.putInt(first.length).put(first).putInt(second.length).put(second).putInt(places.size());
        places.forEach(bytes::putInt);
        return bytes.array();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws MillraceException with LOG_DAMAGED for anything else
     */
    public static FollowedTable decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        try {
            TableSchema rows = SchemaCodec.decode(part(bytes));
            TableSchema seen = SchemaCodec.decode(part(bytes));
            int count = bytes.getInt();
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                places.add(bytes.getInt());
            }
            return new FollowedTable(rows, seen, places);
        } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a table that the target keeps cannot be read: length=" + encoded.length, e);
        }
    }

    private static byte[] part(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] part = new byte[length];
        bytes.get(part);
        return part;
    }
}
