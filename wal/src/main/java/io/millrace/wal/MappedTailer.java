package io.millrace.wal;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;
import org.agrona.collections.IntHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads documents up to the durable limit, in read-only mappings of its own.
 *
 * <p>Confined to one thread. Owns its mappings and the memory of rows that it put together from parts; both stay until
 * {@link #release}. Hot path: allocates nothing for a row or a document, a mapping for each window of a file.
 */
final class MappedTailer implements LogTailer {
    private final FileChain chain;
    private final GroupCommit commit;
    private final LogLimits limits;
    private final RowsFlyweight rows = new RowsFlyweight();
    private final TransactionId transaction = new TransactionId();
    private final RolledBackRows rolledBack = new RolledBackRows();
    private final IntHashSet knownTables = new IntHashSet();
    private final List<FileCursor> retired = new ArrayList<>();
    private final LargeRow largeRow = new LargeRow();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    private FileCursor cursor;
    private long nextIndex;
    private long heldBytes;
    private boolean isInside;
    private boolean isMoved; // schemas before nextIndex in its file were not handed out yet

    MappedTailer(FileChain chain, GroupCommit commit, LogLimits limits) {
        this.chain = chain;
        this.commit = commit;
        this.limits = limits;
        nextIndex = chain.first().firstIndex();
    }

    @Override
    public int poll(FrameHandler handler, int documentLimit) {
        int count = 0;
        while ((count < documentLimit || largeRow.isIncomplete()) && nextIndex < commit.durableIndex()) {
            if (!isInNextFile(handler)) {
                break;
            }
            FileCursor.Step step = cursor.next();
            if (step != FileCursor.Step.DOCUMENT) {
                throw new MillraceException(
                        ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + cursor.place() + ", found=" + step);
            }
            nextIndex = cursor.nextIndex();
            heldBytes += cursor.documentLength();
            read(handler);
            count++;
        }
        return count;
    }

    /** Opens the file in which the next document lies; false where the limit does not reach into it yet. */
    private boolean isInNextFile(FrameHandler handler) {
        LogFile file = chain.fileOf(nextIndex);
        if (file == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED,
                    "the log does not reach back so far: index=0x" + Long.toHexString(nextIndex));
        }
        if (nextIndex < file.firstIndex()) {
            nextIndex = file.firstIndex();
        }
        if (cursor == null || cursor.file().cycle() != file.cycle()) {
            if (cursor != null) {
                retired.add(cursor);
            }
            cursor = new FileCursor(file, limits.tailerWindow());
            isMoved = true;
        }
        if (isMoved) {
            findSchemas(handler);
            isMoved = false;
        }
        return nextIndex < commit.durableIndex();
    }

    /** Goes to the next document, and takes the shapes that stand before it in its file. */
    private void findSchemas(FrameHandler handler) {
        FileCursor.Step step = FileCursor.Step.DOCUMENT;
        while (cursor.nextIndex() < nextIndex && step == FileCursor.Step.DOCUMENT) {
            step = cursor.skip();
            if (step == FileCursor.Step.DOCUMENT && (cursor.flags() & DocumentDescriptor.HAS_SCHEMA) != 0) {
                Frames.forEachSchema(cursor.document(), (number, schema) -> {
                    if (knownTables.add(number)) {
                        handler.onSchema(number, schema);
                    }
                });
            }
            cursor.release();
        }
        if (step != FileCursor.Step.DOCUMENT) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + cursor.place() + ", found=" + step);
        }
    }

    private void read(FrameHandler handler) {
        int flags = cursor.flags();
        boolean endsInside = (flags & DocumentDescriptor.ENDS_INSIDE) != 0;
        if (endsInside && !rolledBack.isLoaded()) {
            rolledBack.load(chain, cursor, limits);
        }
        view.wrap(cursor.documentAddress(), cursor.documentLength());
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < view.capacity()) {
            int length = view.getInt(at + FrameDescriptor.LENGTH_OFFSET);
            if (length < FrameDescriptor.BODY_OFFSET || length > view.capacity() - at) {
                throw damaged("length of a frame", length);
            }
            readFrame(handler, at, length);
            at += length;
        }
        if (!largeRow.isIncomplete()) {
            handler.onDocumentEnd(nextIndex, endsInside);
        }
    }

    private void readFrame(FrameHandler handler, int at, int length) {
        int type = view.getByte(at + FrameDescriptor.TYPE_OFFSET);
        switch (type) {
            case FrameDescriptor.ROWS -> {
                long ordinal = view.getLong(at + FrameDescriptor.ROWS_ORDINAL);
                if (!rolledBack.contains(ordinal)) {
                    handler.onRows(rows.wrap(
                            view.addressOffset() + at + FrameDescriptor.ROWS_HEADER_LENGTH,
                            length - FrameDescriptor.ROWS_HEADER_LENGTH,
                            view.getInt(at + FrameDescriptor.ROWS_TABLE),
                            operation(at),
                            view.getInt(at + FrameDescriptor.ROWS_COUNT),
                            ordinal));
                }
            }
            case FrameDescriptor.BEGIN -> {
                isInside = true;
                handler.onBegin(transaction.decode(view, at + FrameDescriptor.TRANSACTION_ID));
            }
            case FrameDescriptor.CONTINUE -> {
                if (!isInside) {
                    isInside = true;
                    handler.onBegin(transaction.decode(view, at + FrameDescriptor.TRANSACTION_ID));
                }
            }
            case FrameDescriptor.COMMIT -> {
                isInside = false;
                rolledBack.clear();
                handler.onCommit(transaction.decode(view, at + FrameDescriptor.TRANSACTION_ID));
            }
            case FrameDescriptor.SCHEMA -> {
                int number = view.getInt(at + FrameDescriptor.SCHEMA_TABLE);
                if (knownTables.add(number)) {
                    handler.onSchema(number, Frames.schema(view, at));
                }
            }
            case FrameDescriptor.HEARTBEAT ->
                handler.onHeartbeat(
                        Frames.heartbeatPosition(view, at), view.getLong(at + FrameDescriptor.HEARTBEAT_TIME));
            case FrameDescriptor.ROW_PART -> readPart(handler, at);
            case FrameDescriptor.FILE_START, FrameDescriptor.ROLLBACK -> {}
            default -> throw damaged("type of a frame", type);
        }
    }

    private void readPart(FrameHandler handler, int at) {
        long ordinal = view.getLong(at + FrameDescriptor.PART_ORDINAL);
        if (rolledBack.contains(ordinal)) {
            return;
        }
        int rowLength = view.getInt(at + FrameDescriptor.PART_ROW_LENGTH);
        if (!largeRow.add(
                rowLength,
                view.getInt(at + FrameDescriptor.PART_OFFSET),
                view.addressOffset() + at + FrameDescriptor.PART_HEADER_LENGTH,
                view.getInt(at + FrameDescriptor.PART_LENGTH))) {
            throw damaged("part of a row", view.getInt(at + FrameDescriptor.PART_OFFSET));
        }
        if (!largeRow.isIncomplete()) {
            heldBytes += rowLength;
            int table = view.getInt(at + FrameDescriptor.PART_TABLE);
            handler.onRows(rows.wrap(largeRow.address(), rowLength, table, operation(at), 1, ordinal));
        }
    }

    private Operation operation(int at) {
        int code = view.getByte(at + FrameDescriptor.OPERATION_OFFSET);
        Operation operation = Operation.ofCode(code);
        if (operation == null) {
            throw damaged("operation of a frame", code);
        }
        return operation;
    }

    private MillraceException damaged(String what, long found) {
        return new MillraceException(
                ErrorCode.LOG_DAMAGED,
                "a durable document makes no sense: what=" + what + ", found=0x" + Long.toHexString(found) + ", "
                        + cursor.place());
    }

    @Override
    public long nextIndex() {
        return nextIndex;
    }

    @Override
    public void moveTo(long index) {
        if (!chain.contains(index)) {
            throw new MillraceException(
                    ErrorCode.LOG_FOREIGN, "an index is none of this log's: index=0x" + Long.toHexString(index));
        }
        release();
        closeCursor();
        nextIndex = index;
        isInside = false;
        rolledBack.clear();
        largeRow.abandon();
    }

    private void closeCursor() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    @Override
    public void release() {
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).close();
        }
        retired.clear();
        if (cursor != null) {
            cursor.release();
        }
        largeRow.release();
        heldBytes = 0;
    }

    @Override
    public long heldBytes() {
        return heldBytes;
    }

    @Override
    public void close() {
        release();
        largeRow.abandon();
        rolledBack.close();
        closeCursor();
    }

    /** Puts rows together that are split over documents. Owns their memory. */
    private static final class LargeRow {
        private final List<long[]> held = new ArrayList<>();
        private long address;
        private int length;
        private int filled;

        boolean isIncomplete() {
            return filled < length;
        }

        long address() {
            return address;
        }

        /** Copies a part; false where it is not the one that is due. */
        boolean add(int rowLength, int offset, long from, int partLength) {
            if (!isIncomplete()) {
                address = UnsafeApi.allocateMemory(rowLength);
                held.add(new long[] {address});
                length = rowLength;
                filled = 0;
            }
            if (rowLength != length || offset != filled || partLength > length - filled) {
                return false;
            }
            UnsafeApi.copyMemory(from, address + offset, partLength);
            filled += partLength;
            return true;
        }

        /** Frees the whole rows; one that is not whole yet stays. */
        void release() {
            boolean isKept = isIncomplete();
            for (int i = held.size() - 1; i >= 0; i--) {
                long at = held.get(i)[0];
                if (!isKept || at != address) {
                    UnsafeApi.freeMemory(at);
                    held.remove(i);
                }
            }
        }

        void abandon() {
            length = 0;
            filled = 0;
            release();
        }
    }
}
