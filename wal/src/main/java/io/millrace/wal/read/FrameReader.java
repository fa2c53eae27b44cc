package io.millrace.wal.read;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.schema.TableSchema;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.RowsFlyweight;
import io.millrace.wal.chain.ChainContents;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.Frames;
import io.millrace.wal.file.FileCursor;
import org.agrona.collections.IntHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hands the frames of documents to a handler, but for rows that were dropped.
 *
 * <p>Confined to the tailer's thread. Hot path: allocates nothing for a row or a document.
 */
final class FrameReader {
    private final RowsFlyweight rows = new RowsFlyweight();
    private final TransactionId transaction = new TransactionId();
    private final IntHashSet knownTables = new IntHashSet();
    private final LargeRow largeRow = new LargeRow();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final RolledBackRows rolledBack;

    private FileCursor cursor;
    private boolean isInside;
    private long largeBytes;
    private ChainContents chain; // that is read back, or null
    private long chainRows;
    private long subtransaction;

    FrameReader(RolledBackRows rolledBack) {
        this.rolledBack = rolledBack;
    }

    /** Whether further parts of a row follow in the next document. */
    boolean isInRow() {
        return largeRow.isIncomplete();
    }

    /** Bytes of rows that were put together since the last call. */
    long takeLargeBytes() {
        long bytes = largeBytes;
        largeBytes = 0;
        return bytes;
    }

    /** Rows from here on are a chain's: their ordinals count what is left of it, as if nothing else had ever been there. */
    void beginChain(ChainContents contents) {
        chain = contents;
        chainRows = 0;
    }

    void endChain() {
        chain = null;
    }

    /** Reads the document of a cursor's last step. */
    void read(FrameHandler handler, FileCursor from) {
        cursor = from;
        view.wrap(from.documentAddress(), from.documentLength());
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < view.capacity()) {
            int length = view.getInt(at + FrameDescriptor.LENGTH_OFFSET);
            if (length < FrameDescriptor.BODY_OFFSET || length > view.capacity() - at) {
                throw damaged("length of a frame", length);
            }
            readFrame(handler, at, length);
            at += length;
        }
    }

    /** Takes a shape that stands before what is read. */
    void offerSchema(FrameHandler handler, int number, TableSchema schema) {
        if (knownTables.add(number)) {
            handler.onSchema(number, schema);
        }
    }

    private void readFrame(FrameHandler handler, int at, int length) {
        int type = view.getByte(at + FrameDescriptor.TYPE_OFFSET);
        switch (type) {
            case FrameDescriptor.ROWS -> readRows(handler, at, length);
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
            case FrameDescriptor.DDL -> readStatement(handler, at);
            case FrameDescriptor.HEARTBEAT ->
                handler.onHeartbeat(
                        Frames.heartbeatPosition(view, at), view.getLong(at + FrameDescriptor.HEARTBEAT_TIME));
            case FrameDescriptor.ROW_PART -> readPart(handler, at);
            case FrameDescriptor.CHAIN -> subtransaction = view.getLong(at + FrameDescriptor.CHAIN_SUBTRANSACTION);
            case FrameDescriptor.SUBTRANSACTION ->
                subtransaction = view.getLong(at + FrameDescriptor.SUBTRANSACTION_XID);
            case FrameDescriptor.CHAIN_PREPARE ->
                handler.onPrepare(transaction.decode(view, at + FrameDescriptor.TRANSACTION_ID));
            case FrameDescriptor.CHAIN_ROLLBACK -> {
                handler.onResolve(transaction.decode(view, at + FrameDescriptor.CHAIN_END_PREPARE));
                handler.onBegin(transaction.decode(view, at + FrameDescriptor.TRANSACTION_ID));
                handler.onCommit(transaction);
            }
            case FrameDescriptor.FILE_START, FrameDescriptor.ROLLBACK -> {}
            default -> throw damaged("type of a frame", type);
        }
    }

    private boolean isDropped(long ordinal) {
        return chain == null ? rolledBack.contains(ordinal) : chain.isDropped(ordinal, subtransaction);
    }

    /** Of a subtransaction that was dropped it is none. */
    private void readStatement(FrameHandler handler, int at) {
        if (chain == null || !chain.aborted().contains(subtransaction)) {
            handler.onDdl(Frames.ddl(view, at));
        }
    }

    private long ordinal(long written, int count) {
        if (chain == null) {
            return written;
        }
        long ordinal = chainRows;
        chainRows += count;
        return ordinal;
    }

    private void readRows(FrameHandler handler, int at, int length) {
        long written = view.getLong(at + FrameDescriptor.ROWS_ORDINAL);
        if (isDropped(written)) {
            return;
        }
        int count = view.getInt(at + FrameDescriptor.ROWS_COUNT);
        handler.onRows(rows.wrap(
                view.addressOffset() + at + FrameDescriptor.ROWS_HEADER_LENGTH,
                length - FrameDescriptor.ROWS_HEADER_LENGTH,
                view.getInt(at + FrameDescriptor.ROWS_TABLE),
                operation(at),
                count,
                ordinal(written, count)));
    }

    private void readPart(FrameHandler handler, int at) {
        long written = view.getLong(at + FrameDescriptor.PART_ORDINAL);
        if (isDropped(written)) {
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
            largeBytes += rowLength;
            int table = view.getInt(at + FrameDescriptor.PART_TABLE);
            handler.onRows(rows.wrap(largeRow.address(), rowLength, table, operation(at), 1, ordinal(written, 1)));
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

    /** Frees whole rows that were put together. */
    void release() {
        largeRow.release();
    }

    /** Goes elsewhere, or ends. */
    void reset() {
        isInside = false;
        chain = null;
        rolledBack.clear();
        largeRow.abandon();
    }
}
