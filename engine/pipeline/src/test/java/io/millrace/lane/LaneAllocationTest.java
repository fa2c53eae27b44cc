package io.millrace.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.dirty.DirtyRows;
import io.millrace.lane.row.KeyMoves;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadView;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyHasher;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.transform.TransformCompiler;
import io.millrace.transform.row.TableTransform;
import io.millrace.wal.ChainSink;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.Run;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane allocates per batch and per file, never per row. */
class LaneAllocationTest {
    @TempDir
    Path directory;

    private static final int ROWS = 500;
    private static final int DOCUMENTS = 4_000;

    private final TableSchema schema = new TableSchema(
            new TableId("shop", "orders"),
            1,
            List.of(
                    column("id", ColumnType.INTEGER, "bigint", 8),
                    column("n", ColumnType.INTEGER, "bigint", 8),
                    column("name", ColumnType.TEXT, "varchar(40)", 40),
                    column("at", ColumnType.DATETIME, "datetime", 0),
                    column("price", ColumnType.DECIMAL, "decimal(10,2)", 10)),
            List.of(0));
    private long rowsWritten;

    private static Column column(String name, ColumnType type, String sourceType, int length) {
        String collation = type == ColumnType.TEXT ? "utf8mb4_bin" : "";
        int scale = type == ColumnType.DECIMAL ? 2 : type == ColumnType.DATETIME ? 0 : -1;
        return new Column(name, type, sourceType, !name.equals("id"), length, scale, collation, List.of(), false);
    }

    @Test
    void shouldAllocateNothingPerRowWhenChangesOfAllKindsPass() {
        TargetTable target = new TargetTable(schema.table(), schema, written(schema), List.of(0));

        assertNothingPerRow(TaskPlan.of(List.of(target), Map.of()), DOCUMENTS);
    }

    @Test
    void shouldAllocateNothingPerRowWhenRowsAreFilteredAndRewritten() {
        assertNothingPerRow("""
                transforms:
                  - filter: {where: 'n % 4 <> 0 and n * 1.5 > 3'}
                  - set: {columns: {half: n / 2, more: n * 0.25}}
                mapping:
                  add: [{name: op, value: '${operation} at ${commit_time}'}]
                """);
    }

    @Test
    void shouldAllocateNothingPerRowWhenTextsTimesAndDecimalsAreFilteredAndMasked() {
        assertNothingPerRow("""
                transforms:
                  - filter:
                      where: "(name like 'c%' or name in ('x', 'y')) and name <> 'none' and at >= timestamp '2024-02-03 00:00:00' and price > 1.5"
                  - mask: {tables: ['*'], columns: [name], with: keep, first: 2, last: 2}
                  - mask: {tables: ['*'], columns: [at], with: truncate_date, unit: month}
                """);
    }

    private void assertNothingPerRow(String steps) {
        TaskSpec task = TaskFile.parse("task.yaml", "name: t\nsource: a\ntarget: b\ntables: ['*']\n" + steps)
                .orThrow();
        TableTransform transform = new TransformCompiler(task, Map.of(), new ArrayList<>())
                .of(schema, schema.table())
                .orElseThrow();
        TargetTable target = new TargetTable(schema.table(), transform.shape(), written(transform.shape()), List.of(0));
        assertNothingPerRow(
                TaskPlan.of(List.of(target), Map.of()).transformedBy(Map.of(schema.table(), transform)), DOCUMENTS / 4);
    }

    private static List<TargetColumn> written(TableSchema shape) {
        List<TargetColumn> columns = new ArrayList<>();
        for (int i = 0; i < shape.columns().size(); i++) {
            columns.add(new TargetColumn(shape.columns().get(i).name(), "text", i > 0, i));
        }
        return columns;
    }

    private void assertNothingPerRow(TaskPlan plan, int documents) {
        LoopingLog log = new LoopingLog();
        Checkpoint start =
                new Checkpoint(0, 1, 1, 1, log.id(), log.firstIndex(), MySqlGtids.EMPTY, "", 0, Counters.ZERO);
        Lane lane = new Lane(
                plan,
                log,
                new CountingWriter(),
                start,
                new LoadGate(1, LoadView.NONE),
                new KeyMoves(1),
                true,
                0,
                LaneSettings.of(50_000, 64 << 20, Long.MAX_VALUE / 2),
                DirtyRows.open(
                        directory,
                        TaskSpec.builder("allocation")
                                .source("a")
                                .target("b")
                                .tables("shop.*")
                                .build(),
                        row -> List.of()),
                System::nanoTime,
                System::currentTimeMillis);
        run(lane, log, documents);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        long rowsBefore = lane.status().committed().counters().changesIn();
        run(lane, log, documents);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        long rows = lane.status().committed().counters().changesIn() - rowsBefore;

        assertTrue(rows > 400_000, "rows: " + rows);
        assertTrue(rowsWritten > 0);
        // Batches and transactions cost some hundred bytes each; a single object a row would be 16 bytes.
        assertTrue(allocated < rows / 4, "allocated=" + allocated + ", rows=" + rows);
        assertEquals((long) documents * ROWS, rows);
    }

    private static void run(Lane lane, LoopingLog log, int documents) {
        log.left = documents;
        while (log.left > 0) {
            lane.doWork();
        }
    }

    /** Looks at every row, as a writer would. */
    private final class CountingWriter implements LaneWriter {
        private Checkpoint standing;

        @Override
        public Checkpoint checkpoint() {
            return standing;
        }

        @Override
        public ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) {
            for (int i = 0; i < batch.runCount(); i++) {
                Run run = batch.run(i);
                for (int row = 0; row < run.count(); row++) {
                    rowsWritten += run.row(row).longAt(1) & 1;
                }
            }
            standing = next;
            return ApplyResult.NONE;
        }

        @Override
        public void close() {}
    }

    /** The same document again and again: inserts, updates, updates of the key, deletes, one transaction. */
    private final class LoopingLog implements ChangeLog, LogTailer {
        private final UUID id = new UUID(1, 1);
        private final RowsFlyweight rows = new RowsFlyweight();
        private final TransactionId transaction = new TransactionId();
        private final UnsafeBuffer name = new UnsafeBuffer(new byte[64]);
        private final ByteBuffer[] frames = {
            frame(Operation.INSERT), frame(Operation.UPDATE), frame(Operation.DELETE),
        };
        private final Operation[] operations = Operation.values();
        private long next = 1;
        private int left;

        private ByteBuffer frame(Operation operation) {
            int count = operation == Operation.UPDATE ? ROWS / 2 : ROWS / 4;
            UnsafeBuffer scratch = new UnsafeBuffer(new byte[512]);
            RowSpace space = (buffer, offset, used, required) -> {
                buffer.wrap(scratch);
                return 0;
            };
            RowEncoder encoder = new RowEncoder(space);
            KeyHasher hasher = KeyHasher.of(schema);
            ImageFlyweight image = new ImageFlyweight();
            ByteBuffer memory = ByteBuffer.allocateDirect(count * 320);
            for (int i = 0; i < count; i++) {
                encoder.beginRecord();
                long before = 0;
                long after = 0;
                if (operation.hasBefore()) {
                    before = encode(encoder, image, hasher, i, true);
                }
                if (operation.hasAfter()) {
                    boolean isMove = operation == Operation.UPDATE && i % 10 == 0;
                    after = encode(encoder, image, hasher, isMove ? i + 100_000 : i, false);
                }
                int length = encoder.endRecord(
                        operation.hasAfter() ? after : before, operation.hasBefore() ? before : after);
                byte[] record = new byte[length];
                scratch.getBytes(0, record);
                memory.put(record);
            }
            return memory.limit(memory.position()).rewind();
        }

        private long encode(RowEncoder encoder, ImageFlyweight image, KeyHasher hasher, long key, boolean isBefore) {
            encoder.beginImage(5);
            encoder.putLong(0, key);
            encoder.putLong(1, key + 1);
            int length = name.putStringWithoutLengthUtf8(0, "customer number " + key);
            encoder.putBytes(2, name, 0, length);
            encoder.putLong(3, CivilTime.dateTime(2024, 2, 3, 4, 5, (int) key % 60, 0));
            if (key % 7 == 0) {
                encoder.putNull(4);
            } else {
                encoder.putBytes(4, name, 0, name.putStringWithoutLengthUtf8(0, key + ".25"));
            }
            encoder.endImage(isBefore);
            encoder.wrapLastImage(image);
            return hasher.hash(image);
        }

        private final long[] addresses = {
            new UnsafeBuffer(frames[0]).addressOffset(),
            new UnsafeBuffer(frames[1]).addressOffset(),
            new UnsafeBuffer(frames[2]).addressOffset(),
        };

        @Override
        public int poll(FrameHandler handler, int documentLimit) {
            if (left == 0) {
                return 0;
            }
            left--;
            if (next == 1) {
                handler.onSchema(0, schema);
            }
            transaction.kind = TransactionId.KIND_MYSQL;
            transaction.number = next;
            handler.onBegin(transaction);
            long ordinal = 0;
            for (int i = 0; i < frames.length; i++) {
                int count = operations[i] == Operation.UPDATE ? ROWS / 2 : ROWS / 4;
                handler.onRows(rows.wrap(addresses[i], frames[i].limit(), 0, operations[i], count, ordinal));
                ordinal += count;
            }
            handler.onCommit(transaction);
            handler.onDocumentEnd(++next, false);
            return 1;
        }

        @Override
        public LogTailer tailer() {
            return this;
        }

        @Override
        public UUID id() {
            return id;
        }

        @Override
        public boolean isNew() {
            return true;
        }

        @Override
        public ChangeSink sink() {
            throw new UnsupportedOperationException("not written");
        }

        @Override
        public long firstIndex() {
            return 1;
        }

        @Override
        public long durableIndex() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean awaitDurable(long index, long timeoutMillis) {
            return true;
        }

        @Override
        public SourcePosition durablePosition() {
            return MySqlGtids.EMPTY;
        }

        @Override
        public boolean contains(long index) {
            return true;
        }

        @Override
        public SourcePosition positionAt(long index) {
            throw new UnsupportedOperationException("nothing opens it");
        }

        @Override
        public List<ChainSink.Prepared> prepared() {
            return List.of();
        }

        @Override
        public void retainFrom(long index) {}

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public LogStatus status() {
            throw new UnsupportedOperationException("not asked");
        }

        @Override
        public long nextIndex() {
            return next;
        }

        @Override
        public void moveTo(long index) {}

        @Override
        public void release() {}

        @Override
        public long heldBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
