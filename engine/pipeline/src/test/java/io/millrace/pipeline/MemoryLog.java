package io.millrace.pipeline;

import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * A change log in memory, with the same promises as the real one: whole committed transactions only, checkpoints at documents'
 * ends, several transactions in a document and several documents in a transaction. It outlives the session that "opens" it, as
 * files do.
 */
public final class MemoryLog implements ChangeLog {
    static final long BASE = 1L << 32;

    private final UUID id;
    private final Random random;
    private final List<MemoryDocument> documents = new ArrayList<>();
    private final MemorySink sink;
    private final SourcePosition start;
    private final List<TableSchema> schemas = new ArrayList<>();
    private int durable;
    private long retained;
    private boolean isFull;
    private boolean isNew = true;
    private boolean isOpen = true;

    public MemoryLog(SourcePosition start, Random random) {
        id = new UUID(random.nextLong(), random.nextLong());
        this.random = random;
        this.start = start;
        sink = new MemorySink(this, random, start);
    }

    List<MemoryDocument> documents() {
        return documents;
    }

    /** By the numbers that rows have. */
    List<TableSchema> schemas() {
        return schemas;
    }

    /** How many documents readers may see. */
    int durable() {
        return durable;
    }

    /** The same log after the process that had it open ended. */
    MemoryLog reopened() {
        sink.endStream();
        durable = documents.size();
        isNew = false;
        isOpen = true;
        return this;
    }

    /** Only the first documents are left, as on a disk that was restored. */
    public void forget(int kept) {
        documents.subList(kept, documents.size()).clear();
        durable = kept;
    }

    /** The first documents are one, as in a log that was set back and then went on otherwise: an index is further on at the source. */
    public void merge(int count) {
        List<MemoryDocument> first = documents.subList(0, count);
        MemoryDocument merged = new MemoryDocument();
        first.forEach(each -> merged.events.addAll(each.events));
        first.clear();
        documents.add(0, merged);
        durable = documents.size();
    }

    /** Makes more documents durable. */
    public void sync() {
        durable = documents.size();
    }

    void syncSome() {
        durable += random.nextInt(documents.size() - durable + 1);
    }

    /** Whether it was opened again and closed at once, as a log is that matches no checkpoint. */
    boolean isDropped() {
        return !isOpen && !isNew;
    }

    /** From here on it says that the reader waits for space, or no longer. */
    void full(boolean full) {
        isFull = full;
    }

    long retained() {
        return retained;
    }

    /** Documents that lanes have not let go of. */
    long held() {
        return BASE + documents.size() - Math.max(BASE, retained);
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public boolean isNew() {
        return isNew;
    }

    @Override
    public ChangeSink sink() {
        return sink;
    }

    @Override
    public LogTailer tailer() {
        return new MemoryTailer(this);
    }

    @Override
    public long firstIndex() {
        return BASE;
    }

    @Override
    public long durableIndex() {
        return BASE + durable;
    }

    @Override
    public boolean awaitDurable(long index, long timeoutMillis) {
        return durableIndex() > index;
    }

    @Override
    public SourcePosition durablePosition() {
        return sink.position();
    }

    @Override
    public boolean contains(long index) {
        return index >= BASE && index <= BASE + documents.size();
    }

    @Override
    public SourcePosition positionAt(long index) {
        PositionTracker passed = new PositionTracker(start);
        for (MemoryDocument document : documents.subList(0, (int) (index - BASE))) {
            for (MemoryDocument.Event event : document.events) {
                if (event instanceof MemoryDocument.Commit commit) {
                    passed.advance(commit.transaction());
                } else if (event instanceof MemoryDocument.Prepare prepare) {
                    passed.hold(prepare.transaction());
                } else if (event instanceof MemoryDocument.Resolve resolve) {
                    passed.resolve(resolve.transaction());
                } else if (event instanceof MemoryDocument.Beat beat) {
                    passed.moveTo(beat.position());
                }
            }
        }
        return passed.position();
    }

    @Override
    public List<ChainSink.Prepared> prepared() {
        return sink.prepared();
    }

    @Override
    public void retainFrom(long index) {
        retained = index;
    }

    @Override
    public boolean isFull() {
        return isFull;
    }

    @Override
    public LogStatus status() {
        return new LogStatus(0, 0, 1, isFull, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        isOpen = false;
    }
}
