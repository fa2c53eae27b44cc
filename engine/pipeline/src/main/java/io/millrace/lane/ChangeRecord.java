package io.millrace.lane;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One row change as the log holds it, and where its images lie: {@link RowDescriptor} draws it. Valid until its memory is released.
 * Confined to a lane; reused.
 */
final class ChangeRecord {
    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight before = new ImageFlyweight();
    private final ImageFlyweight after = new ImageFlyweight();
    private long address;
    private int length;
    private int beforeWord;

    ChangeRecord wrap(long recordAddress, int recordLength) {
        record.wrap(recordAddress, recordLength);
        address = recordAddress;
        length = recordLength;
        beforeWord = record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET);
        return this;
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    /** Whether the source did not look at foreign keys, so that none of their actions ran. */
    boolean haveKeysRested() {
        return (beforeWord & RowDescriptor.KEYS_RESTED) != 0;
    }

    /** Hash of the key before the change. */
    long hashBefore() {
        return record.getLong(RowDescriptor.BEFORE_KEY_HASH_OFFSET);
    }

    boolean hasBefore() {
        return beforeLength() != 0;
    }

    long beforeAddress() {
        return address + RowDescriptor.RECORD_HEADER_LENGTH;
    }

    int beforeLength() {
        return beforeWord & RowDescriptor.BEFORE_LENGTH_MASK;
    }

    long afterAddress() {
        return beforeAddress() + beforeLength();
    }

    int afterLength() {
        return length - RowDescriptor.RECORD_HEADER_LENGTH - beforeLength();
    }

    /** The row before the change; only where {@link #hasBefore}. */
    ImageFlyweight before() {
        return before.wrap(beforeAddress(), beforeLength());
    }

    /** The row after the change; not of DELETE. */
    ImageFlyweight after() {
        return after.wrap(afterAddress(), afterLength());
    }
}
