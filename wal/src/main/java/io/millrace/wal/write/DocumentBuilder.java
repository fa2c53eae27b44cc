package io.millrace.wal.write;

import static io.millrace.wal.codec.DocumentDescriptor.ENDS_INSIDE;
import static io.millrace.wal.codec.DocumentDescriptor.HAS_SCHEMA;
import static io.millrace.wal.codec.DocumentDescriptor.HEADER_LENGTH;
import static io.millrace.wal.codec.DocumentDescriptor.IS_CHAIN;
import static io.millrace.wal.codec.DocumentDescriptor.IS_FILE_START;
import static io.millrace.wal.codec.DocumentDescriptor.STARTS_INSIDE;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.RowDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.SpaceDemand;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts frames into documents and documents into files.
 *
 * <p>A document ends clean, or holds a part of exactly one transaction and no COMMIT before that part. So where a document with
 * commits fills up inside a later transaction, it is cut behind its last COMMIT, and what follows moves to the next one. A
 * chain's rows stand in documents of its own, which end clean: no plain transaction is open there.
 *
 * <pre>
 *  document   ┌ header ┬ BEGIN ROWS COMMIT ┬ BEGIN ROWS COMMIT ┬ BEGIN ROWS …
 *                                          clean ──────────────┘              └ position
 *  chain      ┌ header ┬ CHAIN ┬ ROWS … ROWS SUBTRANSACTION ROWS …
 * </pre>
 *
 * <p>Confined to the sink's thread. Allocates nothing but at a roll. Its callers end an open ROWS frame before they {@link #close}.
 */
final class DocumentBuilder {
    private final DocumentWriter writer;
    private final GroupCommit commit;
    private final FileChain files;
    private final SchemaRegistry schemas;
    private final OpenTransaction open;
    private final UUID id;
    private final long start; // of what this open writes
    private final LogLimits limits;
    private final long fileBytes;
    private final UnsafeBuffer moved = new UnsafeBuffer(new byte[0]);
    private final SpaceDemand demand = new SpaceDemand();

    final PositionTracker tracker;
    final TransactionId last = new TransactionId();
    final UnsafeBuffer document;
    int position;
    int dirty;
    int clean; // behind the last frame outside any transaction; 0 where there is none
    int flags; // of what stands behind `clean`
    private int cleanFlags;
    private boolean isOpen;
    private boolean isClosed;

    DocumentBuilder(
            DocumentWriter writer,
            GroupCommit commit,
            FileChain files,
            SchemaRegistry schemas,
            OpenTransaction open,
            SourcePosition position,
            TransactionId last,
            UUID id,
            long start,
            LogLimits limits,
            long fileBytes) {
        this.writer = writer;
        this.commit = commit;
        this.files = files;
        this.schemas = schemas;
        this.open = open;
        this.id = id;
        this.start = start;
        this.limits = limits;
        this.fileBytes = fileBytes;
        tracker = new PositionTracker(position);
        this.last.copyFrom(last);
        document = writer.document();
    }

    boolean isOpen() {
        return isOpen;
    }

    /** Whether anything outside any transaction waits in the open document. */
    boolean hasClean() {
        return isOpen && clean > 0;
    }

    /** The index that the next document has, in the current file. */
    long nextIndex() {
        return writer.nextIndex();
    }

    /** The current file's number. */
    int cycle() {
        return writer.cycle();
    }

    // ---- files

    /** Begins the first file at once: nothing can be read before it. */
    void beginNewLog() {
        demand.isImmediate = true;
        roll(start);
        demand.isImmediate = false;
    }

    /** What was published since the last clean end is dead: goes on from there, in a new file. */
    void cut() {
        if (isOpen) {
            discard();
        }
        schemas.forgetFile();
        roll(writer.cleanIndex());
    }

    /** Begins a file that goes on from an index; what lies behind that index is dead from then on. */
    private void roll(long continuesFrom) {
        commit.awaitRetired();
        boolean goesOn = open.isInside && open.hasParts;
        demand.isInsideTransaction = goesOn || isInChain();
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
        isOpen = false;
        writer.publish(position, dirty, IS_FILE_START | (goesOn ? STARTS_INSIDE | ENDS_INSIDE : 0));
        files.append(writer.file());
        commit.begin(writer.file(), writer.channel(), oldLength);
        commit.published(position, writer.cleanIndex(), tracker);
    }

    private boolean isInChain() {
        return open.chain != null && open.chain.hasDocuments();
    }

    // ---- documents

    void ensureOpen() {
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
        nextPlace();
        demand.isInsideTransaction = open.hasParts || isInChain();
        writer.open(demand);
        startDocument();
    }

    private void nextPlace() {
        requireOpenLog();
        if (!writer.isBegun()) {
            roll(start);
        } else if (writer.isLonger(fileBytes)) {
            roll(writer.nextIndex());
        }
    }

    /** Opens a document for a COMMIT, in the room that is always kept for it. Never blocks. */
    void openControl() {
        requireOpenLog();
        writer.openControl();
        startDocument();
    }

    /**
     * Opens a document that belongs to no transaction that takes rows. One that ends or moves a chain may take the log past its
     * quota: what it ends may be what fills it.
     */
    void openAlone() {
        nextPlace();
        demand.isInsideTransaction = true;
        writer.open(demand);
        isOpen = true;
        position = HEADER_LENGTH;
        dirty = HEADER_LENGTH;
        clean = 0;
        cleanFlags = 0;
        flags = 0;
    }

    /** Publishes what is in the open document; no transaction takes rows. */
    void endClean() {
        if (isOpen && position == HEADER_LENGTH) {
            discard();
        } else if (isOpen) {
            close();
        }
    }

    void awaitDurable(long index) {
        while (!commit.awaitDurable(index, 1000)) {
            requireOpenLog();
        }
    }

    /** Publishes what {@link #openAlone} opened. */
    long publishAlone(int documentFlags) {
        publish(position, documentFlags);
        return writer.nextIndex() - 1;
    }

    /** Writes a document of a chain once more; returns where. */
    long copy(FileCursor from) {
        openAlone();
        int length = from.documentLength() - HEADER_LENGTH;
        document.putBytes(position, from.document(), HEADER_LENGTH, length);
        advance(length);
        return publishAlone(from.flags());
    }

    private void startDocument() {
        isOpen = true;
        position = HEADER_LENGTH;
        dirty = HEADER_LENGTH;
        clean = 0;
        cleanFlags = 0;
        flags = 0;
        if (open.hasParts) {
            flags = STARTS_INSIDE;
            open.documentOrdinal = open.ordinal;
            int at = claim(FrameDescriptor.CONTINUE, FrameDescriptor.CONTINUE_LENGTH);
            open.id.encode(document, at + FrameDescriptor.TRANSACTION_ID);
            document.putLong(at + FrameDescriptor.TRANSACTION_ORDINAL, open.ordinal);
        } else if (open.chain != null) {
            flags = IS_CHAIN;
            open.documentOrdinal = open.ordinal;
            int at = claim(FrameDescriptor.CHAIN, FrameDescriptor.CHAIN_LENGTH);
            document.putLong(at + FrameDescriptor.CHAIN_XID, open.chain.xid);
            document.putLong(at + FrameDescriptor.CHAIN_ORDINAL, open.ordinal);
            document.putLong(at + FrameDescriptor.CHAIN_SUBTRANSACTION, open.chain.subtransaction());
        }
    }

    /** Whether the chain's open document has nothing of it yet. */
    boolean isChainStart() {
        return position == HEADER_LENGTH + FrameDescriptor.CHAIN_LENGTH;
    }

    /** Whether the open document has nothing yet but what says whose it is. */
    boolean isStart() {
        if (open.chain != null) {
            return isChainStart();
        }
        return position == HEADER_LENGTH + (open.hasParts ? FrameDescriptor.CONTINUE_LENGTH : 0);
    }

    /** Publishes the open document, or its clean part: then what follows opens the next. */
    void close() {
        if (position == HEADER_LENGTH) {
            return;
        }
        if (open.chain != null) {
            closeChain();
            return;
        }
        if (open.isInside && clean > 0) {
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
        publish(position, cleanFlags | flags | (open.isInside ? ENDS_INSIDE : 0));
        open.hasParts = open.isInside;
    }

    private void closeChain() {
        if (isChainStart()) {
            discard();
        } else {
            publish(position, flags);
            open.chain.contents.add(writer.nextIndex() - 1);
        }
    }

    private void publish(int length, int documentFlags) {
        isOpen = false;
        writer.publish(length, dirty, documentFlags);
        if ((documentFlags & ENDS_INSIDE) == 0) {
            demand.transactionStart = writer.cleanIndex();
        }
        if ((documentFlags & IS_CHAIN) != 0) {
            commit.publishedBeside(length, writer.cleanIndex());
        } else {
            commit.published(length, writer.cleanIndex(), tracker);
        }
    }

    /** Gives the open document up: nothing of it was written. */
    void discard() {
        isOpen = false;
        if ((flags & HAS_SCHEMA) != 0) {
            forgetSchemas();
        }
        writer.discard(dirty);
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

    // ---- frames

    int claim(int type, int length) {
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

    void advance(int length) {
        position += length;
        dirty = Math.max(dirty, position);
    }

    void markClean() {
        clean = position;
        cleanFlags |= flags;
        flags = 0;
    }

    /** Drops the end of the open document. A shape that may have stood there is written again before its next row. */
    void truncate(int to) {
        position = to;
        if ((flags & HAS_SCHEMA) != 0) {
            forgetSchemas();
        }
    }

    private void forgetSchemas() {
        if (open.chain != null) {
            open.chain.forgetSchemas();
        } else {
            schemas.forgetFile();
        }
    }

    /** Whether a shape must be written before the next row that has it. */
    boolean needsSchema(SchemaRegistry.Entry entry) {
        return open.chain == null
                ? !schemas.isWritten(entry, writer.cycle())
                : open.chain.needsSchema(entry.number, writer.cycle());
    }

    void writeSchema(int tableNumber) {
        SchemaRegistry.Entry entry = schemas.entry(tableNumber);
        if (entry == null) {
            throw new MillraceException(ErrorCode.INVARIANT, "a row names an unknown table: number=" + tableNumber);
        }
        if (needsSchema(entry)) {
            writeSchema(entry);
        }
    }

    void writeSchema(SchemaRegistry.Entry entry) {
        int length = FrameDescriptor.SCHEMA_BODY + entry.encoded.length;
        int at = claim(FrameDescriptor.SCHEMA, RowDescriptor.align(length));
        document.putInt(at + FrameDescriptor.SCHEMA_TABLE, entry.number);
        document.putInt(at + FrameDescriptor.SCHEMA_VERSION, entry.schema.version());
        document.putLong(at + FrameDescriptor.SCHEMA_PREVIOUS, schemas.replaceLastFrame(entry, writer.nextIndex()));
        document.putBytes(at + FrameDescriptor.SCHEMA_BODY, entry.encoded);
        if (open.chain == null) {
            schemas.written(entry, writer.cycle());
        }
        flags |= HAS_SCHEMA;
    }

    SpaceDemand demand() {
        return demand;
    }

    /** On a full disk it is given up: the log's position stands before it, so that the source is asked for it again. */
    private void publishLast() {
        writer.waitNoMore();
        try {
            publish(clean, cleanFlags);
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.LOG_DISK_FULL) {
                throw e;
            }
        }
    }

    /** Publishes what is committed and gives the rest up. Called when the reader's thread has ended. */
    void end() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            if (isOpen) {
                if (clean > 0 && !commit.hasFailed()) {
                    publishLast();
                }
                isOpen = false;
            }
        } finally {
            writer.close();
            commit.end(writer.allocated());
        }
    }
}
