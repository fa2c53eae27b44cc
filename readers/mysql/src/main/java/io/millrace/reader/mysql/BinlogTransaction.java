package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeSink;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The transaction that is passing by. The sink hears of it at its first row, or at its end where it has none: so that its place
 * in the source's history is known all the same.
 *
 * <pre>
 *  state      entered by                 meaning                                  leaves to
 *  IDLE       commit, abort, start       between transactions                     ANNOUNCED, OPEN
 *  ANNOUNCED  a GTID event               named; a single statement or BEGIN next  OPEN, IDLE
 *  OPEN       BEGIN, XA START            rows may follow                          IDLE
 * </pre>
 *
 * An XA transaction with a GTID is a chain of the sink from its start on: how it ends is not known before its end. Its PREPARE
 * leaves it in the log under its xid; another transaction commits it or rolls it back. Without GTIDs a position cannot hold a
 * PREPARE out (EXACTNESS 11), so one with selected rows is refused there.
 *
 * <p>A transaction that the sink has already is passed over ({@link #isSkipped}). Confined to the stream's thread; allocates only
 * for savepoints and XA.
 */
final class BinlogTransaction {
    private enum State {
        IDLE,
        ANNOUNCED,
        OPEN
    }

    private final ChangeSink sink;
    private final EventPlace place;
    private final TransactionId id = new TransactionId();
    private final Map<String, Long> savepoints = new LinkedHashMap<>();
    private State state = State.IDLE;
    private boolean isBegun;
    private boolean isSkipped;
    private boolean hasRows;
    private long start;
    /** XA transactions without a selected row that were prepared on a server without GTIDs. */
    private final Set<String> emptyPrepared = new HashSet<>();
    /** Of the XA transaction that is passing by; empty where there is none. */
    private String xid = "";

    private boolean isXaStarted;
    private boolean isChain;
    private long chain; // its number in the sink

    BinlogTransaction(ChangeSink sink, EventPlace place) {
        this.sink = sink;
        this.place = place;
    }

    /** The transaction's name, to be filled in before {@link #announce}. */
    TransactionId id() {
        return id;
    }

    /** Its name as it will be if it ends with the present event. */
    TransactionId idAtEnd() {
        TransactionId copy = new TransactionId().copyFrom(id);
        copy.endPosition = place.end();
        return copy;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isSkipped() {
        return isSkipped;
    }

    /** Whether a selected row has been seen in it. */
    boolean hasRows() {
        return hasRows;
    }

    /** A GTID event has named the transaction. */
    void announce(boolean skip) {
        if (state != State.IDLE) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "transaction begins inside another: " + place.text());
        }
        state = State.ANNOUNCED;
        start = place.start();
        id.fileNumber = place.fileNumber();
        // Until its end is known, its first event tells on which side of a place in the file it lies.
        id.endPosition = place.end();
        isSkipped = skip || isPrepared();
    }

    /** Whether this is a PREPARE that the sink has: no position contains it before it is resolved, so it is sent again. */
    private boolean isPrepared() {
        List<ChainSink.Prepared> prepared = sink.prepared();
        for (int i = 0; i < prepared.size(); i++) {
            TransactionId known = prepared.get(i).transaction();
            if (known.kind != TransactionId.KIND_NONE && known.isSame(id)) {
                if (known.proof != id.proof) {
                    throw new MillraceException(
                            ErrorCode.SOURCE_IDENTITY,
                            "prepared transaction is another one at this server: gtid=" + id + ", " + place.text());
                }
                return true;
            }
        }
        return false;
    }

    /** BEGIN, or what stands for it. A server of before GTIDs announces nothing. */
    void open(long timestampSeconds) {
        if (state == State.IDLE) {
            id.clear();
            id.commitTimeMicros = timestampSeconds * 1_000_000;
            announce(false);
        }
        state = State.OPEN;
    }

    /** MariaDB names an XA transaction in its GTID event. */
    void nameXa(String name) {
        xid = name;
        isChain = id.kind != TransactionId.KIND_NONE;
    }

    /** XA START, which stands for BEGIN. */
    void startXa(String name, long timestampSeconds) {
        open(timestampSeconds);
        isXaStarted = true;
        if (xid.isEmpty()) {
            nameXa(name);
        }
    }

    /** Makes sure that the sink has an open transaction. */
    void beginRows() {
        hasRows = true;
        if (!isBegun) {
            if (state != State.OPEN) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNDECODABLE, "row event outside a transaction: " + place.text());
            }
            begin();
        }
    }

    private void begin() {
        if (isChain) {
            sink.beginChain(++chain);
        } else {
            sink.begin(id);
        }
        isBegun = true;
    }

    /** XID, COMMIT, or the end of a single statement. */
    void commit() {
        if (!isSkipped) {
            if (!isBegun) {
                begin();
            }
            end();
            if (isChain) {
                sink.suspendChain();
                sink.commitChain(chain, id);
            } else {
                sink.commit(id);
            }
        }
        reset();
    }

    private void end() {
        id.endPosition = place.end();
        if (id.kind == TransactionId.KIND_NONE) {
            id.number = place.end() - start; // where it began is asked for on the next connect
        }
    }

    /** XA_PREPARE_LOG_EVENT: the first half of a transaction that another one completes. */
    void prepare() {
        if (!isChain) {
            if (hasRows) {
                throw place.unsupported("XA transaction with rows of a selected table needs gtid_mode ON");
            }
            emptyPrepared.add(xid);
            commit();
            return;
        }
        if (!isSkipped) {
            if (sink.prepared(xid).isPresent()) {
                throw new MillraceException(
                        ErrorCode.SOURCE_IDENTITY,
                        "server prepared what is prepared: gtid=" + id + ", before="
                                + sink.prepared(xid).get().transaction() + ", " + place.text());
            }
            if (!isBegun) {
                begin();
            }
            end();
            sink.suspendChain();
            sink.prepareChain(chain, xid, id);
        }
        reset();
    }

    /** XA COMMIT, which names what it completes. */
    void commitXa(String name, long timestampSeconds) {
        String completed = xid.isEmpty() ? name : xid;
        if (isXaStarted) { // one phase, as older servers write it
            commit();
            return;
        }
        if (isSkipped) {
            reset();
        } else if (sink.prepared(completed).isPresent()) {
            end();
            sink.commitPrepared(completed, id);
            reset();
        } else if (emptyPrepared.remove(completed)) {
            endAlone(timestampSeconds);
        } else {
            throw place.unsupported("XA transaction was prepared before the stream began");
        }
    }

    /** XA ROLLBACK: one that the sink does not have has nothing to be dropped. */
    void rollbackXa(String name, long timestampSeconds) {
        String completed = xid.isEmpty() ? name : xid;
        if (isXaStarted) {
            rollback();
        } else if (!isSkipped && sink.prepared(completed).isPresent()) {
            end();
            sink.rollbackPrepared(completed, id);
            reset();
        } else {
            emptyPrepared.remove(completed);
            endAlone(timestampSeconds);
        }
    }

    /** A statement without BEGIN and COMMIT around it is a transaction of its own. */
    void endAlone(long timestampSeconds) {
        if (isIdle()) {
            open(timestampSeconds);
        }
        isChain = false;
        commit();
    }

    /** A group that ends in ROLLBACK: its rows are dropped, its place is passed. */
    void rollback() {
        if (isBegun && isChain) {
            sink.suspendChain();
            sink.abortChain(chain);
        } else if (isBegun) {
            sink.abort();
        }
        isBegun = false;
        isChain = false;
        commit();
    }

    void savepoint(String name) {
        if (isSkipped) {
            return;
        }
        beginRows();
        savepoints.remove(name);
        savepoints.put(name, sink.mark());
    }

    void rollbackTo(String name) {
        if (isSkipped) {
            return;
        }
        Long mark = savepoints.get(name);
        if (mark == null) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "ROLLBACK TO a savepoint that was not set: " + place.text());
        }
        sink.rollbackTo(mark);
        dropLater(name);
    }

    void release(String name) {
        if (savepoints.containsKey(name)) {
            dropLater(name);
            savepoints.remove(name);
        }
    }

    private void dropLater(String name) {
        boolean isLater = false;
        for (var names = savepoints.keySet().iterator(); names.hasNext(); ) {
            String next = names.next();
            if (isLater) {
                names.remove();
            }
            isLater |= next.equals(name);
        }
    }

    private void reset() {
        state = State.IDLE;
        isBegun = false;
        isSkipped = false;
        hasRows = false;
        isChain = false;
        isXaStarted = false;
        xid = "";
        if (!savepoints.isEmpty()) {
            savepoints.clear();
        }
    }
}
