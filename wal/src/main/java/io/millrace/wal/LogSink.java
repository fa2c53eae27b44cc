package io.millrace.wal;

import static io.millrace.wal.DocumentDescriptor.ENDS_INSIDE;
import static io.millrace.wal.DocumentDescriptor.ENDS_IN_ROW;
import static io.millrace.wal.DocumentDescriptor.HAS_ROLLBACK;
import static io.millrace.wal.DocumentDescriptor.HAS_SCHEMA;
import static io.millrace.wal.DocumentDescriptor.HEADER_LENGTH;
import static io.millrace.wal.DocumentDescriptor.IS_FILE_START;
import static io.millrace.wal.DocumentDescriptor.STARTS_INSIDE;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns a reader's calls into documents of frames, in mapped memory.
 *
 * <p>A document ends clean, or holds a part of exactly one transaction and no COMMIT before that part. So where a document with
 * commits fills up inside a later transaction, it is cut behind its last COMMIT, and what follows moves to the next one.
 *
 * <pre>
 *  document   ┌ header ┬ BEGIN ROWS COMMIT ┬ BEGIN ROWS COMMIT ┬ BEGIN ROWS …
 *                                          clean ──────────────┘              └ position
 * </pre>
 *
 * <p>Confined to the reader's thread. Hot path: {@link #beginRow} and {@link #endRow} allocate nothing and take no lock but once
 * a document. After a failure the log is closed and opened again; a sink that threw is never used again.
 */
final class LogSink implements ChangeSink, RowSpace {
    private final DocumentWriter writer;
    private final GroupCommit commit;
    private final FileChain chain;
    private final SchemaRegistry schemas;
    private final PositionTracker tracker;
    private final UUID id;
    private final long start; // of what this open writes
    private final LogLimits limits;
    private final long fileBytes;

    private final RowEncoder encoder = new RowEncoder(this);
    private final SpillBuffer spill = new SpillBuffer();
    private final UnsafeBuffer moved = new UnsafeBuffer(new byte[0]);
    private final TransactionId current = new TransactionId();
    private final TransactionId last = new TransactionId();
    private final SpaceDemand demand = new SpaceDemand();

    private final UnsafeBuffer document;
    private boolean isOpen;
    private boolean isClosed;
    private int position;
    private int dirty;
    private int clean; // behind the last frame outside any transaction; 0 where there is none
    private int cleanFlags;
    private int flags; // of what stands behind `clean`

    private boolean isInside;
    private boolean hasParts; // of the open transaction, in earlier documents
    private long ordinal;
    private long documentOrdinal;

    private int rows; // the open ROWS frame, or 0
    private int rowsTable;
    private Operation rowsOperation;
    private int rowsCount;
    private boolean isInRow;
    private int rowTable;
    private Operation rowOperation;

    LogSink(
            DocumentWriter writer,
            GroupCommit commit,
            FileChain chain,
            SchemaRegistry schemas,
            SourcePosition position,
            TransactionId last,
            UUID id,
            long start,
            LogLimits limits,
            long fileBytes) {
        this.writer = writer;
        this.commit = commit;
        this.chain = chain;
        this.schemas = schemas;
        this.id = id;
        this.start = start;
        this.limits = limits;
        this.fileBytes = fileBytes;
        tracker = new PositionTracker(position);
        this.last.copyFrom(last);
        document = writer.document();
    }

    // ---- files and documents

    /** Begins the first file at once: nothing can be read before it. */
    void beginNewLog() {
        demand.isImmediate = true;
        roll(start);
        demand.isImmediate = false;
    }

    /** Begins a file that goes on from an index; what lies behind that index is dead from then on. */
    private void roll(long continuesFrom) {
        commit.awaitRetired();
        demand.isInsideTransaction = isInside && hasParts;
        long oldLength = writer.allocated();
        writer.roll(continuesFrom, demand);
        writer.open(demand);
        byte[] text = tracker.position().text().getBytes(StandardCharsets.UTF_8);
        isOpen = true;
        position = HEADER_LENGTH;
        dirty = HEADER_LENGTH;
        int at = claim(FrameDescriptor.FILE_START, RowDescriptor.align(FrameDescriptor.FILE_START_TEXT + text.length));
        document.putLong(at + FrameDescriptor.FILE_START_CONTINUES_FROM, continuesFrom);
        document.putLong(at + FrameDescriptor.FILE_START_DURABLE, commit.durableIndex());
        document.putLong(at + FrameDescriptor.FILE_START_ID_HIGH, id.getMostSignificantBits());
        document.putLong(at + FrameDescriptor.FILE_START_ID_LOW, id.getLeastSignificantBits());
        document.putInt(at + FrameDescriptor.FILE_START_NEXT_TABLE, schemas.nextNumber());
        document.putInt(at + FrameDescriptor.FILE_START_TEXT_LENGTH, text.length);
        last.encode(document, at + FrameDescriptor.FILE_START_LAST);
        document.putBytes(at + FrameDescriptor.FILE_START_TEXT, text);
        int inside = isInside && hasParts ? STARTS_INSIDE | ENDS_INSIDE : 0;
        isOpen = false;
        writer.publish(position, dirty, IS_FILE_START | inside);
        chain.append(writer.file());
        commit.begin(writer.file(), writer.channel(), oldLength);
        commit.published(position, writer.cleanIndex(), tracker);
    }

    private void ensureOpen() {
        if (!isOpen) {
            openDocument();
        }
    }

    private void requireOpenLog() {
        if (isClosed) {
            throw new MillraceException(ErrorCode.INVARIANT, "the change log is closed");
        }
        commit.throwIfFailed();
    }

    private void openDocument() {
        requireOpenLog();
        if (!writer.isBegun()) {
            roll(start);
        } else if (writer.isLonger(fileBytes)) {
            roll(writer.nextIndex());
        }
        demand.isInsideTransaction = hasParts;
        writer.open(demand);
        startDocument();
    }

    private void startDocument() {
        isOpen = true;
        position = HEADER_LENGTH;
        dirty = HEADER_LENGTH;
        clean = 0;
        cleanFlags = 0;
        flags = 0;
        if (hasParts) {
            flags = STARTS_INSIDE;
            documentOrdinal = ordinal;
            int at = claim(FrameDescriptor.CONTINUE, FrameDescriptor.CONTINUE_LENGTH);
            current.encode(document, at + FrameDescriptor.TRANSACTION_ID);
            document.putLong(at + FrameDescriptor.TRANSACTION_ORDINAL, ordinal);
        }
    }

    /** Publishes the open document, or its clean part: then what follows opens the next. */
    private void closeDocument() {
        finishRows();
        if (position == HEADER_LENGTH) {
            return;
        }
        if (isInside && clean > 0) {
            int length = position - clean;
            byte[] tail = tailSpace(length);
            document.getBytes(clean, tail, 0, length);
            int tailFlags = flags;
            publish(clean, cleanFlags);
            openDocument();
            rewriteSchemas(length);
            document.putBytes(position, tail, 0, length);
            advance(length);
            flags |= tailFlags;
            return;
        }
        publish(position, cleanFlags | flags | (isInside ? ENDS_INSIDE : 0));
        hasParts = isInside;
    }

    private void publish(int length, int documentFlags) {
        isOpen = false;
        writer.publish(length, dirty, documentFlags);
        if ((documentFlags & ENDS_INSIDE) == 0) {
            demand.transactionStart = writer.cleanIndex();
        }
        commit.published(length, writer.cleanIndex(), tracker);
    }

    private byte[] tailSpace(int length) {
        if (moved.capacity() < length) {
            moved.wrap(new byte[Math.max(length, limits.document() + (limits.document() >> 1))]);
        }
        return moved.byteArray();
    }

    /** Where rows move into a new file, the shapes that they name must stand there before them (EXACTNESS 6). */
    private void rewriteSchemas(int length) {
        for (int at = 0; at < length; at += moved.getInt(at + FrameDescriptor.LENGTH_OFFSET)) {
            if (moved.getByte(at + FrameDescriptor.TYPE_OFFSET) == FrameDescriptor.ROWS) {
                writeSchema(moved.getInt(at + FrameDescriptor.ROWS_TABLE));
            }
        }
    }

    private int claim(int type, int length) {
        int at = position;
        if (length > document.capacity() - at) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "a frame does not fit into a document: frame=" + FrameDescriptor.name(type) + ", length=" + length
                            + ", limit=" + (document.capacity() - at));
        }
        document.putInt(at + FrameDescriptor.LENGTH_OFFSET, length);
        document.putInt(at + FrameDescriptor.TYPE_OFFSET, type);
        advance(length);
        return at;
    }

    private void advance(int length) {
        position += length;
        dirty = Math.max(dirty, position);
    }

    private void markClean() {
        clean = position;
        cleanFlags |= flags;
        flags = 0;
    }

    // ---- schemas

    @Override
    public int announce(TableSchema schema) {
        return schemas.announce(schema);
    }

    private void writeSchema(int tableNumber) {
        SchemaRegistry.Entry entry = schemas.entry(tableNumber);
        if (entry == null) {
            throw new MillraceException(ErrorCode.INVARIANT, "a row names an unknown table: number=" + tableNumber);
        }
        if (schemas.isWritten(entry, writer.cycle())) {
            return;
        }
        finishRows();
        int length = FrameDescriptor.SCHEMA_BODY + entry.encoded.length;
        int at = claim(FrameDescriptor.SCHEMA, RowDescriptor.align(length));
        document.putInt(at + FrameDescriptor.SCHEMA_TABLE, tableNumber);
        document.putInt(at + FrameDescriptor.SCHEMA_VERSION, entry.schema.version());
        document.putLong(at + FrameDescriptor.SCHEMA_PREVIOUS, schemas.replaceLastFrame(entry, writer.nextIndex()));
        document.putBytes(at + FrameDescriptor.SCHEMA_BODY, entry.encoded);
        schemas.written(entry, writer.cycle());
        flags |= HAS_SCHEMA;
    }

    // ---- transactions

    @Override
    public void begin(TransactionId transaction) {
        require(!isInside, "a transaction is open");
        ensureOpen();
        current.copyFrom(transaction);
        demand.transaction.copyFrom(transaction);
        int at = claim(FrameDescriptor.BEGIN, FrameDescriptor.BEGIN_LENGTH);
        current.encode(document, at + FrameDescriptor.TRANSACTION_ID);
        isInside = true;
        hasParts = false;
        ordinal = 0;
        documentOrdinal = 0;
    }

    @Override
    public void commit(TransactionId transaction) {
        require(isInside, "no transaction is open");
        finishRows();
        boolean isControl = !isOpen;
        if (isControl) {
            requireOpenLog();
            writer.openControl();
            startDocument();
        }
        int at = claim(FrameDescriptor.COMMIT, FrameDescriptor.COMMIT_LENGTH);
        transaction.encode(document, at + FrameDescriptor.TRANSACTION_ID);
        document.putLong(at + FrameDescriptor.TRANSACTION_ORDINAL, ordinal);
        isInside = false;
        hasParts = false;
        tracker.advance(transaction);
        last.copyFrom(transaction);
        markClean();
        if (isControl || position > limits.document() >> 1) {
            closeDocument();
        }
    }

    @Override
    public void abort() {
        if (!isInside) {
            return;
        }
        finishRows();
        isInRow = false;
        isInside = false;
        if (!hasParts) {
            truncate(clean > 0 ? clean : HEADER_LENGTH);
            return;
        }
        hasParts = false;
        if (isOpen) {
            isOpen = false;
            writer.discard(dirty);
        }
        schemas.forgetFile();
        roll(writer.cleanIndex());
    }

    @Override
    public long mark() {
        require(isInside && !isInRow, "no transaction is open, or a row is");
        finishRows();
        return ordinal;
    }

    @Override
    public void rollbackTo(long mark) {
        require(isInside && !isInRow && mark <= ordinal, "no transaction is open, or the mark is none of it");
        finishRows();
        if (mark == ordinal) {
            return;
        }
        ensureOpen();
        if (mark >= documentOrdinal) {
            truncate(firstFrame(mark));
            return;
        }
        truncate(HEADER_LENGTH + FrameDescriptor.CONTINUE_LENGTH);
        flags |= STARTS_INSIDE;
        int at = claim(FrameDescriptor.ROLLBACK, FrameDescriptor.ROLLBACK_LENGTH);
        document.putLong(at + FrameDescriptor.ROLLBACK_FROM, mark);
        document.putLong(at + FrameDescriptor.ROLLBACK_TO, ordinal);
        flags |= HAS_ROLLBACK;
    }

    /** The first frame of the open transaction in this document whose rows are at or behind a mark. */
    private int firstFrame(long mark) {
        int at = clean > 0 ? clean : HEADER_LENGTH;
        for (; at < position; at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET)) {
            if (document.getByte(at + FrameDescriptor.TYPE_OFFSET) == FrameDescriptor.ROWS
                    && document.getLong(at + FrameDescriptor.ROWS_ORDINAL) >= mark) {
                return at;
            }
        }
        return at;
    }

    /** Drops the end of the open document. A shape that may have stood there is written again before its next row. */
    private void truncate(int to) {
        position = to;
        if ((flags & HAS_SCHEMA) != 0) {
            schemas.forgetFile();
        }
    }

    @Override
    public void heartbeat(SourcePosition at, long sourceTimeMicros) {
        require(!isInside, "a transaction is open");
        ensureOpen();
        byte[] text = at.text().getBytes(StandardCharsets.UTF_8);
        int frame = claim(FrameDescriptor.HEARTBEAT, RowDescriptor.align(FrameDescriptor.HEARTBEAT_TEXT + text.length));
        document.putLong(frame + FrameDescriptor.HEARTBEAT_TIME, sourceTimeMicros);
        document.putInt(frame + FrameDescriptor.HEARTBEAT_TEXT_LENGTH, text.length);
        document.putInt(frame + FrameDescriptor.HEARTBEAT_TEXT_LENGTH + 4, 0);
        document.putBytes(frame + FrameDescriptor.HEARTBEAT_TEXT, text);
        tracker.moveTo(at);
        markClean();
        if (position > limits.document() >> 1) {
            closeDocument();
        }
    }

    @Override
    public void flush() {
        if (isOpen && clean > 0 && !isInRow) {
            closeDocument();
        }
    }

    @Override
    public SourcePosition position() {
        return tracker.position();
    }

    @Override
    public TransactionId lastTransaction() {
        return last;
    }

    // ---- rows

    @Override
    public RowEncoder beginRow(int tableNumber, Operation operation) {
        require(isInside, "no transaction is open");
        prepareRows(tableNumber, operation);
        rowTable = tableNumber;
        rowOperation = operation;
        isInRow = true;
        encoder.beginRecord();
        return encoder;
    }

    private void prepareRows(int tableNumber, Operation operation) {
        ensureOpen();
        writeSchema(tableNumber);
        if (rows != 0 && rowsTable == tableNumber && rowsOperation == operation) {
            return;
        }
        finishRows();
        rows = claim(FrameDescriptor.ROWS, FrameDescriptor.ROWS_HEADER_LENGTH);
        document.putByte(rows + FrameDescriptor.OPERATION_OFFSET, operation.code());
        document.putInt(rows + FrameDescriptor.ROWS_TABLE, tableNumber);
        document.putLong(rows + FrameDescriptor.ROWS_ORDINAL, ordinal);
        rowsTable = tableNumber;
        rowsOperation = operation;
        rowsCount = 0;
    }

    private void finishRows() {
        if (isInRow) { // given up in its middle
            isInRow = false;
            dirty = Math.max(dirty, (int) Math.min(document.capacity(), (long) position + encoder.claimedLength()));
            spill.clear();
        }
        if (rows == 0) {
            return;
        }
        if (rowsCount == 0) {
            position = rows;
        } else {
            document.putInt(rows + FrameDescriptor.LENGTH_OFFSET, position - rows);
            document.putInt(rows + FrameDescriptor.ROWS_COUNT, rowsCount);
        }
        rows = 0;
    }

    /** A record starts in the document; one that outgrows it goes on in memory of its own. */
    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (!spill.isInUse() && requiredLength <= document.capacity() - position) {
            buffer.wrap(document, 0, document.capacity());
            return position;
        }
        spill.grow(buffer, recordOffset, usedLength, requiredLength);
        return 0;
    }

    @Override
    public void endRow(long keyHash, long beforeKeyHash) {
        int length = encoder.endRecord(keyHash, beforeKeyHash);
        dirty = Math.max(dirty, (int) Math.min(document.capacity(), (long) position + encoder.claimedLength()));
        isInRow = false;
        if (spill.isInUse()) {
            endLargeRow(length);
            return;
        }
        advance(length);
        rowsCount++;
        ordinal++;
        if (position >= limits.document()) {
            closeDocument();
        }
    }

    private void endLargeRow(int length) {
        finishRows();
        while (clean > 0) { // cut, so that parts stand in documents of this transaction alone
            closeDocument();
        }
        for (int offset = 0; offset < length; ) {
            int partLength = Math.min(limits.part(), length - offset);
            ensureOpen();
            if (position > limits.document()) {
                closeDocument();
                ensureOpen();
            }
            writeSchema(rowTable);
            int frameLength = RowDescriptor.align(FrameDescriptor.PART_HEADER_LENGTH + partLength);
            int at = claim(FrameDescriptor.ROW_PART, frameLength);
            document.putByte(at + FrameDescriptor.OPERATION_OFFSET, rowOperation.code());
            document.putInt(at + FrameDescriptor.PART_TABLE, rowTable);
            document.putInt(at + FrameDescriptor.PART_ROW_LENGTH, length);
            document.putLong(at + FrameDescriptor.PART_ORDINAL, ordinal);
            document.putInt(at + FrameDescriptor.PART_OFFSET, offset);
            document.putInt(at + FrameDescriptor.PART_LENGTH, partLength);
            document.putBytes(at + FrameDescriptor.PART_HEADER_LENGTH, spill.buffer(), offset, partLength);
            offset += partLength;
            if (offset < length) {
                flags |= ENDS_IN_ROW;
            } else {
                ordinal++;
            }
            closeDocument();
        }
        spill.clear();
    }

    @Override
    public void beginChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void resumeChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void subtransaction(long subXid) {
        throw chainsAreMissing();
    }

    @Override
    public void suspendChain() {
        throw chainsAreMissing();
    }

    @Override
    public void commitChain(long xid, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public long chainRows(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void abortChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void abortSubtransaction(long xid, long subXid) {
        throw chainsAreMissing();
    }

    @Override
    public void prepareChain(long xid, String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public void commitPrepared(String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public void rollbackPrepared(String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public Optional<Prepared> prepared(String name) {
        return Optional.empty();
    }

    @Override
    public List<Prepared> prepared() {
        return List.of();
    }

    @Override
    public void endStream() {
        abort();
    }

    private static MillraceException chainsAreMissing() {
        return new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "open transactions in the log are not built yet");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new MillraceException(ErrorCode.INVARIANT, "the change log was called out of order: " + otherwise);
        }
    }

    /** Publishes what is committed and gives the rest up. Called when the reader's thread has ended. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            if (isOpen) {
                finishRows();
                isOpen = false;
                if (clean > 0 && !commit.hasFailed()) {
                    publish(clean, cleanFlags);
                } else {
                    writer.discard(dirty);
                }
            }
        } finally {
            spill.free();
            writer.close();
            commit.end(writer.allocated());
        }
    }
}
