package io.millrace.wal.write;

import static io.millrace.wal.codec.DocumentDescriptor.ENDS_IN_ROW;
import static io.millrace.wal.codec.DocumentDescriptor.HEADER_LENGTH;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.LogLimits;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes rows into ROWS frames of the open document, in its memory; a row that outgrows its document goes on in memory of its
 * own and is then split into ROW_PART frames.
 *
 * <p>Confined to the sink's thread. Hot path: {@link #begin} and {@link #end} allocate nothing and take no lock but once a document.
 */
final class RowFrames implements RowSpace {
    private final DocumentBuilder documents;
    private final SchemaRegistry schemas;
    private final OpenTransaction open;
    private final LogLimits limits;
    private final UnsafeBuffer document;
    private final RowEncoder encoder = new RowEncoder(this);
    private final SpillBuffer spill = new SpillBuffer();

    private int rows; // the open ROWS frame, or 0
    private int rowsTable;
    private Operation rowsOperation;
    private int rowsCount;
    private boolean isInRow;
    private int rowTable;
    private Operation rowOperation;

    RowFrames(DocumentBuilder documents, SchemaRegistry schemas, OpenTransaction open, LogLimits limits) {
        this.documents = documents;
        this.schemas = schemas;
        this.open = open;
        this.limits = limits;
        document = documents.document;
    }

    boolean isInRow() {
        return isInRow;
    }

    RowEncoder begin(int tableNumber, Operation operation) {
        prepare(tableNumber, operation);
        rowTable = tableNumber;
        rowOperation = operation;
        isInRow = true;
        encoder.beginRecord();
        return encoder;
    }

    private void prepare(int tableNumber, Operation operation) {
        documents.ensureOpen();
        writeSchema(tableNumber);
        if (rows != 0 && rowsTable == tableNumber && rowsOperation == operation) {
            return;
        }
        finish();
        rows = documents.claim(FrameDescriptor.ROWS, FrameDescriptor.ROWS_HEADER_LENGTH);
        document.putByte(rows + FrameDescriptor.OPERATION_OFFSET, operation.code());
        document.putInt(rows + FrameDescriptor.ROWS_TABLE, tableNumber);
        document.putLong(rows + FrameDescriptor.ROWS_ORDINAL, open.ordinal);
        rowsTable = tableNumber;
        rowsOperation = operation;
        rowsCount = 0;
    }

    private void writeSchema(int tableNumber) {
        SchemaRegistry.Entry entry = schemas.entry(tableNumber);
        if (entry == null) {
            throw new MillraceException(ErrorCode.INVARIANT, "a row names an unknown table: number=" + tableNumber);
        }
        if (documents.needsSchema(entry)) {
            finish();
            documents.writeSchema(entry);
        }
    }

    /** Ends the open ROWS frame, and gives up a row in its middle. */
    void finish() {
        if (isInRow) {
            isInRow = false;
            noteClaimed();
            spill.clear();
        }
        if (rows == 0) {
            return;
        }
        if (rowsCount == 0) {
            documents.position = rows;
        } else {
            document.putInt(rows + FrameDescriptor.LENGTH_OFFSET, documents.position - rows);
            document.putInt(rows + FrameDescriptor.ROWS_COUNT, rowsCount);
        }
        rows = 0;
    }

    private void noteClaimed() {
        documents.dirty = Math.max(documents.dirty, (int)
                Math.min(document.capacity(), (long) documents.position + encoder.claimedLength()));
    }

    /** A record starts in the document; one that outgrows it goes on in memory of its own. */
    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (!spill.isInUse() && requiredLength <= document.capacity() - documents.position) {
            buffer.wrap(document, 0, document.capacity());
            return documents.position;
        }
        spill.grow(buffer, recordOffset, usedLength, requiredLength);
        return 0;
    }

    void end(long keyHash, long beforeKeyHash) {
        int length = encoder.endRecord(keyHash, beforeKeyHash);
        noteClaimed();
        isInRow = false;
        if (spill.isInUse()) {
            endLarge(length);
            return;
        }
        documents.advance(length);
        rowsCount++;
        open.ordinal++;
        if (documents.position >= limits.document()) {
            close();
        }
    }

    /** Publishes the open document, or its clean part. */
    void close() {
        finish();
        documents.close();
    }

    private void endLarge(int length) {
        finish();
        while (documents.clean > 0) { // cut, so that parts stand in documents of this transaction alone
            close();
        }
        for (int offset = 0; offset < length; ) {
            int partLength = Math.min(limits.part(), length - offset);
            documents.ensureOpen();
            if (documents.position > limits.document()) {
                close();
                documents.ensureOpen();
            }
            documents.writeSchema(rowTable);
            int frameLength = RowDescriptor.align(FrameDescriptor.PART_HEADER_LENGTH + partLength);
            int at = documents.claim(FrameDescriptor.ROW_PART, frameLength);
            document.putByte(at + FrameDescriptor.OPERATION_OFFSET, rowOperation.code());
            document.putInt(at + FrameDescriptor.PART_TABLE, rowTable);
            document.putInt(at + FrameDescriptor.PART_ROW_LENGTH, length);
            document.putLong(at + FrameDescriptor.PART_ORDINAL, open.ordinal);
            document.putInt(at + FrameDescriptor.PART_OFFSET, offset);
            document.putInt(at + FrameDescriptor.PART_LENGTH, partLength);
            document.putBytes(at + FrameDescriptor.PART_HEADER_LENGTH, spill.buffer(), offset, partLength);
            offset += partLength;
            if (offset < length) {
                documents.flags |= ENDS_IN_ROW;
            } else {
                open.ordinal++;
            }
            close();
        }
        spill.clear();
    }

    /** The first frame of the open transaction in this document whose rows are at or behind a mark. */
    int firstFrame(long mark) {
        int at = documents.clean > 0 ? documents.clean : HEADER_LENGTH;
        for (; at < documents.position; at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET)) {
            if (document.getByte(at + FrameDescriptor.TYPE_OFFSET) == FrameDescriptor.ROWS
                    && document.getLong(at + FrameDescriptor.ROWS_ORDINAL) >= mark) {
                return at;
            }
        }
        return at;
    }

    void free() {
        spill.free();
    }
}
