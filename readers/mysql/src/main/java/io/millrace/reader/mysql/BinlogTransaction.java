package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.wal.ChangeSink;
import java.util.LinkedHashMap;
import java.util.Map;

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
 * A transaction that the sink has already is passed over ({@link #isSkipped}). Confined to the stream's thread; allocates only
 * for savepoints.
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

    BinlogTransaction(ChangeSink sink, EventPlace place) {
        this.sink = sink;
        this.place = place;
    }

    /** The transaction's name, to be filled in before {@link #announce}. */
    TransactionId id() {
        return id;
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
        isSkipped = skip;
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

    /** Makes sure that the sink has an open transaction. */
    void beginRows() {
        hasRows = true;
        if (!isBegun) {
            if (state != State.OPEN) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNDECODABLE, "row event outside a transaction: " + place.text());
            }
            sink.begin(id);
            isBegun = true;
        }
    }

    /** XID, COMMIT, or the end of a single statement. */
    void commit() {
        if (!isSkipped) {
            if (!isBegun) {
                sink.begin(id);
            }
            id.endPosition = place.end();
            if (id.kind == TransactionId.KIND_NONE) {
                id.number = place.end() - start; // where it began is asked for on the next connect
            }
            sink.commit(id);
        }
        reset();
    }

    /** A group that ends in ROLLBACK: its rows are dropped, its place is passed. */
    void rollback() {
        if (isBegun) {
            sink.abort();
            isBegun = false;
        }
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
        if (!savepoints.isEmpty()) {
            savepoints.clear();
        }
    }
}
