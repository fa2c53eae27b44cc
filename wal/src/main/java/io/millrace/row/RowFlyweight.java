package io.millrace.row;

import static io.millrace.row.RowDescriptor.BEFORE_KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.BEFORE_LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.RECORD_HEADER_LENGTH;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one row record: {@link RowDescriptor} draws it.
 *
 * <p>Valid until the callback that handed it out returns, or until its memory is released; copy to keep. Confined to one thread.
 */
public final class RowFlyweight {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final ImageFlyweight before = new ImageFlyweight();
    private final ImageFlyweight after = new ImageFlyweight();
    private boolean hasBefore;
    private boolean hasAfter;

    public RowFlyweight wrap(long address, int length) {
        buffer.wrap(address, length);
        return wrapped(length);
    }

    public RowFlyweight wrap(DirectBuffer source, int offset, int length) {
        buffer.wrap(source, offset, length);
        return wrapped(length);
    }

    private RowFlyweight wrapped(int length) {
        int beforeLength = buffer.getInt(BEFORE_LENGTH_OFFSET) & RowDescriptor.BEFORE_LENGTH_MASK;
        int afterOffset = RECORD_HEADER_LENGTH + beforeLength;
        hasBefore = beforeLength > 0;
        hasAfter = afterOffset < length;
        if (hasBefore) {
            before.wrap(buffer, RECORD_HEADER_LENGTH, beforeLength);
        }
        if (hasAfter) {
            after.wrap(buffer, afterOffset, length - afterOffset);
        }
        return this;
    }

    public int length() {
        return buffer.getInt(LENGTH_OFFSET);
    }

    /** Hash of the key after the change; for DELETE of the key before it. */
    public long keyHash() {
        return buffer.getLong(KEY_HASH_OFFSET);
    }

    /** Hash of the key before the change; the same as {@link #keyHash} for INSERT and DELETE. */
    public long beforeKeyHash() {
        return buffer.getLong(BEFORE_KEY_HASH_OFFSET);
    }

    /** Whether the source did not look at foreign keys, so that none of their actions ran. */
    public boolean haveKeysRested() {
        return (buffer.getInt(BEFORE_LENGTH_OFFSET) & RowDescriptor.KEYS_RESTED) != 0;
    }

    public boolean hasBefore() {
        return hasBefore;
    }

    public boolean hasAfter() {
        return hasAfter;
    }

    /** The row before the change; only where {@link #hasBefore}. */
    public ImageFlyweight before() {
        return before;
    }

    /** The row after the change; only where {@link #hasAfter}. */
    public ImageFlyweight after() {
        return after;
    }
}
