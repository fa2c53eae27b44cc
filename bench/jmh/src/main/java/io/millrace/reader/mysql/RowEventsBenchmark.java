package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    private SampleDecode decode;

    @Setup(Level.Trial)
    public void capture() {
        List<SampleTable> all = tables.equals("reference") ? List.of(SampleTable.REFERENCE) : SampleTable.FOUR;
        sample = BinlogSample.of(all, BinlogSample.Kind.INSERT, checksums);
        decode = new SampleDecode(sample, checksums);
    }

    @Benchmark
    public long millrace() {
        return decode.run();
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
        decode.verify();
    }
}
