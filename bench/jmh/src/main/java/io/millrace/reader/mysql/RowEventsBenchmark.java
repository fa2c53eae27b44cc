package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
 * How fast are events of a real server decoded into rows as they lie in the change log? An operation is one row image; the
 * connector's own deserializer does the same input beside it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(BinlogSample.IMAGES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseParallelGC"
        })
public class RowEventsBenchmark {
    /** {@code reference} is the row of DESIGN; {@code four} are four tables in turns. */
    @Param({"reference", "four"})
    public String tables;

    /** Whether the events have checksums, which are then verified. */
    @Param({"true", "false"})
    public boolean checksums;

    private BinlogSample sample;
    private UnsafeBuffer buffer;
    private BinlogStream stream;
    private FrameSink sink;

    @Setup(Level.Trial)
    public void capture() {
        sample = BinlogSample.of(tables, checksums);
        buffer = new UnsafeBuffer(sample.bytes);
        sink = new FrameSink();
        SourceCharsets charsets = new SourceCharsets(
                Map.of(
                        255, new SourceCharsets.Collation("utf8mb4_0900_ai_ci", "utf8mb4"),
                        8, new SourceCharsets.Collation("latin1_swedish_ci", "latin1"),
                        11, new SourceCharsets.Collation("ascii_general_ci", "ascii"),
                        45, new SourceCharsets.Collation("utf8mb4_general_ci", "utf8mb4")),
                ByteCharsets.load());
        SourceClock clock = new SourceClock(0);
        stream = new BinlogStream(
                sink, new Everything(), table -> null, charsets, BinlogResume.plain(sink, clock), clock, checksums);
        long before = sink.images();
        decodeAll();
        if (sink.images() - before != BinlogSample.IMAGES) {
            throw new IllegalStateException("sample has other rows: images=" + sink.images());
        }
        System.out.printf(
                java.util.Locale.ROOT,
                "event bytes per image: %.1f, encoded bytes per image: %.1f%n",
                (double) sample.bytes.length / BinlogSample.IMAGES,
                (double) sink.bytes() / BinlogSample.IMAGES);
    }

    private record Everything() implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return true;
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }

    private void decodeAll() {
        int[] offsets = sample.offsets;
        for (int i = 0; i + 1 < offsets.length; i++) {
            stream.onEvent(buffer, sample.bytes, offsets[i], offsets[i + 1] - offsets[i]);
        }
    }

    @Benchmark
    public long millrace() {
        decodeAll();
        return sink.hashes();
    }

    @Benchmark
    @SuppressWarnings("deprecation") // the connector's way to say that events carry checksums
    public long connector() throws IOException {
        EventDeserializer deserializer = new EventDeserializer();
        if (checksums) {
            deserializer.setChecksumType(ChecksumType.CRC32);
        }
        long rows = 0;
        int start = sample.offsets[0];
        ByteArrayInputStream in = new ByteArrayInputStream(
                new java.io.ByteArrayInputStream(sample.bytes, start, sample.bytes.length - start));
        for (Event event = deserializer.nextEvent(in); event != null; event = deserializer.nextEvent(in)) {
            if (event.getData() instanceof WriteRowsEventData data) {
                rows += data.getRows().size();
            }
        }
        if (rows != BinlogSample.IMAGES) {
            throw new IllegalStateException("rows=" + rows);
        }
        return rows;
    }

    @TearDown(Level.Trial)
    public void verify() {
        if (sink.images() % BinlogSample.IMAGES != 0) {
            throw new IllegalStateException("images were lost: images=" + sink.images());
        }
    }
}
