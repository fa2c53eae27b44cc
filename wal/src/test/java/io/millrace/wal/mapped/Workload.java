package io.millrace.wal.mapped;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes transactions into a sink and keeps beside it what a tailer must hand out. */
final class Workload {
    static final UUID SERVER = UUID.fromString("00000000-0000-0001-0000-000000000002");

    final List<String> expected = new ArrayList<>();
    private final List<String> open = new ArrayList<>();
    private final List<Long> openOrdinals = new ArrayList<>();
    private final ChangeSink sink;
    private final TransactionId transaction = new TransactionId();
    private long number;
    private long ordinal;

    Workload(ChangeSink sink) {
        this(sink, 1);
    }

    Workload(ChangeSink sink, long firstNumber) {
        this.sink = sink;
        number = firstNumber - 1;
    }

    static TableSchema table(String name, String... further) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("id", ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false));
        columns.add(new Column("text", ColumnType.TEXT, "longtext", true, -1, -1, "utf8mb4_bin", List.of(), false));
        for (String column : further) {
            columns.add(new Column(column, ColumnType.INTEGER, "int", true, 4, -1, "", List.of(), false));
        }
        return new TableSchema(new TableId("shop", name), 1, columns, List.of(0));
    }

    long number() {
        return number;
    }

    long nextNumber() {
        return ++number;
    }

    void begin() {
        number++;
        ordinal = 0;
        fill(transaction, number);
        sink.begin(transaction);
        open.clear();
        openOrdinals.clear();
        open.add("begin " + number);
        openOrdinals.add(-1L);
    }

    static TransactionId fill(TransactionId transaction, long number) {
        transaction.clear();
        transaction.kind = TransactionId.KIND_MYSQL;
        transaction.serverHigh = SERVER.getMostSignificantBits();
        transaction.serverLow = SERVER.getLeastSignificantBits();
        transaction.number = number;
        transaction.commitTimeMicros = 1_000_000 * number;
        return transaction;
    }

    void row(int table, String name, Operation operation, long id, int textLength) {
        String values = write(sink, table, operation, id, textLength);
        open.add(operation + " " + name + " " + ordinal + " " + values);
        openOrdinals.add(ordinal);
        ordinal++;
    }

    /** Writes a row; returns what a journal says of its values. */
    static String write(ChangeSink sink, int table, Operation operation, long id, int textLength) {
        byte[] text = Long.toString(id)
                .repeat(textLength + 1)
                .substring(0, textLength)
                .getBytes(StandardCharsets.UTF_8);
        RowEncoder encoder = sink.beginRow(table, operation);
        if (operation.hasBefore()) {
            image(encoder, id, operation.hasAfter() ? new byte[] {'b'} : text);
            encoder.endImage(true);
        }
        if (operation.hasAfter()) {
            image(encoder, id, text);
            encoder.endImage(false);
        }
        sink.endRow(id, id);
        return id + " " + textLength + " " + new String(text, StandardCharsets.UTF_8).hashCode();
    }

    private static void image(RowEncoder encoder, long id, byte[] text) {
        encoder.beginImage(2);
        encoder.putLong(0, id);
        encoder.putBytes(1, new UnsafeBuffer(text), 0, text.length);
    }

    /** Writes a statement; no rollback goes behind it. */
    void statement() {
        open.add(state(sink));
        openOrdinals.add(-1L);
    }

    /** Writes a statement; returns what a journal says of it. */
    static String state(ChangeSink sink) {
        sink.ddl(new DdlEvent("ALTER TABLE", List.of(), List.of(), "shop", "place", 0, ""));
        return "ddl ALTER TABLE 0 0";
    }

    long mark() {
        return sink.mark();
    }

    void rollbackTo(long mark) {
        sink.rollbackTo(mark);
        for (int i = open.size() - 1; i >= 0; i--) {
            if (openOrdinals.get(i) >= mark) {
                open.remove(i);
                openOrdinals.remove(i);
            }
        }
    }

    void commit() {
        sink.commit(transaction);
        expected.addAll(open);
        expected.add("commit " + number);
    }

    void abort() {
        sink.abort();
        number--;
    }

    void transaction(int table, String name, int rows, int textLength) {
        begin();
        for (int i = 0; i < rows; i++) {
            row(table, name, Operation.INSERT, number * 1_000_000 + i, textLength);
        }
        commit();
    }
}
