package io.millrace.wal;

import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the row records of one ROWS frame: one table, one operation, one or many rows.
 *
 * <pre>
 *   while (rows.next()) { row.wrap(rows.rowAddress(), rows.rowLength()); … }
 * </pre>
 *
 * <p>Addresses are valid until the tailer's {@link LogTailer#release}. Confined to one thread; allocates nothing.
 */
public final class RowsFlyweight {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private int tableNumber;
    private Operation operation;
    private long firstOrdinal;
    private int count;
    private int position;
    private int nextPosition;
    private int passed;

    /**
     * Points at the records of a frame.
     *
     * @param firstOrdinal how many rows of the transaction stand before this frame
     */
    public RowsFlyweight wrap(
            long address, int length, int tableNumber, Operation operation, int count, long firstOrdinal) {
        buffer.wrap(address, length);
        this.tableNumber = tableNumber;
        this.operation = operation;
        this.count = count;
        this.firstOrdinal = firstOrdinal;
        nextPosition = 0;
        passed = 0;
        return this;
    }

    public int tableNumber() {
        return tableNumber;
    }

    public Operation operation() {
        return operation;
    }

    public int count() {
        return count;
    }

    /** Moves to the next row; false where there is none. */
    public boolean next() {
        if (passed == count) {
            return false;
        }
        position = nextPosition;
        nextPosition += buffer.getInt(position + RowDescriptor.LENGTH_OFFSET);
        passed++;
        return true;
    }

    /** Where the row that {@link #next} moved to starts in memory. */
    public long rowAddress() {
        return buffer.addressOffset() + position;
    }

    public int rowLength() {
        return nextPosition - position;
    }

    /** The row's place among its transaction's rows, from 0, as they came from the source. */
    public long rowOrdinal() {
        return firstOrdinal + passed - 1;
    }

    /** The row's key hash, without wrapping it. */
    public long keyHash() {
        return buffer.getLong(position + RowDescriptor.KEY_HASH_OFFSET);
    }

    /** The hash of the row's key before the change, without wrapping it. */
    public long beforeKeyHash() {
        return buffer.getLong(position + RowDescriptor.BEFORE_KEY_HASH_OFFSET);
    }
}
