package io.millrace.lane.change;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One row change as the log holds it, and where its images lie: {@link RowDescriptor} draws it. Valid until its memory is released.
 * Confined to a lane; reused.
 */
public final class ChangeRecord {
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight before = new ImageFlyweight();
    private final ImageFlyweight after = new ImageFlyweight();
    private long address;
    private int length;
    private int beforeWord;

    public ChangeRecord wrap(long recordAddress, int recordLength) {
        record.wrap(recordAddress, recordLength);
        address = recordAddress;
        length = recordLength;
        beforeWord = record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET);
        return this;
    }

    public long address() {
        return address;
    }

    public int length() {
        return length;
    }

    /** Whether the source did not look at foreign keys, so that none of their actions ran. */
    public boolean haveKeysRested() {
        return (beforeWord & RowDescriptor.KEYS_RESTED) != 0;
    }

    /** Hash of the key before the change. */
    public long hashBefore() {
        return record.getLong(RowDescriptor.BEFORE_KEY_HASH_OFFSET);
    }

    public boolean hasBefore() {
        return beforeLength() != 0;
    }

    public long beforeAddress() {
        return address + RowDescriptor.RECORD_HEADER_LENGTH;
    }

    public int beforeLength() {
        return beforeWord & RowDescriptor.BEFORE_LENGTH_MASK;
    }

    public long afterAddress() {
        return beforeAddress() + beforeLength();
    }

    public int afterLength() {
        return length - RowDescriptor.RECORD_HEADER_LENGTH - beforeLength();
    }

    /** The row before the change; only where {@link #hasBefore}. */
    public ImageFlyweight before() {
        return before.wrap(beforeAddress(), beforeLength());
    }

    /** The row after the change; not of DELETE. */
    public ImageFlyweight after() {
        return after.wrap(afterAddress(), afterLength());
    }
}
