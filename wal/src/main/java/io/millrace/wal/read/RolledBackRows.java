package io.millrace.wal.read;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;

/**
 * Rows of a transaction of several documents that a later ROLLBACK frame drops. They are found by looking ahead, over the
 * headers alone, to the document in which the transaction ends; nearly always there are none.
 *
 * <p>Confined to the tailer's thread. Owns a second mapping of the file.
 */
final class RolledBackRows implements AutoCloseable {
    private final LongArrayList ranges = new LongArrayList();
    private boolean isLoaded;
    private FileCursor scout; // kept, so that looking ahead costs a touched page a document

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

    /** Looks from behind a document to the end of the transaction that goes on there, which is durable. */
    void load(FileChain chain, FileCursor from, LogLimits limits) {
        isLoaded = true;
        LogFile file = from.file();
        open(file, limits);
        scout.moveTo(from);
        while (true) {
            long next = scout.nextIndex();
            LogFile holder = chain.fileOf(next);
            if (holder == null) {
                throw damaged();
            }
            if (!holder.equals(file)) {
                file = holder;
                open(file, limits);
                continue;
            }
            if (scout.skip() != FileCursor.Step.DOCUMENT) {
                throw damaged();
            }
            if ((scout.flags() & DocumentDescriptor.HAS_ROLLBACK) != 0) {
                collect(scout.document());
            }
            if ((scout.flags() & DocumentDescriptor.ENDS_INSIDE) == 0) {
                return;
            }
            scout.release();
        }
    }

    private void open(LogFile file, LogLimits limits) {
        if (scout == null || !scout.file().equals(file)) {
            close();
            scout = new FileCursor(file, limits.tailerWindow());
        }
    }

    @Override
    public void close() {
        if (scout != null) {
            scout.close();
            scout = null;
        }
    }

    private MillraceException damaged() {
        return new MillraceException(ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + scout.place());
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
