package io.millrace.reader.postgres.stream;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.postgres.statement.DdlHints;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.reader.postgres.statement.ShapeDifferences;
import io.millrace.reader.postgres.value.MessageBytes;
import io.millrace.wal.ChangeSink;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Transactions that the server sends while they are open, in blocks, many of them mixed. Each is a chain of the log, from its first
 * row on.
 *
 * <pre>
 * message                       state     does
 * StreamStart                   outside   begins or goes on with a transaction
 * Relation                      block     compiles, for this transaction alone
 * Insert Update Delete          block     one row of the chain, of the subtransaction that the message names
 * Message of {@link DdlTrigger} block     a statement of the chain, likewise
 * Truncate                      block     a statement of the chain, likewise
 * StreamStop                    block     suspends the chain
 * StreamCommit                  outside   commits the chain; its relations are everybody's from now on
 * StreamAbort                   outside   drops the chain
 * StreamAbort of another xid    outside   drops the subtransaction, and all relations
 * StreamAbort of one not begun  outside   nothing: the server spared us its blocks
 * StreamPrepare                 outside   {@link PreparedTransactions}
 * </pre>
 *
 * <p>Relations follow what the server believes to have sent: within a streamed transaction each is sent again, at its commit it counts
 * as sent to everybody, after a StreamAbort, of a subtransaction too, as sent to nobody ({@code streamed_txns} in pgoutput.c). What would
 * stop the task waits for the commit, for an abort makes it undone.
 *
 * <p>Confined to the reader's thread. Hot path: a row allocates nothing here.
 */
final class StreamedTransactions {
    private static final int FIRST = 1;

    private final ChangeSink sink;
    private final Relations relations;
    private final RowMessages rows;
    private final MessageBytes message;
    private final boolean hasAbortPlace;
    private final Int2ObjectHashMap<StreamedTransaction> open = new Int2ObjectHashMap<>();
    private StreamedTransaction current; // of the open block, or null
    private boolean takesRows;

    /**
     * For one connection.
     *
     * @param hasAbortPlace whether a StreamAbort says where and when it was
     */
    StreamedTransactions(
            ChangeSink sink, Relations relations, RowMessages rows, MessageBytes message, boolean hasAbortPlace) {
        this.sink = sink;
        this.relations = relations;
        this.rows = rows;
        this.message = message;
        this.hasAbortPlace = hasAbortPlace;
    }

    /** Whether messages carry the transaction that they belong to. */
    boolean isInBlock() {
        return current != null;
    }

    void start() {
        int xid = message.i32();
        boolean isFirst = message.u8() == FIRST;
        message.requireEnd();
        StreamedTransaction known = open.get(xid);
        if (isFirst != (known == null)) {
            throw message.failure(
                    (isFirst ? "the transaction is open" : "the transaction is not open") + ", xid=" + text(xid));
        }
        current = isFirst ? new StreamedTransaction(xid) : known;
        open.put(xid, current);
    }

    void stop() {
        message.part("StreamStop");
        message.requireEnd();
        if (current == null) {
            throw message.failure("no block is open");
        }
        if (takesRows) {
            sink.suspendChain();
            takesRows = false;
        }
        current = null;
    }

    /** Takes an Insert, Update or Delete of the block, behind its type byte. */
    void row(int type) {
        int subXid = message.i32();
        int oid = message.i32();
        Relation relation = current.relations.relation(oid);
        if (relation == null) {
            if (!current.hasStop(subXid)) {
                stopAtCommit(subXid, relations.stranger(oid, message, current.relations));
            }
            return;
        }
        if (!takesRows) {
            enter();
        }
        sink.subtransaction(Integer.toUnsignedLong(subXid));
        rows.take(type, relation);
    }

    /** The block's transaction; only within one. */
    StreamedTransaction current() {
        return current;
    }

    /** A statement of the block's transaction, behind its rows so far. The message does not say which subtransaction's it is. */
    void statement(DdlHints.Hint hint) {
        if (!takesRows) {
            enter();
        }
        sink.subtransaction(Integer.toUnsignedLong(hint.subXid()));
        sink.ddl(hint.event());
    }

    private void enter() {
        if (current.hasChain()) {
            sink.resumeChain(current.chain());
        } else {
            sink.beginChain(current.chain());
            current.chained();
        }
        takesRows = true;
    }

    void relation(TransactionIds ids) {
        int subXid = message.i32();
        try {
            relations
                    .announce(
                            message,
                            current.relations,
                            current.changes,
                            new ShapeDifferences.Origin(subXid, ids.widen(current.xid()), true, 0))
                    .ifPresent(this::statement);
        } catch (MillraceException e) {
            stopAtCommit(subXid, e);
        }
    }

    /** A statement of the chain, behind its rows so far; it goes with its subtransaction. */
    void truncate() {
        int subXid = message.i32();
        relations.truncation(message, current.relations, 0).ifPresent(event -> {
            current.truncated(subXid);
            statement(new DdlHints.Hint(subXid, event));
        });
    }

    /** What a transaction does to a table is nothing before its commit, and may be told behind it alone. Everything else stops at once. */
    private void stopAtCommit(int subXid, MillraceException reason) {
        boolean isOfTable =
                reason.code() == ErrorCode.DDL_ON_SELECTED_TABLE || reason.code() == ErrorCode.SCHEMA_MISMATCH;
        if (!isOfTable && reason.code() != ErrorCode.SOURCE_BUSY) {
            throw reason;
        }
        current.stop(subXid, reason);
    }

    /**
     * Reads a StreamCommit.
     *
     * @param transaction gets the commit's place and time
     */
    StreamedTransaction readCommit(TransactionId transaction, TransactionIds ids) {
        StreamedTransaction committed = known(message.i32());
        message.requireNoFlags();
        transaction.number = ids.widen(committed.xid());
        transaction.serverLow = message.i64();
        transaction.endPosition = message.i64();
        transaction.commitTimeMicros = message.time();
        message.requireEnd();
        return committed;
    }

    /**
     * Commits what was read; one without rows is none.
     *
     * @param isRepeated whether the sink has passed this commit
     */
    void commit(StreamedTransaction committed, TransactionId transaction, boolean isRepeated) {
        relations.known().putAll(committed.relations);
        if (!isRepeated) {
            committed.requireNoStop();
        }
        boolean isNone = !committed.hasChain() || (sink.chainRows(committed.chain()) == 0 && !committed.hasStatement());
        if (isRepeated || isNone) {
            drop(committed);
            return;
        }
        sink.commitChain(committed.chain(), transaction);
        forget(committed);
    }

    /** Takes it for one that never was. */
    void drop(StreamedTransaction transaction) {
        if (transaction.hasChain()) {
            sink.abortChain(transaction.chain());
        }
        forget(transaction);
    }

    /** Its chain has ended, or has a name now. */
    void forget(StreamedTransaction transaction) {
        open.remove(transaction.xid());
    }

    void abort() {
        StreamedTransaction aborted = open.get(message.i32());
        int subXid = message.i32();
        if (hasAbortPlace) {
            message.i64();
            message.i64();
        }
        message.requireEnd();
        if (aborted == null) {
            return; // 18 says so of what it has found aborted before it sent a block, where that had subtransactions
        }
        if (subXid != aborted.xid()) {
            aborted.drop(subXid);
            if (aborted.hasChain()) {
                sink.abortSubtransaction(aborted.chain(), Integer.toUnsignedLong(subXid));
            }
            return;
        }
        drop(aborted);
    }

    boolean isOpen(int xid) {
        return open.containsKey(xid);
    }

    /** The open transaction of a number. */
    StreamedTransaction known(int xid) {
        StreamedTransaction transaction = open.get(xid);
        if (transaction == null) {
            throw message.failure("the transaction is not open, xid=" + text(xid));
        }
        return transaction;
    }

    private static String text(int xid) {
        return Integer.toUnsignedString(xid);
    }
}
