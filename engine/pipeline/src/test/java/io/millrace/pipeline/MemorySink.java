package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.PositionTracker;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes into a {@link MemoryLog} documents of a few rows each; those of an open transaction stay aside until it commits. */
final class MemorySink implements ChangeSink, RowSpace {
    private final MemoryLog log;
    private final Random random;
    private final RowEncoder encoder = new RowEncoder(this);
    private final Map<TableSchema, Integer> numbers = new HashMap<>();
    private final List<MemoryDocument> open = new ArrayList<>();
    private final UnsafeBuffer memory = new UnsafeBuffer(new byte[1 << 16]);
    private final TransactionId last = new TransactionId();
    private final TransactionId current = new TransactionId();
    private final Map<Long, OpenChain> chains = new HashMap<>();
    private final Map<String, OpenChain> named = new LinkedHashMap<>();
    private PositionTracker tracker;
    private MemoryDocument document;
    private DdlEvent statement;
    private MemoryDocument.Rows frame;
    private long ordinal;
    private int rowTable;
    private Operation rowOperation;
    private OpenChain chain;
    private long subtransaction;
    private int shared;

    MemorySink(MemoryLog log, Random random, SourcePosition start) {
        this.log = log;
        this.random = random;
        tracker = new PositionTracker(start);
    }

    @Override
    public int announce(TableSchema schema) {
        return numbers.computeIfAbsent(schema, each -> {
            log.schemas().add(each);
            return log.schemas().size() - 1;
        });
    }

    @Override
    public void ddl(DdlEvent event) {
        if (chain != null) {
            chain.rows.add(new OpenChain.ChainRow(0, null, null, event, subtransaction));
        } else if (document != null) {
            goOn();
            document.events.add(new MemoryDocument.Ddl(event));
        } else {
            statement = event;
        }
    }

    private void goOn() {
        document.endsInside = true;
        open.add(document);
        document = new MemoryDocument();
        document.continued = new TransactionId().copyFrom(current);
        document.knownSchemas = log.schemas().size();
        frame = null;
    }

    @Override
    public void begin(TransactionId transaction) {
        // Small transactions share a document: the last one, as long as nobody can have read it.
        boolean canShare = statement == null
                && !log.documents().isEmpty()
                && log.documents().size() > log.durable()
                && random.nextInt(3) > 0;
        document = canShare ? log.documents().remove(log.documents().size() - 1) : new MemoryDocument();
        document.knownSchemas = log.schemas().size();
        if (statement != null) {
            document.events.add(new MemoryDocument.Ddl(statement));
            statement = null;
        }
        document.events.add(new MemoryDocument.Begin(new TransactionId().copyFrom(transaction)));
        current.copyFrom(transaction);
        shared = canShare ? document.events.size() - 1 : 0;
        ordinal = 0;
        frame = null;
    }

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
            chain.rows.add(new OpenChain.ChainRow(rowTable, rowOperation, record, null, subtransaction));
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
            frame = new MemoryDocument.Rows(table, operation, ordinal);
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
        document.knownSchemas = log.schemas().size();
        document.events.add(new MemoryDocument.Commit(new TransactionId().copyFrom(transaction)));
        document.endsInside = false;
        open.add(document);
        open.forEach(each -> each.knownSchemas = log.schemas().size());
        log.documents().addAll(open);
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
        MemoryDocument first = open.isEmpty() ? document : open.get(0);
        if (shared > 0) {
            first.events.subList(shared, first.events.size()).clear();
            first.endsInside = false;
            log.documents().add(first);
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
        List<MemoryDocument> parts = new ArrayList<>();
        document = null;
        ordinal = 0;
        for (OpenChain.ChainRow row : committed.rows) {
            if (document == null || row.statement != null || random.nextInt(3) == 0) {
                document = new MemoryDocument();
                document.knownSchemas = log.schemas().size();
                parts.add(document);
                frame = null;
            }
            if (row.statement != null) {
                document.events.add(new MemoryDocument.Ddl(row.statement));
            } else {
                append(row.table, row.operation, row.record);
            }
        }
        MemoryDocument end = new MemoryDocument();
        end.knownSchemas = log.schemas().size();
        end.chain = parts;
        end.continued = new TransactionId().copyFrom(transaction);
        if (committed.prepare != null) {
            end.events.add(new MemoryDocument.Resolve(committed.prepare));
            tracker.resolve(committed.prepare);
        }
        end.events.add(new MemoryDocument.Commit(new TransactionId().copyFrom(transaction)));
        log.documents().add(end);
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
        addAlone(new MemoryDocument.Prepare(prepared.prepare));
    }

    private void addAlone(MemoryDocument.Event... events) {
        MemoryDocument alone = new MemoryDocument();
        alone.knownSchemas = log.schemas().size();
        alone.events.addAll(List.of(events));
        log.documents().add(alone);
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
        addAlone(new MemoryDocument.Resolve(prepare), new MemoryDocument.Begin(id), new MemoryDocument.Commit(id));
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
                        each.getKey(), each.getValue().prepare, each.getValue().count()))
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
        MemoryDocument beat = new MemoryDocument();
        beat.knownSchemas = log.schemas().size();
        beat.events.add(new MemoryDocument.Beat(position));
        log.documents().add(beat);
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
