package io.millrace.wal.chain;

import io.millrace.position.TransactionId;
import io.millrace.wal.codec.DocumentDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntHashSet;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;

/**
 * What the sink knows of a transaction that lies open in the log: where its documents are, and what of it was dropped. Its rows
 * are nowhere but there.
 *
 * <p>Confined to the sink's thread.
 */
public final class Chain {
    public final long xid;
    public final ChainContents contents;
    private final Long2LongHashMap subtransactionRows = new Long2LongHashMap(0);
    private final LongHashSet statedSubtransactions = new LongHashSet();
    private final IntHashSet writtenTables = new IntHashSet();
    private final TransactionId prepare = new TransactionId();
    private int writtenCycle = -1;
    private long ordinal;
    private long abortedRows;
    private long subtransaction;
    private long subtransactionStart;
    private String name = "";
    private long prepareIndex = -1;

    public Chain(long xid) {
        this(xid, new ChainContents());
    }

    private Chain(long xid, ChainContents contents) {
        this.xid = xid;
        this.contents = contents;
        subtransaction = xid;
    }

    /** What an earlier run prepared. */
    public static Chain prepared(ChainEnd end) {
        Chain chain = new Chain(end.xid(), end.contents());
        chain.prepare(end.name(), end.transaction(), end.firstIndex());
        chain.ordinal = end.rows() + end.contents().droppedRows();
        return chain;
    }

    /** Of the next row; those that were dropped keep theirs. */
    public long ordinal() {
        return ordinal;
    }

    /** How many rows are left. */
    public long rows() {
        return ordinal - contents.droppedRows() - abortedRows;
    }

    public boolean hasDocuments() {
        return !contents.extents().isEmpty();
    }

    // ---- segments and subtransactions

    public void beginSegment() {
        subtransaction = xid;
        subtransactionStart = ordinal;
    }

    public long subtransaction() {
        return subtransaction;
    }

    public void enter(long subXid, long atOrdinal) {
        count(atOrdinal);
        subtransaction = subXid;
    }

    public void endSegment(long atOrdinal) {
        count(atOrdinal);
        ordinal = atOrdinal;
    }

    private void count(long atOrdinal) {
        long rows = atOrdinal - subtransactionStart;
        if (rows > 0 && subtransaction != xid) {
            subtransactionRows.put(subtransaction, subtransactionRows.get(subtransaction) + rows);
        }
        subtransactionStart = atOrdinal;
    }

    /** A statement of the subtransaction was written: it counts as a row where that is dropped, and nowhere else. */
    public void stated() {
        statedSubtransactions.add(subtransaction);
    }

    public void abort(long subXid) {
        long rows = subtransactionRows.remove(subXid);
        if (rows > 0 || statedSubtransactions.remove(subXid)) {
            abortedRows += rows;
            contents.abort(subXid);
        }
    }

    public boolean hasSubtransactions() {
        return !subtransactionRows.isEmpty() || abortedRows > 0;
    }

    // ---- shapes (EXACTNESS 6: in each file before the first row that has them, also for rows read back)

    /** Whether the shape must still be written into this file for this chain; it is from now on. */
    public boolean needsSchema(int tableNumber, int cycle) {
        if (writtenCycle != cycle) {
            writtenCycle = cycle;
            writtenTables.clear();
        }
        return writtenTables.add(tableNumber);
    }

    /** A document that may have held shapes was given up. */
    public void forgetSchemas() {
        writtenCycle = -1;
    }

    // ---- prepared

    public void prepare(String preparedName, TransactionId transaction, long index) {
        name = preparedName;
        prepare.copyFrom(transaction);
        prepareIndex = index;
    }

    public String name() {
        return name;
    }

    public TransactionId prepareId() {
        return prepare;
    }

    /** The oldest file that it needs, or {@link Integer#MAX_VALUE}. */
    public int firstCycle() {
        int first = prepareIndex < 0 ? Integer.MAX_VALUE : DocumentDescriptor.cycle(prepareIndex);
        return Math.min(first, contents.firstCycle());
    }

    /** How many of its documents lie in files before one. */
    public long documentsBefore(int cycle) {
        long count = prepareIndex >= 0 && DocumentDescriptor.cycle(prepareIndex) < cycle ? 1 : 0;
        for (ChainContents.Extent extent : contents.extents()) {
            count += DocumentDescriptor.cycle(extent.index()) < cycle ? extent.count() : 0;
        }
        return count;
    }

    public List<ChainContents.Extent> extents() {
        return new ArrayList<>(contents.extents());
    }
}
