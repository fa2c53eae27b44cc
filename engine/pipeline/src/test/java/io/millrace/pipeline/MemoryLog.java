package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A change log in memory, with the same promises as the real one: whole committed transactions only, checkpoints at documents'
 * ends, several transactions in a document and several documents in a transaction. It outlives the session that "opens" it, as
 * files do.
 */
final class MemoryLog implements ChangeLog {
    private static final long BASE = 1L << 32;

    private final UUID id;
    private final Random random;
    private final List<Document> documents = new ArrayList<>();
    private final MemorySink sink;
    private final List<TableSchema> schemas = new ArrayList<>();
    private int durable;
    private long retained;
    private boolean isFull;
    private boolean isNew = true;
    private boolean isOpen = true;

    MemoryLog(SourcePosition start, Random random) {
        id = new UUID(random.nextLong(), random.nextLong());
        this.random = random;
        sink = new MemorySink(start);
    }

    /** What a document holds: events in order. */
    private static final class Document {
        final List<Event> events = new ArrayList<>();
        TransactionId continued;
        boolean endsInside;
        int knownSchemas;
        /** Of the chain that is committed here: each read by itself before the document's own events. */
        List<Document> chain = List.of();
    }

    private sealed interface Event {}

    private record Begin(TransactionId transaction) implements Event {}

    private record Commit(TransactionId transaction) implements Event {}

    private record Prepare(TransactionId transaction) implements Event {}

    private record Resolve(TransactionId transaction) implements Event {}

    private record Ddl(DdlEvent statement) implements Event {}

    private record Beat(SourcePosition position) implements Event {}

    private static final class Rows implements Event {
        final int table;
        final Operation operation;
        final long firstOrdinal;
        final List<byte[]> records = new ArrayList<>();
        ByteBuffer memory;

        Rows(int table, Operation operation, long firstOrdinal) {
            this.table = table;
            this.operation = operation;
            this.firstOrdinal = firstOrdinal;
        }

        ByteBuffer memory() {
            if (memory == null) {
                memory = ByteBuffer.allocateDirect(
                        records.stream().mapToInt(each -> each.length).sum());
                records.forEach(memory::put);
            }
            return memory;
        }
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
    void forget(int kept) {
        documents.subList(kept, documents.size()).clear();
        durable = kept;
    }

    /** Makes more documents durable. */
    void sync() {
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
        return new Tailer();
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

    private final class Tailer implements LogTailer {
        private final RowsFlyweight rows = new RowsFlyweight();
        private final Set<Integer> known = new HashSet<>();
        private int next;
        private boolean isInside;
        private long held;
        private int readBack; // documents of the next one's chain

        @Override
        public int poll(FrameHandler handler, int documentLimit) {
            int count = 0;
            while (count < documentLimit && next < durable) {
                Document document = documents.get(next);
                if (readBack < document.chain.size()) {
                    if (readBack == 0) {
                        isInside = true;
                        handler.onBegin(document.continued);
                    }
                    read(handler, document.chain.get(readBack++), BASE + next, true);
                } else {
                    readBack = 0;
                    next++;
                    read(handler, document, BASE + next, document.endsInside);
                }
                count++;
            }
            return count;
        }

        private void read(FrameHandler handler, Document document, long nextIndex, boolean endsInside) {
            for (int i = 0; i < document.knownSchemas; i++) {
                if (known.add(i)) {
                    handler.onSchema(i, schemas.get(i));
                }
            }
            if (document.continued != null && !isInside) {
                handler.onBegin(document.continued);
                isInside = true;
            }
            for (Event event : document.events) {
                if (event instanceof Begin begin) {
                    isInside = true;
                    handler.onBegin(begin.transaction());
                } else if (event instanceof Commit commit) {
                    isInside = false;
                    handler.onCommit(commit.transaction());
                } else if (event instanceof Prepare prepare) {
                    handler.onPrepare(prepare.transaction());
                } else if (event instanceof Resolve resolve) {
                    handler.onResolve(resolve.transaction());
                } else if (event instanceof Ddl ddl) {
                    handler.onDdl(ddl.statement());
                } else if (event instanceof Beat beat) {
                    handler.onHeartbeat(beat.position(), 0);
                } else if (event instanceof Rows frame) {
                    ByteBuffer memory = frame.memory();
                    held += memory.capacity();
                    handler.onRows(rows.wrap(
                            new UnsafeBuffer(memory).addressOffset(),
                            memory.capacity(),
                            frame.table,
                            frame.operation,
                            frame.records.size(),
                            frame.firstOrdinal));
                }
            }
            handler.onDocumentEnd(nextIndex, endsInside);
        }

        @Override
        public long nextIndex() {
            return BASE + next;
        }

        @Override
        public void moveTo(long index) {
            next = (int) (index - BASE);
            readBack = 0;
            isInside = false;
            held = 0;
        }

        @Override
        public void release() {
            held = 0;
        }

        @Override
        public long heldBytes() {
            return held;
        }

        @Override
        public void close() {}
    }

    /** A row, or a statement. */
    private static final class ChainRow {
        final int table;
        final Operation operation;
        final byte[] record;
        final DdlEvent statement;
        final long subtransaction;

        ChainRow(int table, Operation operation, byte[] record, DdlEvent statement, long subtransaction) {
            this.table = table;
            this.operation = operation;
            this.record = record;
            this.statement = statement;
            this.subtransaction = subtransaction;
        }
    }

    private static final class OpenChain {
        final List<ChainRow> rows = new ArrayList<>();
        TransactionId prepare;

        long count() {
            return rows.stream().filter(row -> row.statement == null).count();
        }
    }

    /** Writes documents of a few rows each; those of an open transaction stay aside until it commits. */
    private final class MemorySink implements ChangeSink, RowSpace {
        private final RowEncoder encoder = new RowEncoder(this);
        private final Map<TableSchema, Integer> numbers = new HashMap<>();
        private final List<Document> open = new ArrayList<>();
        private final UnsafeBuffer memory = new UnsafeBuffer(new byte[1 << 16]);
        private final TransactionId last = new TransactionId();
        private PositionTracker tracker;
        private Document document;
        private DdlEvent statement;
        private Rows frame;
        private long ordinal;
        private int rowTable;
        private Operation rowOperation;

        MemorySink(SourcePosition start) {
            tracker = new PositionTracker(start);
        }

        @Override
        public int announce(TableSchema schema) {
            return numbers.computeIfAbsent(schema, each -> {
                schemas.add(each);
                return schemas.size() - 1;
            });
        }

        @Override
        public void ddl(DdlEvent event) {
            if (chain != null) {
                chain.rows.add(new ChainRow(0, null, null, event, subtransaction));
            } else if (document != null) {
                goOn();
                document.events.add(new Ddl(event));
            } else {
                statement = event;
            }
        }

        private void goOn() {
            document.endsInside = true;
            open.add(document);
            document = new Document();
            document.continued = new TransactionId().copyFrom(current);
            document.knownSchemas = schemas.size();
            frame = null;
        }

        @Override
        public void begin(TransactionId transaction) {
            // Small transactions share a document: the last one, as long as nobody can have read it.
            boolean canShare =
                    statement == null && !documents.isEmpty() && documents.size() > durable && random.nextInt(3) > 0;
            document = canShare ? documents.remove(documents.size() - 1) : new Document();
            document.knownSchemas = schemas.size();
            if (statement != null) {
                document.events.add(new Ddl(statement));
                statement = null;
            }
            document.events.add(new Begin(new TransactionId().copyFrom(transaction)));
            current.copyFrom(transaction);
            shared = canShare ? document.events.size() - 1 : 0;
            ordinal = 0;
            frame = null;
        }

        private final TransactionId current = new TransactionId();
        private final Map<Long, OpenChain> chains = new HashMap<>();
        private final Map<String, OpenChain> named = new LinkedHashMap<>();
        private OpenChain chain;
        private long subtransaction;
        private int shared;

        @Override
        public RowEncoder beginRow(int tableNumber, Operation operation) {
            rowTable = tableNumber;
            rowOperation = operation;
            encoder.beginRecord();
            return encoder;
        }

        @Override
        public void endRow(long keyHash, long beforeKeyHash) {
            int length = encoder.endRecord(keyHash, beforeKeyHash);
            byte[] record = new byte[length];
            memory.getBytes(0, record);
            if (chain != null) {
                chain.rows.add(new ChainRow(rowTable, rowOperation, record, null, subtransaction));
                return;
            }
            append(rowTable, rowOperation, record);
            if (random.nextInt(4) == 0) {
                goOn();
            } else if (random.nextInt(3) == 0) {
                frame = null;
            }
        }

        private void append(int table, Operation operation, byte[] record) {
            if (frame == null || frame.table != table || frame.operation != operation) {
                frame = new Rows(table, operation, ordinal);
                document.events.add(frame);
            }
            frame.records.add(record);
            ordinal++;
        }

        @Override
        public long mark() {
            throw new UnsupportedOperationException("not modelled");
        }

        @Override
        public void rollbackTo(long mark) {
            throw new UnsupportedOperationException("not modelled");
        }

        @Override
        public void commit(TransactionId transaction) {
            document.knownSchemas = schemas.size();
            document.events.add(new Commit(new TransactionId().copyFrom(transaction)));
            document.endsInside = false;
            open.add(document);
            open.forEach(each -> each.knownSchemas = schemas.size());
            documents.addAll(open);
            open.clear();
            document = null;
            tracker.advance(transaction);
            last.copyFrom(transaction);
        }

        @Override
        public void abort() {
            if (document == null) {
                return;
            }
            Document first = open.isEmpty() ? document : open.get(0);
            if (shared > 0) {
                first.events.subList(shared, first.events.size()).clear();
                first.endsInside = false;
                documents.add(first);
            }
            open.clear();
            document = null;
        }

        @Override
        public void beginChain(long xid) {
            require(chains.put(xid, new OpenChain()) == null);
            resumeChain(xid);
        }

        @Override
        public void resumeChain(long xid) {
            require(chain == null && document == null && chains.containsKey(xid));
            chain = chains.get(xid);
            subtransaction = xid;
        }

        @Override
        public void subtransaction(long subXid) {
            require(chain != null);
            subtransaction = subXid;
        }

        @Override
        public void suspendChain() {
            require(chain != null);
            chain = null;
        }

        @Override
        public void commitChain(long xid, TransactionId transaction) {
            require(chain == null);
            commit(chains.remove(xid), transaction);
        }

        /** Documents of a few rows each, which are read at the COMMIT's index. */
        private void commit(OpenChain committed, TransactionId transaction) {
            List<Document> parts = new ArrayList<>();
            document = null;
            ordinal = 0;
            for (ChainRow row : committed.rows) {
                if (document == null || row.statement != null || random.nextInt(3) == 0) {
                    document = new Document();
                    document.knownSchemas = schemas.size();
                    parts.add(document);
                    frame = null;
                }
                if (row.statement != null) {
                    document.events.add(new Ddl(row.statement));
                } else {
                    append(row.table, row.operation, row.record);
                }
            }
            Document end = new Document();
            end.knownSchemas = schemas.size();
            end.chain = parts;
            end.continued = new TransactionId().copyFrom(transaction);
            if (committed.prepare != null) {
                end.events.add(new Resolve(committed.prepare));
                tracker.resolve(committed.prepare);
            }
            end.events.add(new Commit(new TransactionId().copyFrom(transaction)));
            documents.add(end);
            document = null;
            tracker.advance(transaction);
            last.copyFrom(transaction);
        }

        @Override
        public long chainRows(long xid) {
            return chains.get(xid).count();
        }

        @Override
        public void abortChain(long xid) {
            require(chain == null && chains.remove(xid) != null);
        }

        @Override
        public void abortSubtransaction(long xid, long subXid) {
            require(chain == null);
            chains.get(xid).rows.removeIf(row -> row.subtransaction == subXid);
        }

        @Override
        public void prepareChain(long xid, String name, TransactionId transaction) {
            require(chain == null && !named.containsKey(name));
            OpenChain prepared = chains.remove(xid);
            prepared.prepare = new TransactionId().copyFrom(transaction);
            named.put(name, prepared);
            tracker.hold(transaction);
            addAlone(new Prepare(prepared.prepare));
        }

        private void addAlone(Event... events) {
            Document alone = new Document();
            alone.knownSchemas = schemas.size();
            alone.events.addAll(List.of(events));
            documents.add(alone);
        }

        @Override
        public void commitPrepared(String name, TransactionId transaction) {
            require(chain == null);
            commit(named.remove(name), transaction);
        }

        @Override
        public void rollbackPrepared(String name, TransactionId transaction) {
            require(chain == null);
            TransactionId prepare = named.remove(name).prepare;
            TransactionId id = new TransactionId().copyFrom(transaction);
            addAlone(new Resolve(prepare), new Begin(id), new Commit(id));
            tracker.resolve(prepare);
            tracker.advance(transaction);
            last.copyFrom(transaction);
        }

        @Override
        public Optional<Prepared> prepared(String name) {
            return prepared().stream().filter(each -> each.name().equals(name)).findFirst();
        }

        @Override
        public List<Prepared> prepared() {
            return named.entrySet().stream()
                    .map(each -> new Prepared(
                            each.getKey(),
                            each.getValue().prepare,
                            each.getValue().count()))
                    .toList();
        }

        @Override
        public void endStream() {
            abort();
            chain = null;
            chains.clear();
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new IllegalStateException("chains were called out of order");
            }
        }

        @Override
        public void heartbeat(SourcePosition position, long sourceTimeMicros) {
            Document beat = new Document();
            beat.knownSchemas = schemas.size();
            beat.events.add(new Beat(position));
            documents.add(beat);
            tracker = new PositionTracker(position);
        }

        @Override
        public void flush() {}

        @Override
        public SourcePosition position() {
            return tracker.position();
        }

        @Override
        public TransactionId lastTransaction() {
            return last;
        }

        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
            buffer.wrap(memory);
            return 0;
        }
    }
}
