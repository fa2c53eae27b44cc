package io.millrace.wal.write;

import static io.millrace.wal.codec.DocumentDescriptor.HAS_ROLLBACK;
import static io.millrace.wal.codec.DocumentDescriptor.HEADER_LENGTH;
import static io.millrace.wal.codec.DocumentDescriptor.STARTS_INSIDE;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowDescriptor;
import io.millrace.row.RowEncoder;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.chain.ChainPins;
import io.millrace.wal.codec.DdlCodec;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns a reader's calls into frames, and keeps their order: which transaction takes rows, and what it may do next.
 *
 * <pre>
 *  LogSink ─┬▶ RowFrames ────┬▶ DocumentBuilder ─▶ DocumentWriter
 *           └▶ OpenChains ───┘
 * </pre>
 *
 * <p>Confined to the reader's thread. Hot path: {@link #beginRow} and {@link #endRow} allocate nothing and take no lock but once
 * a document. After a failure the log is closed and opened again; a sink that threw is never used again.
 */
public final class LogSink implements ChangeSink {
    private final SchemaRegistry schemas;
    private final LogLimits limits;
    private final SchemaFile schemaFile;
    private byte[] statement; // DDL that the next transaction begins with, or null
    private final OpenTransaction open = new OpenTransaction();
    private final DocumentBuilder documents;
    private final RowFrames rows;
    private final OpenChains chains;
    private final ChainCopy copy;
    private final UnsafeBuffer document;
    private boolean isClosed;

    public LogSink(
            DocumentWriter writer,
            GroupCommit commit,
            FileChain files,
            ChainPins pins,
            Recovery.Result found,
            SourcePosition position,
            TransactionId last,
            UUID id,
            long start,
            LogLimits limits,
            long fileBytes,
            SchemaFile schemaFile) {
        this.schemaFile = schemaFile;
        this.limits = limits;
        schemas = found.schemas();
        documents =
                new DocumentBuilder(writer, commit, files, schemas, open, position, last, id, start, limits, fileBytes);
        rows = new RowFrames(documents, schemas, open, limits);
        chains = new OpenChains(documents, rows, open, pins, limits, found.prepared());
        copy = new ChainCopy(files, documents, limits, fileBytes);
        document = documents.document;
    }

    /** Begins the first file at once: nothing can be read before it. */
    public void beginNewLog() {
        documents.beginNewLog();
    }

    @Override
    public int announce(TableSchema schema) {
        return schemas.announce(schema);
    }

    // ---- statements

    @Override
    public void ddl(DdlEvent event) {
        require(!rows.isInRow(), "a row is open");
        require(open.takesRows() || statement == null, "a statement waits for its transaction");
        byte[] encoded = DdlCodec.encode(event);
        statement = encoded.length > limits.window() >> 1 ? DdlCodec.encode(event.withoutText()) : encoded;
        if (open.takesRows()) {
            rows.finish();
            writeStatement();
            open.stated();
        }
    }

    /** At the start of a document, behind what says whose it is: so that a lane can stop right before it. */
    private void writeStatement() {
        while (documents.isOpen() && !documents.isStart()) {
            documents.close(); // where that cuts the document behind its commits, what is left is closed next
        }
        documents.ensureOpen();
        int at = documents.claim(FrameDescriptor.DDL, RowDescriptor.align(FrameDescriptor.DDL_BODY + statement.length));
        document.putInt(at + FrameDescriptor.DDL_LENGTH, statement.length);
        document.putInt(at + FrameDescriptor.DDL_LENGTH + 4, 0);
        document.putBytes(at + FrameDescriptor.DDL_BODY, statement);
        statement = null;
    }

    @Override
    public Optional<SchemaState> schemas() {
        return schemaFile.at(documents.tracker.position());
    }

    @Override
    public void keepSchemas(SchemaState state) {
        schemaFile.replace(state);
    }

    @Override
    public void changeSchemas(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, Map<String, String> collations) {
        schemaFile.append(transaction, changed, gone, collations);
    }

    // ---- transactions

    @Override
    public void begin(TransactionId transaction) {
        require(!open.takesRows(), "a transaction is open");
        chains.copyForward(copy);
        if (statement != null) {
            writeStatement();
        }
        documents.ensureOpen();
        documents.demand().transaction.copyFrom(transaction);
        int at = documents.claim(FrameDescriptor.BEGIN, FrameDescriptor.BEGIN_LENGTH);
        open.begin(transaction);
        open.id.encode(document, at + FrameDescriptor.TRANSACTION_ID);
    }

    @Override
    public void commit(TransactionId transaction) {
        require(open.isInside, "no transaction is open");
        rows.finish();
        boolean isControl = !documents.isOpen();
        if (isControl) {
            documents.openControl();
        }
        int at = documents.claim(FrameDescriptor.COMMIT, FrameDescriptor.COMMIT_LENGTH);
        transaction.encode(document, at + FrameDescriptor.TRANSACTION_ID);
        document.putLong(at + FrameDescriptor.TRANSACTION_ORDINAL, open.ordinal);
        open.end();
        documents.tracker.advance(transaction);
        documents.last.copyFrom(transaction);
        closeWhenFull(isControl);
    }

    private void closeWhenFull(boolean isAlone) {
        documents.markClean();
        if (isAlone || documents.position > limits.document() >> 1) {
            documents.close();
        }
    }

    @Override
    public void abort() {
        statement = null;
        if (!open.isInside) {
            return;
        }
        rows.finish();
        boolean hasParts = open.hasParts;
        open.end();
        if (hasParts) {
            documents.cut();
        } else {
            documents.truncate(documents.clean > 0 ? documents.clean : HEADER_LENGTH);
        }
    }

    @Override
    public long mark() {
        require(open.takesRows() && !rows.isInRow(), "no transaction is open, or a row is");
        rows.finish();
        return open.ordinal;
    }

    @Override
    public void rollbackTo(long mark) {
        require(
                open.takesRows() && !rows.isInRow() && mark <= open.ordinal && mark >= open.statementOrdinal,
                "no transaction is open, or the mark is none of it, or stands before a statement");
        rows.finish();
        if (mark == open.ordinal) {
            return;
        }
        if (open.chain != null) {
            require(!open.chain.hasSubtransactions(), "a chain of subtransactions has no marks");
            open.chain.contents.drop(mark, open.ordinal);
            return;
        }
        documents.ensureOpen();
        if (mark >= open.documentOrdinal) {
            documents.truncate(rows.firstFrame(mark));
            return;
        }
        documents.truncate(HEADER_LENGTH + FrameDescriptor.CONTINUE_LENGTH);
        documents.flags |= STARTS_INSIDE;
        int at = documents.claim(FrameDescriptor.ROLLBACK, FrameDescriptor.ROLLBACK_LENGTH);
        document.putLong(at + FrameDescriptor.ROLLBACK_FROM, mark);
        document.putLong(at + FrameDescriptor.ROLLBACK_TO, open.ordinal);
        documents.flags |= HAS_ROLLBACK;
    }

    @Override
    public void heartbeat(SourcePosition at, long sourceTimeMicros) {
        require(!open.takesRows(), "a transaction is open");
        chains.copyForward(copy);
        documents.ensureOpen();
        byte[] text = at.text().getBytes(StandardCharsets.UTF_8);
        int frame = documents.claim(
                FrameDescriptor.HEARTBEAT, RowDescriptor.align(FrameDescriptor.HEARTBEAT_TEXT + text.length));
        document.putLong(frame + FrameDescriptor.HEARTBEAT_TIME, sourceTimeMicros);
        document.putInt(frame + FrameDescriptor.HEARTBEAT_TEXT_LENGTH, text.length);
        document.putInt(frame + FrameDescriptor.HEARTBEAT_TEXT_LENGTH + 4, 0);
        document.putBytes(frame + FrameDescriptor.HEARTBEAT_TEXT, text);
        documents.tracker.moveTo(at);
        closeWhenFull(false);
    }

    @Override
    public void flush() {
        if (documents.hasClean() && !rows.isInRow()) {
            rows.close();
        }
    }

    @Override
    public SourcePosition position() {
        return documents.tracker.position();
    }

    @Override
    public TransactionId lastTransaction() {
        return documents.last;
    }

    // ---- rows

    @Override
    public RowEncoder beginRow(int tableNumber, Operation operation) {
        require(open.takesRows(), "no transaction is open");
        return rows.begin(tableNumber, operation);
    }

    @Override
    public void endRow(long keyHash, long beforeKeyHash) {
        rows.end(keyHash, beforeKeyHash);
    }

    // ---- chains

    @Override
    public void beginChain(long xid) {
        chains.begin(xid);
    }

    @Override
    public void resumeChain(long xid) {
        chains.resume(xid);
    }

    @Override
    public void subtransaction(long subXid) {
        chains.subtransaction(subXid);
    }

    @Override
    public void suspendChain() {
        chains.suspend();
        chains.copyForward(copy);
    }

    @Override
    public void commitChain(long xid, TransactionId transaction) {
        chains.commit(xid, transaction);
    }

    @Override
    public long chainRows(long xid) {
        return chains.rows(xid);
    }

    @Override
    public void abortChain(long xid) {
        chains.abort(xid);
    }

    @Override
    public void abortSubtransaction(long xid, long subXid) {
        chains.abortSubtransaction(xid, subXid);
    }

    @Override
    public void prepareChain(long xid, String name, TransactionId transaction) {
        chains.prepare(xid, name, transaction);
    }

    @Override
    public void commitPrepared(String name, TransactionId transaction) {
        chains.commitPrepared(name, transaction);
    }

    @Override
    public void rollbackPrepared(String name, TransactionId transaction) {
        chains.rollbackPrepared(name, transaction);
    }

    @Override
    public Optional<Prepared> prepared(String name) {
        return chains.prepared(name);
    }

    @Override
    public List<Prepared> prepared() {
        return chains.prepared();
    }

    @Override
    public void endStream() {
        abort();
        chains.endStream();
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new MillraceException(ErrorCode.INVARIANT, "the change log was called out of order: " + otherwise);
        }
    }

    /** Publishes what is committed and gives the rest up. Called when the reader's thread has ended. */
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            if (documents.isOpen()) {
                rows.finish();
            }
        } finally {
            rows.free();
            documents.end();
        }
    }
}
