package io.millrace.reader.mysql;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory in the place of the change log: rows lie one behind the other in frames of 64 KiB, over and over the same 4 MiB. */
final class FrameSink implements ChangeSink, RowSpace {
    private static final int FRAME_LENGTH = 64 << 10;
    private static final int MEMORY_LENGTH = 4 << 20;

    private final UnsafeBuffer memory = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(MEMORY_LENGTH));
    private final RowEncoder encoder = new RowEncoder(this);
    private final TransactionId last = new TransactionId();
    private int frameStart;
    private int position;
    private int tables;
    private long images;
    private long bytes;
    private long hashes;

    /** Row images since the start. */
    long images() {
        return images;
    }

    /** Bytes encoded since the start. */
    long bytes() {
        return bytes;
    }

    long hashes() {
        return hashes;
    }

    @Override
    public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
        if (usedLength == 0) {
            if (position + requiredLength > frameStart + FRAME_LENGTH) {
                nextFrame();
            }
            buffer.wrap(memory, frameStart, FRAME_LENGTH);
            return position - frameStart;
        }
        int from = position;
        nextFrame();
        memory.putBytes(position, memory, from, usedLength);
        buffer.wrap(memory, frameStart, FRAME_LENGTH);
        return 0;
    }

    private void nextFrame() {
        frameStart = frameStart + 2 * FRAME_LENGTH > MEMORY_LENGTH ? 0 : frameStart + FRAME_LENGTH;
        position = frameStart;
    }

    @Override
    public int announce(TableSchema schema) {
        return tables++;
    }

    @Override
    public void begin(TransactionId transaction) {}

    @Override
    public RowEncoder beginRow(int tableNumber, Operation operation) {
        images += operation == Operation.UPDATE ? 2 : 1;
        encoder.beginRecord();
        return encoder;
    }

    @Override
    public void endRow(long keyHash, long beforeKeyHash) {
        int length = encoder.endRecord(keyHash, beforeKeyHash);
        position += length;
        bytes += length;
        hashes += keyHash;
    }

    @Override
    public void ddl(DdlEvent event) {
        throw new UnsupportedOperationException("this memory keeps no statements");
    }

    @Override
    public long mark() {
        return 0;
    }

    @Override
    public void rollbackTo(long mark) {}

    @Override
    public void commit(TransactionId transaction) {
        last.copyFrom(transaction);
    }

    @Override
    public void abort() {}

    @Override
    public void heartbeat(SourcePosition at, long sourceTimeMicros) {}

    @Override
    public void flush() {}

    @Override
    public void beginChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void resumeChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void subtransaction(long subXid) {
        throw chainsAreMissing();
    }

    @Override
    public void suspendChain() {
        throw chainsAreMissing();
    }

    @Override
    public void commitChain(long xid, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public long chainRows(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void abortChain(long xid) {
        throw chainsAreMissing();
    }

    @Override
    public void abortSubtransaction(long xid, long subXid) {
        throw chainsAreMissing();
    }

    @Override
    public void prepareChain(long xid, String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public void commitPrepared(String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public void rollbackPrepared(String name, TransactionId transaction) {
        throw chainsAreMissing();
    }

    @Override
    public Optional<Prepared> prepared(String name) {
        return Optional.empty();
    }

    @Override
    public List<Prepared> prepared() {
        return List.of();
    }

    @Override
    public void endStream() {
        abort();
    }

    private static UnsupportedOperationException chainsAreMissing() {
        return new UnsupportedOperationException("this memory keeps no open transactions");
    }

    @Override
    public SourcePosition position() {
        return MySqlGtids.EMPTY;
    }

    @Override
    public TransactionId lastTransaction() {
        return last;
    }
}
