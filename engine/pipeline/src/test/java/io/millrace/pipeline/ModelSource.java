package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.position.Tsid;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RowScope;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.row.KeyBound;
import io.millrace.row.Operation;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A source in memory: its history of transactions, snapshots that show it late, watermarks that prove less than they show. Rows
 * are a key, a number and a text.
 */
public final class ModelSource implements Source {
    private static final UUID SERVER = new UUID(7, 9);

    final Map<TableId, ModelTable> tables = new TreeMap<>();
    final List<Transaction> history = new ArrayList<>();
    private final Random random;
    private final ModelStream stream;
    private int visible;
    boolean isFailing;
    long rowsRead;
    /** In the midst of one transaction; null where there is none. */
    Statement statement;

    public boolean changesShapeWithPosition;
    /** Whether transactions come as chains too: in segments, with subtransactions that are aborted, and prepared. */
    boolean doesChain;
    /** How many transactions are sent before a statement that no reader passes; -1 for all. */
    int failsAfter = -1;

    public ModelSource(Random random) {
        this.random = random;
        stream = new ModelStream(this, random);
    }

    /**
     * One change of one row; null where there is no row.
     *
     * @param absent bits of the columns that an update does not send
     */
    record Change(ModelTable table, ModelRow before, ModelRow after, int absent) {
        Operation operation() {
            return before == null ? Operation.INSERT : after == null ? Operation.DELETE : Operation.UPDATE;
        }
    }

    /** A statement in the midst of a transaction, before one of its changes. */
    record Statement(long transaction, int before, DdlEvent event) {}

    record Transaction(long number, List<Change> changes) {
        TransactionId id() {
            TransactionId id = new TransactionId();
            id.kind = TransactionId.KIND_MYSQL;
            id.serverHigh = SERVER.getMostSignificantBits();
            id.serverLow = SERVER.getLeastSignificantBits();
            id.number = number;
            id.commitTimeMicros = 1_000_000 + number;
            return id;
        }
    }

    public void add(ModelTable table) {
        tables.put(table.schema().table(), table);
    }

    /** Commits a transaction of random changes, of those tables that can change. */
    public void mutate(int mostChanges) {
        List<Change> changes = new ArrayList<>();
        int count = 1 + random.nextInt(mostChanges);
        for (int i = 0; i < count; i++) {
            ModelTable table = new ArrayList<>(tables.values()).get(random.nextInt(tables.size()));
            Change change = table.mutate(random);
            if (change != null) {
                changes.add(change);
            }
        }
        if (!changes.isEmpty()) {
            history.add(new Transaction(history.size() + 1L, changes));
        }
    }

    /** Commits one change. */
    void change(ModelTable table, ModelRow before, ModelRow after) {
        history.add(new Transaction(history.size() + 1L, List.of(table.change(before, after))));
    }

    /** What a target that keeps the source's order is told, row by row. */
    List<String> statements() {
        List<String> statements = new ArrayList<>();
        for (Transaction transaction : history) {
            for (Change change : transaction.changes()) {
                String table = change.table().schema().table() + " ";
                boolean isMove = change.operation() == Operation.UPDATE
                        && !change.before().key().equals(change.after().key());
                if (change.after() == null || isMove) {
                    statements.add("-" + table + change.before().key());
                }
                if (change.after() != null) {
                    statements.add("+" + table + change.after().key());
                }
            }
        }
        return statements;
    }

    /** Lets snapshots see more of what is committed. */
    void settle() {
        visible += random.nextInt(Math.min(4, history.size() - visible + 1));
    }

    public void settleAll() {
        visible = history.size();
    }

    public static MySqlGtids upTo(long number) {
        return number == 0 ? MySqlGtids.EMPTY : MySqlGtids.parse(SERVER + ":1-" + number);
    }

    /** Of rows, in all transactions. */
    long changes() {
        return history.stream().mapToLong(each -> each.changes().size()).sum();
    }

    static long numberOf(SourcePosition position) {
        MySqlGtids gtids = (MySqlGtids) position;
        return gtids.isEmpty() ? 0 : gtids.intervals().get(Tsid.of(SERVER))[1] - 1;
    }

    /** A row's table as it was after a transaction. */
    NavigableMap<Object, ModelRow> rowsAt(ModelTable table, long number) {
        TreeMap<Object, ModelRow> rows = new TreeMap<>(table.order());
        for (Transaction transaction : history.subList(0, (int) number)) {
            for (Change change : transaction.changes()) {
                if (change.table() == table) {
                    if (change.before() != null) {
                        rows.remove(change.before().key());
                    }
                    if (change.after() != null) {
                        rows.put(change.after().key(), change.after());
                    }
                }
            }
        }
        return rows;
    }

    /** Sends up to so many transactions on from where the sink stands; cuts one where told. */
    public int pump(ChangeSink sink, int most, boolean isCut) {
        return stream.pump(sink, most, isCut);
    }

    /** The connection ends: whatever was streamed and not committed is sent again. */
    void endConnection(ChangeSink sink) {
        stream.endConnection(sink);
    }

    void forgetChains() {
        stream.forgetChains();
    }

    private void mayFail() {
        if (isFailing && random.nextInt(8) == 0) {
            throw new MillraceException(ErrorCode.SOURCE_CONNECTION_LOST, "cut by the model");
        }
    }

    public String name = SERVER.toString();
    public boolean holdsHistory;

    @Override
    public String version() {
        return "model";
    }

    @Override
    public String identity() {
        return name;
    }

    @Override
    public boolean holds(SourcePosition position) {
        return holdsHistory;
    }

    @Override
    public List<TableDetails> tables(TableSelection selection) {
        return tables.values().stream()
                .filter(table -> selection.isSelected(table.schema().table()))
                .map(table -> new TableDetails(
                        table.schema(), -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of()))
                .toList();
    }

    @Override
    public List<Finding> check(List<TableDetails> details, ChangeRequest request) {
        return List.of();
    }

    @Override
    public SourcePosition loadPosition() {
        if (changesShapeWithPosition) {
            add(new ModelTable("orders", true, 40));
        }
        return upTo(Math.max(0, visible - random.nextInt(3)));
    }

    @Override
    public SourcePosition committedPosition() {
        return upTo(history.size());
    }

    @Override
    public SourcePosition earliestPosition() {
        return MySqlGtids.EMPTY;
    }

    @Override
    public ChangeReader changes(ChangeRequest request) {
        return new ModelReader();
    }

    /** Runs for pipelines with threads: sends what there is until it is stopped. */
    private final class ModelReader implements ChangeReader {
        private volatile boolean isStopped;
        private volatile long events;

        @Override
        public void run(ChangeSink sink) {
            while (!isStopped) {
                synchronized (ModelSource.this) {
                    events += pump(sink, 5, false);
                    if (failsAfter >= 0 && numberOf(sink.position()) >= failsAfter) {
                        throw new MillraceException(ErrorCode.DDL_ON_SELECTED_TABLE, "a statement");
                    }
                }
                sink.flush();
                LockSupport.parkNanos(1_000_000);
            }
        }

        @Override
        public void stop() {
            isStopped = true;
        }

        @Override
        public ChangeStatus status() {
            return new ChangeStatus(!isStopped, events, 0, 0, 0);
        }

        @Override
        public void close() {
            stop();
        }
    }

    @Override
    public ChunkReader chunks() {
        return new ModelChunks();
    }

    private final class ModelChunks implements ChunkReader {
        private long snapshot = -1;

        @Override
        public Optional<KeyBound> boundary(TableSchema table, Optional<KeyBound> lower, int rows) {
            mayFail();
            ModelTable model = tables.get(table.table());
            NavigableMap<Object, ModelRow> left = above(rowsAt(model, visible), model, lower);
            int few = 1 + random.nextInt(6);
            return left.size() <= few
                    ? Optional.empty()
                    : Optional.of(model.bound(new ArrayList<>(left.keySet()).get(few - 1)));
        }

        @Override
        public long estimate(TableSchema table, Optional<KeyBound> lower, Optional<KeyBound> upper) {
            ModelTable model = tables.get(table.table());
            NavigableMap<Object, ModelRow> rows = above(rowsAt(model, visible), model, lower);
            return upper.map(bound -> rows.headMap(model.key(bound), true))
                    .orElse(rows)
                    .size();
        }

        private NavigableMap<Object, ModelRow> above(
                NavigableMap<Object, ModelRow> rows, ModelTable model, Optional<KeyBound> lower) {
            return lower.isEmpty() ? rows : rows.tailMap(model.key(lower.get()), false);
        }

        @Override
        public SourcePosition begin() {
            mayFail();
            settle(); // time passes
            snapshot = visible;
            return upTo(Math.max(0, visible - random.nextInt(3)));
        }

        /** What is committed may not be visible yet: then nobody can tell. */
        @Override
        public Optional<SourcePosition> beginExact() {
            mayFail();
            if (random.nextInt(3) == 0) {
                return Optional.empty();
            }
            snapshot = visible;
            return Optional.of(upTo(visible));
        }

        @Override
        public long read(
                TableSchema table, RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper, ChunkSink sink) {
            ModelTable model = tables.get(table.table());
            NavigableMap<Object, ModelRow> rows = above(rowsAt(model, snapshot), model, lower);
            if (upper.isPresent()) {
                rows = rows.headMap(model.key(upper.get()), true);
            }
            for (ModelRow row : rows.values()) {
                mayFail();
                model.encode(sink.beginRow(), row, false);
                sink.endRow();
            }
            return rows.size();
        }

        @Override
        public void readRow(TableSchema table, RowScope scope, KeyBound key, ChunkSink sink) {
            mayFail();
            ModelTable model = tables.get(table.table());
            rowsRead++;
            ModelRow row = rowsAt(model, snapshot).get(model.key(key));
            if (row != null) {
                model.encode(sink.beginRow(), row, false);
                sink.endRow();
            }
        }

        @Override
        public void end() {
            snapshot = -1;
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {}

    /** A row; the key is a Long or a String. */
    public record ModelRow(Object key, long number, String text) {}

    static UnsafeBuffer utf8(String text) {
        return new UnsafeBuffer(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
