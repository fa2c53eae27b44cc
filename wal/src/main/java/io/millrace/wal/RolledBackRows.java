package io.millrace.wal;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;

/**
 * Rows of a transaction of several documents that a later ROLLBACK frame drops. They are found by looking ahead, over the
 * headers alone, to the document in which the transaction ends; nearly always there are none.
 *
 * <p>Confined to the tailer's thread.
 */
final class RolledBackRows {
    private final LongArrayList ranges = new LongArrayList();
    private boolean isLoaded;

    boolean isLoaded() {
        return isLoaded;
    }

    void clear() {
        isLoaded = false;
        if (!ranges.isEmpty()) {
            ranges.clear();
        }
    }

    boolean contains(long ordinal) {
        for (int i = 0; i < ranges.size(); i += 2) {
            if (ordinal >= ranges.getLong(i) && ordinal < ranges.getLong(i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Looks from a document to the end of the transaction that goes on behind it, which is durable. */
    void load(FileChain chain, long index, LogLimits limits) {
        isLoaded = true;
        long next = index;
        while (true) {
            LogFile file = chain.fileOf(next);
            if (file == null) {
                throw new MillraceException(
                        ErrorCode.LOG_DAMAGED, "a file of the log is missing: index=0x" + Long.toHexString(next));
            }
            next = Math.max(next, file.firstIndex());
            try (FileCursor cursor = new FileCursor(file, limits.tailerWindow())) {
                if (!cursor.moveTo(next)) {
                    throw damaged(cursor);
                }
                while (file.equals(chain.fileOf(next))) {
                    if (cursor.skip() != FileCursor.Step.DOCUMENT) {
                        throw damaged(cursor);
                    }
                    if ((cursor.flags() & DocumentDescriptor.HAS_ROLLBACK) != 0) {
                        collect(cursor.document());
                    }
                    if ((cursor.flags() & DocumentDescriptor.ENDS_INSIDE) == 0) {
                        return;
                    }
                    cursor.release();
                    next = cursor.nextIndex();
                }
            }
        }
    }

    private static MillraceException damaged(FileCursor cursor) {
        return new MillraceException(ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + cursor.place());
    }

    private void collect(DirectBuffer document) {
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < document.capacity()) {
            if (document.getByte(at + FrameDescriptor.TYPE_OFFSET) == FrameDescriptor.ROLLBACK) {
                ranges.addLong(document.getLong(at + FrameDescriptor.ROLLBACK_FROM));
                ranges.addLong(document.getLong(at + FrameDescriptor.ROLLBACK_TO));
            }
            at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET);
        }
    }
}
