package io.millrace.jmh;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.ScratchDirectory;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.ChangeSink;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogStatus;
import io.millrace.wal.LogTailer;
import io.millrace.wal.RowsFlyweight;
import io.millrace.wal.mapped.ChangeLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast the change log takes row records of the reference shape, on top of what encoding them costs.
 *
 * <p>{@code encode} builds the records in one buffer and is the baseline; {@code append} builds the same records in the log, in
 * transactions, with group commit forcing beside it (its files lie in {@code -Dmillrace.bench.directory}, or the temporary
 * directory); {@code tail} hands them out again, CRCs checked. One operation is one row. Tear-down reads every row back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogAppendBenchmark {
    private static final int ROWS = 10_000;
    private static final int TAILED_ROWS = 500_000;

    /** Rows in a transaction. */
    @Param({"1000", "3"})
    public int transactionRows;

    private final UnsafeBuffer text = new UnsafeBuffer(
            "the quick brown fox jumps over the lazy dog and reads the log".getBytes(StandardCharsets.UTF_8));
    private final UnsafeBuffer memory = new UnsafeBuffer(new byte[1 << 20]);
    private final RowEncoder plain = new RowEncoder(new OneBuffer(memory));
    private final TransactionId transaction = new TransactionId();
    private final Counter counter = new Counter();
    private ScratchDirectory scratch;
    private ChangeLog log;
    private ChangeSink sink;
    private LogTailer tailer;
    private int table;
    private long rows;

    /** Always the same place: what a record costs without a log. */
    private record OneBuffer(UnsafeBuffer memory) implements RowSpace {
        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
            buffer.wrap(memory);
            return 0;
        }
    }

    private static final class Counter implements FrameHandler {
        private long rows;
        private long hashes;

        @Override
        public void onSchema(int tableNumber, TableSchema schema) {}

        @Override
        public void onDdl(DdlEvent event) {}

        @Override
        public void onBegin(TransactionId transaction) {}

        @Override
        public void onRows(RowsFlyweight frame) {
            while (frame.next()) {
                rows++;
                hashes += frame.keyHash();
            }
        }

        @Override
        public void onCommit(TransactionId transaction) {}

        @Override
        public void onPrepare(TransactionId prepare) {}

        @Override
        public void onResolve(TransactionId prepare) {}

        @Override
        public void onHeartbeat(SourcePosition position, long sourceTimeMicros) {}

        @Override
        public void onDocumentEnd(long nextIndex, boolean isInsideTransaction) {}
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        String parent = System.getProperty("millrace.bench.directory", System.getProperty("java.io.tmpdir"));
        scratch = ScratchDirectory.make(Path.of(parent), "millrace-log", false);
        log = ChangeLogs.open(new LogSettings(
                scratch.path(), 1L << 40, LogSettings.DEFAULT_FILE_BYTES, MySqlGtids.EMPTY, Optional.empty(), "bench"));
        sink = log.sink();
        table = sink.announce(reference());
        transaction.kind = TransactionId.KIND_MYSQL;
        tailer = log.tailer();
    }

    /** The columns of the reference backlog: about 250 bytes in the log. */
    private static TableSchema reference() {
        ColumnType[] types = {
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.DECIMAL,
            ColumnType.DOUBLE,
            ColumnType.DATETIME,
            ColumnType.TIMESTAMP,
            ColumnType.TEXT,
            ColumnType.TEXT,
            ColumnType.TEXT
        };
        Column[] columns = new Column[types.length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new Column("c" + i, types[i], "any", true, -1, -1, "", List.of(), false);
        }
        return new TableSchema(new TableId("bench", "reference_rows"), 1, List.of(columns), List.of(0));
    }

    private void image(RowEncoder row, long id) {
        row.beginImage(11);
        row.putLong(0, id);
        row.putLong(1, id * 3);
        row.putLong(2, 17);
        row.putLong(3, 4);
        row.putBytes(4, text, 0, 7);
        row.putLong(5, id + 5);
        row.putLong(6, id + 6);
        row.putLong(7, id + 7);
        row.putBytes(8, text, 0, 12);
        row.putBytes(9, text, 5, 20);
        row.putBytes(10, text, 1, 45);
        row.endImage(false);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int encode() {
        int bytes = 0;
        for (int i = 0; i < ROWS; i++) {
            plain.beginRecord();
            image(plain, i);
            bytes += plain.endRecord(i, i);
        }
        return bytes;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void append() {
        for (int i = 0; i < ROWS; i++) {
            if (i % transactionRows == 0) {
                transaction.number++;
                sink.begin(transaction);
            }
            image(sink.beginRow(table, Operation.INSERT), i);
            sink.endRow(i, i);
            if (i % transactionRows == transactionRows - 1 || i == ROWS - 1) {
                sink.commit(transaction);
            }
        }
        sink.flush();
        rows += ROWS;
        trim();
    }

    /** Deletes behind itself, so that a run needs little disk: what is deleted was handed out. */
    private void trim() {
        if (rows % (100L * ROWS) == 0) {
            drain();
        }
    }

    private void drain() {
        while (tailer.poll(counter, 256) > 0) {
            tailer.release();
        }
    }

    @Benchmark
    @OperationsPerInvocation(TAILED_ROWS)
    public long tail(Written written) {
        written.tailer.moveTo(log.firstIndex());
        written.counter.rows = 0;
        while (written.counter.rows < TAILED_ROWS && written.tailer.poll(written.counter, 16) > 0) {
            written.tailer.release();
        }
        return written.counter.hashes;
    }

    /** A log with rows in it. */
    @State(Scope.Benchmark)
    public static class Written {
        private final Counter counter = new Counter();
        private LogTailer tailer;

        @Setup(Level.Trial)
        public void write(LogAppendBenchmark bench) {
            for (int i = 0; i < TAILED_ROWS / ROWS + 1; i++) {
                bench.append();
            }
            bench.awaitDurable();
            tailer = bench.log.tailer();
        }

        @TearDown(Level.Trial)
        public void close() {
            tailer.close();
        }
    }

    private void awaitDurable() {
        LogStatus status = log.status();
        while (status.forcedBytes() < status.appendedBytes()) {
            log.awaitDurable(log.durableIndex(), 10);
            status = log.status();
        }
    }

    @TearDown(Level.Trial)
    public void verify() throws IOException {
        awaitDurable();
        drain();
        if (counter.rows != rows) {
            throw new IllegalStateException("rows are missing: expected=" + rows + ", found=" + counter.rows);
        }
        LogStatus status = log.status();
        if (rows > 0) {
            System.out.printf(
                    "%nbytes/row=%d forces=%d bytes/force=%d%n",
                    status.appendedBytes() / rows, status.forces(), status.appendedBytes() / status.forces());
        }
        tailer.close();
        log.close();
        scratch.close();
    }
}
