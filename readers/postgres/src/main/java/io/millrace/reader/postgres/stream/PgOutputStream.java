package io.millrace.reader.postgres.stream;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.postgres.statement.DdlHints;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.reader.postgres.statement.SeenChanges;
import io.millrace.reader.postgres.statement.ShapeDifferences;
import io.millrace.reader.postgres.statement.SourceStatements;
import io.millrace.reader.postgres.value.MessageBytes;
import io.millrace.wal.ChangeSink;
import java.util.Optional;

/**
 * Decodes {@code pgoutput}'s messages into a sink: one message a call. Knows nothing of the network.
 *
 * <pre>
 * message                state      does
 * Begin                  outside    names the transaction; the sink's begins with its first row
 * Relation               anywhere   compiles
 * Insert Update Delete   inside     one row
 * Truncate               inside     a statement
 * Commit                 inside     commits
 * Type Origin            anywhere   nothing
 * Message                anywhere   nothing, but is counted; one of {@link DdlTrigger} is a statement; another of ours stops the task
 * Stream…                outside, or in a block   {@link StreamedTransactions}, which has what comes within its blocks, too
 * …Prepare …Prepared     outside    {@link PreparedTransactions}
 * </pre>
 *
 * <p>Where the stream starts before the sink's position, for the sake of what is held out of that, everything that was committed in
 * between comes again, and is passed over.
 *
 * <p>Confined to the reader's thread. Hot path: a row allocates nothing here.
 */
public final class PgOutputStream {
    private final ChangeSink sink;
    private final Relations relations;
    private final TransactionIds ids;
    private final MessageBytes message = new MessageBytes();
    private final TransactionId transaction = new TransactionId();
    private final RowMessages rows;
    private final StreamedTransactions streams;
    private final PreparedTransactions prepared;
    private final Optional<SourceStatements> statements;
    private final LogicalMessages logicalMessages;
    private final SeenChanges changes = new SeenChanges();
    private final long from;
    private final long start;
    private boolean isInside;
    private boolean isBegun;
    private boolean isRepeated;
    private long position;
    private long lastCommitMicros;
    private long lastLsn;

    /**
     * A stream from a position.
     *
     * @param from where the server begins to send, at or before the position
     * @param start the sink's position, with the server's system and timeline
     * @param statements where tables can be told by the catalog
     */
    public PgOutputStream(
            ChangeSink sink,
            Relations relations,
            TransactionIds ids,
            ProtocolOptions options,
            long from,
            PostgresPosition start,
            Optional<SourceStatements> statements) {
        this.sink = sink;
        this.relations = relations;
        this.ids = ids;
        rows = new RowMessages(sink, message);
        streams = new StreamedTransactions(sink, relations, rows, message, options.hasAbortPlace());
        prepared = new PreparedTransactions(sink, message, ids, transaction);
        this.statements = statements;
        logicalMessages =
                new LogicalMessages(statements.flatMap(SourceStatements::hints).isPresent());
        this.from = from;
        this.start = start.lsn();
        position = start.lsn();
        transaction.clear();
        transaction.kind = TransactionId.KIND_POSTGRES;
        transaction.domain = start.timeline();
        transaction.serverHigh = start.system();
    }

    /** Whether a transaction, or a block of one, is being sent. Of those that are open beside it none is. */
    public boolean isInside() {
        return isInside || prepared.isInside() || streams.isInBlock();
    }

    /** Behind the last commit, or where the stream started. */
    public long position() {
        return position;
    }

    /** The server has nothing before this LSN that it has not sent. */
    public void passed(long lsn) {
        requireOutside();
        position = lsn;
    }

    /** Messages of others that were passed over. */
    public long messagesPassed() {
        return logicalMessages.passed();
    }

    /** The server, a standby, has come to another timeline: what comes from now on is of that one's history. */
    public void onTimeline(int timeline) {
        transaction.domain = timeline;
    }

    /** The source's commit time of the last transaction, 0 where there was none. */
    public long lastCommitMicros() {
        return lastCommitMicros;
    }

    /**
     * Takes a message.
     *
     * @param lsn where it stands in the WAL, for errors; 0 of one that is sent ahead of another, as a Relation
     */
    public void onMessage(byte[] bytes, int offset, int length, long lsn) {
        lastLsn = lsn == 0 ? lastLsn : lsn;
        message.wrap(bytes, offset, length, lastLsn);
        message.part("message");
        int type = message.u8();
        switch (type) {
            case 'I' -> row(type, "Insert");
            case 'U' -> row(type, "Update");
            case 'D' -> row(type, "Delete");
            case 'B' -> begin();
            case 'C' -> commit();
            case 'R' -> relation();
            case 'T' -> truncate();
            case 'S' -> startStream();
            case 'E' -> streams.stop();
            case 'c' -> commitStream();
            case 'A' -> abortStream();
            case 'b' -> beginPrepare();
            case 'P' -> prepare();
            case 'p' -> prepareStream();
            case 'K' -> commitPrepared();
            case 'r' -> rollbackPrepared();
            case 'Y' -> type();
            case 'O' -> origin();
            case 'M' -> logicalMessage();
            default ->
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "message is not known: type=0x" + Integer.toHexString(type) + ", lsn="
                                + PostgresPosition.lsnText(lsn));
        }
    }

    /** Types are asked of the catalog. */
    private void type() {
        message.part("Type");
        if (streams.isInBlock()) {
            message.i32();
        }
        message.i32();
        message.text();
        message.text();
        message.requireEnd();
    }

    /** Where a change came from first changes no row. */
    private void origin() {
        message.part("Origin");
        message.i64();
        message.text();
        message.requireEnd();
    }

    private void logicalMessage() {
        message.part("Message");
        if (logicalMessages.read(message, streams.isInBlock(), isInside())) {
            statement(statements.flatMap(SourceStatements::hints).orElseThrow(), logicalMessages.length());
        }
    }

    private void statement(DdlHints reader, int length) {
        if (streams.isInBlock()) {
            StreamedTransaction streamed = streams.current();
            reader.read(message, length, streamed.xid(), streamed.changes, 0).ifPresent(streams::statement);
            return;
        }
        if (isInside ? isRepeated : prepared.isKnown()) {
            return;
        }
        if (isInside) {
            reader.read(message, length, (int) transaction.number, changes, transaction.commitTimeMicros)
                    .ifPresent(hint -> {
                        sink.ddl(hint.event()); // where it comes first, before all of its transaction
                        enter();
                    });
            return;
        }
        reader.read(message, length, prepared.xid(), prepared.current(), transaction.commitTimeMicros)
                .ifPresent(hint -> {
                    prepared.enter();
                    sink.ddl(hint.event());
                });
    }

    private void enter() {
        if (!isBegun) {
            sink.begin(transaction);
            isBegun = true;
        }
    }

    /** Ahead of the commit, without which it does not count. */
    private void keep(SeenChanges committed) {
        statements.ifPresent(all -> all.keep(committed, transaction));
    }

    /** What is known of a transaction's statements holds from its commit on. */
    private void adopt(SeenChanges committed) {
        if (!committed.isEmpty()) {
            relations.commit(committed);
            statements.ifPresent(all -> all.commit(committed));
        }
    }

    private void begin() {
        message.part("Begin");
        requireOutside();
        transaction.serverLow = message.i64();
        transaction.commitTimeMicros = message.time();
        transaction.number = ids.widen(message.i32());
        transaction.endPosition = 0;
        message.requireEnd();
        isRepeated = isRepeated(transaction.serverLow);
        isInside = true;
        isBegun = false;
        changes.clear();
    }

    /** Whether a commit lies before the position: only where the stream was asked for from before it. */
    private boolean isRepeated(long commit) {
        if (Long.compareUnsigned(commit, position) >= 0) {
            return false;
        }
        if (Long.compareUnsigned(commit, from) < 0 || Long.compareUnsigned(commit, start) >= 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL,
                    "the server sent a transaction again: commit=" + PostgresPosition.lsnText(commit) + ", position="
                            + PostgresPosition.lsnText(position));
        }
        return true;
    }

    private void commit() {
        message.part("Commit");
        requireIs(isInside);
        message.requireNoFlags();
        long commit = message.i64();
        transaction.endPosition = message.i64();
        message.i64();
        message.requireEnd();
        if (commit != transaction.serverLow) {
            throw message.failure("commit=" + PostgresPosition.lsnText(commit) + ", begin="
                    + PostgresPosition.lsnText(transaction.serverLow));
        }
        if (isBegun) {
            keep(changes);
            sink.commit(transaction);
        }
        adopt(changes);
        isInside = false;
        isBegun = false;
        pass();
    }

    private void pass() {
        if (Long.compareUnsigned(transaction.endPosition, position) > 0) {
            position = transaction.endPosition;
        }
        lastCommitMicros = transaction.commitTimeMicros;
    }

    private void startStream() {
        message.part("StreamStart");
        requireOutside();
        streams.start();
    }

    private void commitStream() {
        message.part("StreamCommit");
        requireOutside();
        StreamedTransaction committed = streams.readCommit(transaction, ids);
        boolean isKnown = isRepeated(transaction.serverLow);
        if (!isKnown) {
            keep(committed.changes);
        }
        streams.commit(committed, transaction, isKnown);
        if (!isKnown) {
            adopt(committed.changes);
        }
        pass();
    }

    private void abortStream() {
        message.part("StreamAbort");
        requireOutside();
        streams.abort();
    }

    private void beginPrepare() {
        message.part("BeginPrepare");
        requireOutside();
        prepared.begin(streams);
    }

    private void prepare() {
        message.part("Prepare");
        requireIs(prepared.isInside());
        prepared.prepare();
        pass();
    }

    private void prepareStream() {
        message.part("StreamPrepare");
        requireOutside();
        prepared.prepareStreamed(streams);
        pass();
    }

    private void commitPrepared() {
        message.part("CommitPrepared");
        requireOutside();
        prepared.readCommit();
        boolean isKnown = isRepeated(transaction.serverLow);
        prepared.commit(isKnown);
        SeenChanges resolved = prepared.resolved();
        if (!isKnown) {
            adopt(resolved);
        }
        pass();
    }

    private void rollbackPrepared() {
        message.part("RollbackPrepared");
        requireOutside();
        prepared.rollBack();
        prepared.resolved();
        pass();
    }

    private void requireOutside() {
        requireIs(!isInside());
    }

    private void requireIs(boolean isDue) {
        if (!isDue) {
            throw message.failure("out of order, open=" + open());
        }
    }

    private String open() {
        if (streams.isInBlock()) {
            return "block";
        }
        return isInside ? "transaction" : prepared.isInside() ? "prepare" : "none";
    }

    private void row(int type, String part) {
        message.part(part);
        if (streams.isInBlock()) {
            streams.row(type);
            return;
        }
        requireIs(isInside || prepared.isInside());
        if (isInside ? isRepeated : prepared.isKnown()) {
            return;
        }
        int oid = message.i32();
        Relation relation = relations.known().relation(oid);
        if (relation == null) {
            throw relations.stranger(oid, message, relations.known());
        }
        if (!isInside) {
            prepared.enter();
        } else {
            enter();
        }
        rows.take(type, relation);
    }

    private void relation() {
        message.part("Relation");
        if (streams.isInBlock()) {
            streams.relation(ids);
        } else if (prepared.isInside()) {
            relations.announce(message, relations.known(), prepared.current());
        } else if (isRepeated || !isInside) {
            relations.announce(message, relations.known(), changes);
        } else {
            int xid = (int) transaction.number;
            relations
                    .announce(
                            message,
                            relations.known(),
                            changes,
                            new ShapeDifferences.Origin(xid, transaction.number, false, transaction.commitTimeMicros))
                    .ifPresent(hint -> {
                        sink.ddl(hint.event());
                        enter();
                    });
        }
    }

    private void truncate() {
        message.part("Truncate");
        if (streams.isInBlock()) {
            streams.truncate();
            return;
        }
        requireIs(isInside || prepared.isInside());
        if (isInside ? isRepeated : prepared.isKnown()) {
            return;
        }
        relations
                .truncation(message, relations.known(), transaction.commitTimeMicros)
                .ifPresent(event -> {
                    if (!isInside) {
                        prepared.enter();
                    }
                    sink.ddl(event); // where it comes first, before all of its transaction
                    if (isInside) {
                        enter();
                    }
                });
    }
}
