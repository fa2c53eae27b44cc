package io.millrace.reader.mysql;

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

/** What does each family of row events cost, on the reference row: many rows in a transaction, and one? An operation is one row image. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(BinlogSample.IMAGES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xms512m",
            "-Xmx512m",
            "-XX:+UseParallelGC"
        })
public class EventFamilyBenchmark {
    /** Kinds of {@link BinlogSample}. */
    @Param({"INSERT", "UPDATE", "DELETE", "SINGLE"})
    public String events;

    private SampleDecode decode;

    @Setup(Level.Trial)
    public void capture() {
        decode = new SampleDecode(
                BinlogSample.of(List.of(SampleTable.REFERENCE), BinlogSample.Kind.valueOf(events), true), true);
    }

    @Benchmark
    public long millrace() {
        return decode.run();
    }

    @TearDown(Level.Trial)
    public void verify() {
        decode.verify();
    }
}
