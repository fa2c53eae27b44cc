package io.millrace.reader.postgres.stream;

import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.statement.SeenChanges;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.collections.IntHashSet;

/** A transaction whose changes come while it is open at the source. Confined to the stream's thread. */
final class StreamedTransaction {
    /** What came inside it, and nowhere else counts before its commit (EXACTNESS 17). */
    final RelationMap relations = new RelationMap();

    /** What its DDL messages said. */
    final SeenChanges changes = new SeenChanges();

    private final Map<Integer, MillraceException> stops = new LinkedHashMap<>();
    /** Subtransactions that truncated tables. */
    private final IntHashSet truncating = new IntHashSet();

    private final int xid;
    private boolean hasChain;

    StreamedTransaction(int xid) {
        this.xid = xid;
    }

    int xid() {
        return xid;
    }

    /** Its name in the sink. */
    long chain() {
        return Integer.toUnsignedLong(xid);
    }

    /** Whether the sink has rows of it. */
    boolean hasChain() {
        return hasChain;
    }

    void chained() {
        hasChain = true;
    }

    /** Something that stops the task, if this subtransaction is committed. */
    void stop(int subXid, MillraceException reason) {
        stops.putIfAbsent(subXid, reason);
    }

    boolean hasStop(int subXid) {
        return stops.containsKey(subXid);
    }

    /** A table was truncated. */
    void truncated(int subXid) {
        truncating.add(subXid);
    }

    /** Whether the sink has statements of it, which were not rolled back. */
    boolean hasStatement() {
        return !changes.isEmpty() || !truncating.isEmpty();
    }

    /** A subtransaction was rolled back. The server forgets all relations that it has sent with this transaction, too. */
    void drop(int subXid) {
        stops.remove(subXid);
        changes.drop(subXid);
        truncating.remove(subXid);
        relations.clear();
    }

    /** Throws what must not be committed. */
    void requireNoStop() {
        for (MillraceException reason : stops.values()) {
            throw reason;
        }
    }
}
