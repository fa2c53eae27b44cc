package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.load.ReadMeter;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.wal.ChangeSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log's sink, with a count of the row changes that were committed to it: one side of the account whose other side the lanes
 * keep. Confined to the reader's thread, but for {@link #rows}.
 */
public final class CountingSink implements ChangeSink {
    private final ChangeSink sink;
    private final Map<Long, Long> marks = new HashMap<>();
    private final ReadMeter meter;
    private RowEncoder encoder;
    private long open;
    private volatile long rows;

    /** @param meter holds the reader's thread up where it reads too fast */
    public CountingSink(ChangeSink sink, ReadMeter meter) {
        this.sink = sink;
        this.meter = meter;
    }

    /** Row changes of all transactions that were committed; from any thread. */
    public long rows() {
        return rows;
    }

    @Override
    public int announce(TableSchema schema) {
        return sink.announce(schema);
    }

    @Override
    public void begin(TransactionId transaction) {
        open = 0;
        sink.begin(transaction);
    }

    @Override
    public RowEncoder beginRow(int tableNumber, Operation operation) {
        encoder = sink.beginRow(tableNumber, operation);
        return encoder;
    }

    @Override
    public void endRow(long keyHash, long beforeKeyHash) {
        int length = encoder.claimedLength();
        sink.endRow(keyHash, beforeKeyHash);
        open++;
        meter.passed(length);
    }

    @Override
    public void ddl(DdlEvent event) {
        sink.ddl(event);
    }

    @Override
    public Optional<SchemaState> schemas() {
        return sink.schemas();
    }

    @Override
    public void keepSchemas(SchemaState state) {
        sink.keepSchemas(state);
    }

    @Override
    public void changeSchemas(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, Map<String, String> collations) {
        sink.changeSchemas(transaction, changed, gone, collations);
    }

    @Override
    public long mark() {
        long mark = sink.mark();
        marks.put(mark, open);
        return mark;
    }

    @Override
    public void rollbackTo(long mark) {
        sink.rollbackTo(mark);
        open = marks.getOrDefault(mark, open);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void commit(TransactionId transaction) {
        // Counted before any lane can have read it, so that lanes are never ahead of this side.
        rows += open;
        sink.commit(transaction);
        end();
    }

    @Override
    public void abort() {
        sink.abort();
        end();
    }

    @Override
    public void beginChain(long xid) {
        sink.beginChain(xid);
    }

    @Override
    public void resumeChain(long xid) {
        sink.resumeChain(xid);
    }

    @Override
    public void subtransaction(long subXid) {
        sink.subtransaction(subXid);
    }

    @Override
    public void suspendChain() {
        sink.suspendChain();
        end(); // its rows count when it is committed
    }

    @Override
    public void commitChain(long xid, TransactionId transaction) {
        count(sink.chainRows(xid));
        sink.commitChain(xid, transaction);
    }

    @Override
    public long chainRows(long xid) {
        return sink.chainRows(xid);
    }

    @Override
    public void abortChain(long xid) {
        sink.abortChain(xid);
    }

    @Override
    public void abortSubtransaction(long xid, long subXid) {
        sink.abortSubtransaction(xid, subXid);
    }

    @Override
    public void prepareChain(long xid, String name, TransactionId transaction) {
        sink.prepareChain(xid, name, transaction);
    }

    @Override
    public void commitPrepared(String name, TransactionId transaction) {
        count(sink.prepared(name).map(Prepared::rows).orElse(0L));
        sink.commitPrepared(name, transaction);
    }

    @Override
    public void rollbackPrepared(String name, TransactionId transaction) {
        sink.rollbackPrepared(name, transaction);
    }

    @Override
    public Optional<Prepared> prepared(String name) {
        return sink.prepared(name);
    }

    @Override
    public List<Prepared> prepared() {
        return sink.prepared();
    }

    @Override
    public void endStream() {
        sink.endStream();
        end();
    }

    /** Counted before any lane can have read it, as in {@link #commit}. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void count(long committed) {
        rows += committed;
    }

    private void end() {
        open = 0;
        if (!marks.isEmpty()) {
            marks.clear();
        }
    }

    @Override
    public void heartbeat(SourcePosition position, long sourceTimeMicros) {
        sink.heartbeat(position, sourceTimeMicros);
    }

    @Override
    public void flush() {
        sink.flush();
    }

    @Override
    public SourcePosition position() {
        return sink.position();
    }

    @Override
    public TransactionId lastTransaction() {
        return sink.lastTransaction();
    }
}
