package io.millrace.reader.postgres;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.HeapSpace;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A sink that keeps what it hears as text, transaction by transaction, and fails on calls out of order. Thread-safe to read. */
public final class RecordingSink implements ChangeSink {
    /**
     * One row change; images by column, null where there is none.
     *
     * @param statement in the place of a row; else null
     */
    public record Row(
            Operation operation,
            TableSchema schema,
            List<String> before,
            List<String> after,
            long hash,
            long beforeHash,
            DdlEvent statement) {}

    /** An open transaction; whose rows are beside them. */
    private static final class Chain {
        final List<Row> rows = new ArrayList<>();
        final List<Long> owners = new ArrayList<>();
        final TransactionId transaction = new TransactionId();
        long owner;

        Chain(long xid) {
            owner = xid;
        }
    }

    private final List<TableSchema> schemas = new ArrayList<>();
    private final List<List<Row>> transactions = new ArrayList<>();
    private final Map<Long, Chain> chains = new HashMap<>();
    private final Map<String, Chain> prepared = new LinkedHashMap<>();
    private List<Row> open = new ArrayList<>();
    private Chain current;
    private Row waiting; // a statement, for the next transaction
    private final RowEncoder encoder = new RowEncoder(new HeapSpace());
    private final RowFlyweight row = new RowFlyweight();
    private final TransactionId last = new TransactionId();
    private int kept;
    private final List<TransactionId> ids = new ArrayList<>();
    private final Map<String, String> words = new ConcurrentHashMap<>();
    private SourcePosition position;
    private boolean isOpen;
    private int table;
    private Operation operation;
    private int aborts;
    private int heartbeats;
    private int flushes;
    private int chainsBegun;

    public RecordingSink(SourcePosition start) {
        position = start;
    }

    public synchronized List<List<Row>> transactions() {
        return List.copyOf(transactions);
    }

    /** The rows of all committed transactions. */
    public synchronized List<Row> rows() {
        return transactions.stream().flatMap(List::stream).toList();
    }

    public synchronized List<TransactionId> ids() {
        return List.copyOf(ids);
    }

    synchronized int aborts() {
        return aborts;
    }

    /** How many chains were begun, whatever became of them. */
    public synchronized int chainsBegun() {
        return chainsBegun;
    }

    /** Rows of all chains that are open and not prepared. */
    public synchronized int openRows() {
        return chains.values().stream().mapToInt(chain -> chain.rows.size()).sum();
    }

    synchronized int heartbeats() {
        return heartbeats;
    }

    @Override
    public Optional<SchemaState> schemas() {
        return words.isEmpty() ? Optional.empty() : Optional.of(new SchemaState(Map.of(), words));
    }

    /** How often all schemas were kept, whatever commits are durable. */
    int kept() {
        return kept;
    }

    @Override
    public void keepSchemas(SchemaState state) {
        kept++;
        words.clear();
        words.putAll(state.collations());
    }

    @Override
    public void changeSchemas(
            TransactionId transaction, List<TableState> changed, List<TableId> gone, Map<String, String> collations) {
        words.putAll(collations);
    }

    @Override
    public synchronized int announce(TableSchema schema) {
        schemas.add(schema);
        return schemas.size() - 1;
    }

    @Override
    public synchronized void ddl(DdlEvent event) {
        Row row = new Row(null, null, null, null, 0, 0, event);
        if (current != null) {
            current.owners.add(current.owner);
        } else if (!isOpen) {
            require(waiting == null, "a statement waits for its transaction");
            waiting = row;
            return;
        }
        open.add(row);
    }

    @Override
    public synchronized void begin(TransactionId transaction) {
        require(!isOpen && current == null, "begin in a transaction");
        isOpen = true;
        if (waiting != null) {
            open.add(waiting);
            waiting = null;
        }
    }

    @Override
    public synchronized RowEncoder beginRow(int tableNumber, Operation of) {
        require(isOpen || current != null, "row outside a transaction");
        table = tableNumber;
        operation = of;
        encoder.beginRecord();
        return encoder;
    }

    @Override
    public synchronized void endRow(long keyHash, long beforeKeyHash) {
        int length = encoder.endRecord(keyHash, beforeKeyHash);
        row.wrap(encoder.buffer(), encoder.recordOffset(), length);
        TableSchema schema = schemas.get(table);
        open.add(new Row(
                operation,
                schema,
                row.hasBefore() ? text(row.before(), schema) : null,
                row.hasAfter() ? text(row.after(), schema) : null,
                keyHash,
                beforeKeyHash,
                null));
        if (current != null) {
            current.owners.add(current.owner);
        }
    }

    private static List<String> text(ImageFlyweight image, TableSchema schema) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < image.columnCount(); i++) {
            values.add(ImageText.of(schema.columns().get(i), image, i));
        }
        return values;
    }

    @Override
    public synchronized long mark() {
        require(isOpen || current != null, "mark outside a transaction");
        return open.size();
    }

    @Override
    public synchronized void rollbackTo(long mark) {
        require(isOpen || current != null, "rollback outside a transaction");
        open.subList((int) mark, open.size()).clear();
        if (current != null) {
            current.owners.subList((int) mark, current.owners.size()).clear();
        }
    }

    @Override
    public synchronized void commit(TransactionId transaction) {
        require(isOpen, "commit outside a transaction");
        isOpen = false;
        transactions.add(List.copyOf(open));
        ids.add(new TransactionId().copyFrom(transaction));
        open.clear();
        last.copyFrom(transaction);
        position = position.plus(transaction);
    }

    @Override
    public synchronized void abort() {
        aborts++;
        waiting = null;
        isOpen = false;
        open.clear();
    }

    @Override
    public synchronized void heartbeat(SourcePosition at, long sourceTimeMicros) {
        require(!isOpen, "heartbeat in a transaction");
        heartbeats++;
        position = at;
    }

    @Override
    public synchronized void flush() {
        flushes++;
    }

    synchronized int flushes() {
        return flushes;
    }

    @Override
    public synchronized SourcePosition position() {
        return position;
    }

    @Override
    public synchronized TransactionId lastTransaction() {
        return new TransactionId().copyFrom(last);
    }

    @Override
    public synchronized void beginChain(long xid) {
        require(!chains.containsKey(xid), "the chain is open");
        chainsBegun++;
        chains.put(xid, new Chain(xid));
        resumeChain(xid);
    }

    @Override
    public synchronized void resumeChain(long xid) {
        require(!isOpen && current == null && chains.containsKey(xid), "chain in a transaction, or not open");
        current = chains.get(xid);
        current.owner = xid;
        open = current.rows;
    }

    @Override
    public synchronized void subtransaction(long subXid) {
        require(current != null, "no chain is current");
        current.owner = subXid;
    }

    @Override
    public synchronized void suspendChain() {
        require(current != null, "no chain is current");
        current = null;
        open = new ArrayList<>();
    }

    @Override
    public synchronized void commitChain(long xid, TransactionId transaction) {
        require(current == null && chains.containsKey(xid), "the chain is current, or not open");
        commit(chains.remove(xid).rows, transaction);
    }

    private void commit(List<Row> rows, TransactionId transaction) {
        isOpen = true;
        open = new ArrayList<>(rows);
        commit(transaction);
    }

    @Override
    public synchronized long chainRows(long xid) {
        return chains.get(xid).rows.stream()
                .filter(each -> each.statement() == null)
                .count();
    }

    @Override
    public synchronized void abortChain(long xid) {
        require(current == null && chains.remove(xid) != null, "the chain is current, or not open");
    }

    @Override
    public synchronized void abortSubtransaction(long xid, long subXid) {
        require(current == null && chains.containsKey(xid), "the chain is current, or not open");
        Chain chain = chains.get(xid);
        for (int i = chain.rows.size() - 1; i >= 0; i--) {
            if (chain.owners.get(i) == subXid) {
                chain.rows.remove(i);
                chain.owners.remove(i);
            }
        }
    }

    @Override
    public synchronized void prepareChain(long xid, String name, TransactionId transaction) {
        require(current == null && chains.containsKey(xid), "the chain is current, or not open");
        require(!prepared.containsKey(name), "the name is taken");
        Chain chain = chains.remove(xid);
        chain.transaction.copyFrom(transaction);
        prepared.put(name, chain);
        position = position.holding(transaction);
    }

    @Override
    public synchronized void commitPrepared(String name, TransactionId transaction) {
        require(prepared.containsKey(name), "nothing of this name is prepared");
        Chain chain = prepared.remove(name);
        position = position.plus(chain.transaction);
        commit(chain.rows, transaction);
    }

    @Override
    public synchronized void rollbackPrepared(String name, TransactionId transaction) {
        require(prepared.containsKey(name), "nothing of this name is prepared");
        position = position.plus(prepared.remove(name).transaction);
        commit(List.of(), transaction);
    }

    @Override
    public synchronized Optional<Prepared> prepared(String name) {
        return prepared().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    @Override
    public synchronized List<Prepared> prepared() {
        return prepared.entrySet().stream()
                .map(entry -> new Prepared(
                        entry.getKey(),
                        new TransactionId().copyFrom(entry.getValue().transaction),
                        entry.getValue().rows.size()))
                .toList();
    }

    @Override
    public synchronized void endStream() {
        abort();
        current = null;
        chains.clear();
        open = new ArrayList<>();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
