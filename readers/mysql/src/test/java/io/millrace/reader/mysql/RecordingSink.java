package io.millrace.reader.mysql;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.List;

/** A sink that keeps what it hears as text, transaction by transaction, and fails on calls out of order. Thread-safe to read. */
final class RecordingSink implements ChangeSink {
    /** One row change; images by column, null where there is none. */
    record Row(
            Operation operation,
            TableSchema schema,
            List<String> before,
            List<String> after,
            long hash,
            long beforeHash) {}

    private final List<TableSchema> schemas = new ArrayList<>();
    private final List<List<Row>> transactions = new ArrayList<>();
    private final List<Row> open = new ArrayList<>();
    private final RowEncoder encoder = new RowEncoder(new HeapSpace());
    private final RowFlyweight row = new RowFlyweight();
    private final TransactionId last = new TransactionId();
    private final List<TransactionId> ids = new ArrayList<>();
    private SourcePosition position;
    private boolean isOpen;
    private int table;
    private Operation operation;
    private int aborts;
    private int heartbeats;
    private int flushes;

    RecordingSink(SourcePosition start) {
        position = start;
    }

    synchronized List<List<Row>> transactions() {
        return List.copyOf(transactions);
    }

    /** The rows of all committed transactions. */
    synchronized List<Row> rows() {
        return transactions.stream().flatMap(List::stream).toList();
    }

    synchronized List<TransactionId> ids() {
        return List.copyOf(ids);
    }

    synchronized int aborts() {
        return aborts;
    }

    synchronized int heartbeats() {
        return heartbeats;
    }

    @Override
    public synchronized int announce(TableSchema schema) {
        schemas.add(schema);
        return schemas.size() - 1;
    }

    @Override
    public synchronized void begin(TransactionId transaction) {
        require(!isOpen, "begin in a transaction");
        isOpen = true;
    }

    @Override
    public synchronized RowEncoder beginRow(int tableNumber, Operation of) {
        require(isOpen, "row outside a transaction");
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
                beforeKeyHash));
    }

    private static List<String> text(ImageFlyweight image, TableSchema schema) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < image.columnCount(); i++) {
            values.add(StreamText.of(image, i, schema.columns().get(i)));
        }
        return values;
    }

    @Override
    public synchronized long mark() {
        require(isOpen, "mark outside a transaction");
        return open.size();
    }

    @Override
    public synchronized void rollbackTo(long mark) {
        require(isOpen, "rollback outside a transaction");
        open.subList((int) mark, open.size()).clear();
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

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
