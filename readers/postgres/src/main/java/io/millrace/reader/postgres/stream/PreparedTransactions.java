package io.millrace.reader.postgres.stream;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.postgres.statement.SeenChanges;
import io.millrace.reader.postgres.value.MessageBytes;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeSink;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Transactions in two phases: what is prepared lies in the log under its name until it is committed or rolled back.
 *
 * <pre>
 * message            state      does
 * BeginPrepare       outside    names the transaction; its chain begins with its first row
 * Prepare            inside     names the chain, which now outlives connection and process
 * StreamPrepare      outside    the same of a streamed one
 * CommitPrepared     outside    commits what has the name
 * RollbackPrepared   outside    drops what has the name
 * </pre>
 *
 * <p>A PREPARE that is sent again is passed over where the sink has it, and is taken otherwise, wherever it lies: only the commit
 * tells whether its rows are wanted. Of a transaction that changed nothing the server sends neither PREPARE nor COMMIT PREPARED, so a
 * name that is not known stands for one that was prepared before the stream began.
 *
 * <p>Confined to the reader's thread.
 */
final class PreparedTransactions {
    /** The server takes the empty name, the log does not. */
    private static final String EMPTY_NAME = "(empty)";

    private final ChangeSink sink;
    private final MessageBytes message;
    private final TransactionIds ids;
    private final TransactionId transaction;
    private final Map<String, SeenChanges> changes = new HashMap<>();
    private SeenChanges current = new SeenChanges();
    private String name = "";
    private boolean isInside;
    private boolean isKnown;
    private boolean isBegun;
    private long chain;

    /**
     * For one connection.
     *
     * @param transaction gets the place and time of each message; names the server and its timeline
     */
    PreparedTransactions(ChangeSink sink, MessageBytes message, TransactionIds ids, TransactionId transaction) {
        this.sink = sink;
        this.message = message;
        this.ids = ids;
        this.transaction = transaction;
    }

    /** Whether a transaction is being sent that will be prepared. */
    boolean isInside() {
        return isInside;
    }

    /** Whether the rows that are being sent are in the sink. */
    boolean isKnown() {
        return isKnown;
    }

    void begin(StreamedTransactions streams) {
        name = readPrepare();
        if (streams.isOpen((int) chain)) {
            throw message.failure("the transaction is streamed, xid=" + chain);
        }
        isInside = true;
        isBegun = false;
        current = new SeenChanges();
        isKnown = isKnown(name);
    }

    /** Makes the chain current that takes the next rows. */
    void enter() {
        if (!isBegun) {
            sink.beginChain(chain);
            isBegun = true;
        }
    }

    /** What DDL messages of the transaction that is being sent said. */
    SeenChanges current() {
        return current;
    }

    /** What DDL messages of the one that was resolved last said, as far as this connection has heard them. */
    SeenChanges resolved() {
        SeenChanges known = changes.remove(name);
        return known == null ? new SeenChanges() : known;
    }

    /** The transaction's own number, of 32 bits. */
    int xid() {
        return (int) chain;
    }

    void prepare() {
        long begun = transaction.serverLow;
        long begunChain = chain;
        String begunName = name;
        message.requireNoFlags();
        name = readPrepare();
        if (transaction.serverLow != begun || chain != begunChain || !name.equals(begunName)) {
            throw message.failure("prepare=" + PostgresPosition.lsnText(transaction.serverLow) + ", begin="
                    + PostgresPosition.lsnText(begun));
        }
        if (!isKnown) {
            enter(); // one without rows has a name, too
            sink.suspendChain();
            sink.prepareChain(chain, name, transaction);
            changes.put(name, current);
        }
        isInside = false;
        isKnown = false;
    }

    /** Reads a StreamPrepare, behind its transaction's number in the streams. */
    void prepareStreamed(StreamedTransactions streams) {
        message.requireNoFlags();
        name = readPrepare();
        StreamedTransaction streamed = streams.known((int) chain);
        streamed.requireNoStop();
        if (isKnown(name)) {
            streams.drop(streamed);
            return;
        }
        if (!streamed.hasChain()) {
            sink.beginChain(chain);
            sink.suspendChain();
        }
        sink.prepareChain(chain, name, transaction);
        changes.put(name, streamed.changes);
        streams.forget(streamed);
    }

    private String readPrepare() {
        transaction.serverLow = message.i64();
        transaction.endPosition = message.i64();
        transaction.commitTimeMicros = message.time();
        return readName();
    }

    private String readName() {
        int xid = message.i32();
        transaction.number = ids.widen(xid);
        chain = Integer.toUnsignedLong(xid);
        String gid = message.text();
        message.requireEnd();
        return gid.isEmpty() ? EMPTY_NAME : gid;
    }

    private boolean isKnown(String gid) {
        Optional<ChainSink.Prepared> known = sink.prepared(gid);
        if (known.isEmpty()) {
            return false;
        }
        requireSame(known.get());
        if (known.get().transaction().serverLow != transaction.serverLow) {
            throw another(known.get());
        }
        return true;
    }

    private void requireSame(ChainSink.Prepared known) {
        if (known.transaction().number != transaction.number) {
            throw another(known);
        }
    }

    private MillraceException another(ChainSink.Prepared known) {
        return new MillraceException(
                ErrorCode.SOURCE_IDENTITY,
                "what is prepared under a name is another transaction at this server: known=" + known.transaction()
                        + ", found=" + transaction);
    }

    void readCommit() {
        message.requireNoFlags();
        transaction.serverLow = message.i64();
        transaction.endPosition = message.i64();
        transaction.commitTimeMicros = message.time();
        name = readName();
    }

    /**
     * Commits what was read.
     *
     * @param isRepeated whether the sink has passed this commit: what was prepared has come again, and is dropped
     */
    void commit(boolean isRepeated) {
        Optional<ChainSink.Prepared> known = sink.prepared(name);
        if (known.isPresent()) {
            requireSame(known.get());
            if (isRepeated) {
                sink.rollbackPrepared(name, transaction);
            } else {
                sink.commitPrepared(name, transaction);
            }
        } else if (!isRepeated) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SLOT,
                    "a transaction was prepared before the stream began, so its rows were never sent: " + transaction);
        }
    }

    /** One that the sink does not have has nothing to be dropped. */
    void rollBack() {
        message.requireNoFlags();
        message.i64();
        transaction.endPosition = message.i64();
        // Where the record starts is not said; this lies within it.
        transaction.serverLow = transaction.endPosition - 1;
        message.i64();
        transaction.commitTimeMicros = message.time();
        name = readName();
        Optional<ChainSink.Prepared> known = sink.prepared(name);
        if (known.isPresent()) {
            requireSame(known.get());
            sink.rollbackPrepared(name, transaction);
        }
    }
}
