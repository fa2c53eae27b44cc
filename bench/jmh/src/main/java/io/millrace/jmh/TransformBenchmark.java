package io.millrace.jmh;

import io.millrace.error.Finding;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import io.millrace.transform.TransformCompiler;
import io.millrace.transform.row.FilterVerdict;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.row.RowArena;
import io.millrace.transform.step.RowContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * What each transform costs a row of eleven columns and some 250 bytes, and, under {@code -prof gc}, what it allocates: 0 B a row but for
 * {@code regex}, {@code hash} and {@code fpe}. {@code all} is what {@code RateBench --variant rows=steps} does to each row. {@code added} is the rewriting itself with a constant; a filter leaves the row where it is. One operation is one
 * row. Tear-down makes sure that rows were rewritten, and passed or not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TransformBenchmark {
    private static final int ROWS = 1_000;
    private static final Map<String, String> STEPS = Map.ofEntries(
            Map.entry("added", "mapping: {add: [{name: tenant, value: north, type: varchar(8)}]}"),
            Map.entry(
                    "variables",
                    "mapping: {add: [{name: op, value: '${operation} at ${commit_time}'}, {name: t, value: '${commit_time}'}]}"),
            Map.entry("filterNumber", "transforms: [{filter: {where: 'n >= 100 and id % 2 = 0'}}]"),
            Map.entry("filterDecimal", "transforms: [{filter: {where: 'amount * 2 >= 100.5'}}]"),
            Map.entry(
                    "filterText",
                    "transforms: [{filter: {where: 'lower(status) like ''%ai%'' and day >= ''2024-01-01'''}}]"),
            Map.entry("replace", "transforms: [{replace: {columns: [phone], from: '86', to: '0'}}]"),
            Map.entry("regex", "transforms: [{replace: {columns: [phone], from: '^\\+?86', to: '0', regex: true}}]"),
            Map.entry("keep", "transforms: [{mask: {columns: [mail], with: keep, first: 2, last: 4}}]"),
            Map.entry("hash", "transforms: [{mask: {columns: [mail], with: hash, key: '${env:KEY}'}}]"),
            Map.entry("fixed", "transforms: [{mask: {columns: [note], with: fixed, value: hidden}}]"),
            Map.entry("nullify", "transforms: [{mask: {columns: [note], with: nullify}}]"),
            Map.entry("email", "transforms: [{mask: {columns: [mail], with: email}}]"),
            Map.entry("digits", "transforms: [{mask: {columns: [phone], with: digits}}]"),
            Map.entry("truncateDate", "transforms: [{mask: {columns: [at], with: truncate_date, unit: month}}]"),
            Map.entry("fpe", "transforms: [{mask: {columns: [phone], with: fpe, key: '${env:KEY}'}}]"),
            Map.entry("jsonValue", "transforms: [{set: {columns: {status: 'json_value(doc, ''$.a.b'')'}}}]"),
            Map.entry("set", "transforms: [{set: {columns: {net: 'amount * 0.81', n: n + 1}}}]"),
            Map.entry("custom", "transforms: [{custom: {name: taxed}}]"),
            Map.entry("cast", "transforms: [{set: {columns: {id: 'cast(id as varchar(20))'}}}]"),
            Map.entry("all", """
                    transforms:
                      - filter: {where: 'n >= 0 and id <> 32767'}
                      - mask: {columns: [note], with: keep, first: 2, last: 2}
                    mapping:
                      add:
                        - {name: op, value: '${operation}', type: varchar(8)}
                        - {name: committed, value: '${commit_time}', type: timestamp(6)}
                        - {name: origin, value: shop, type: varchar(8)}
                    """));

    @Param({
        "added",
        "variables",
        "filterNumber",
        "filterDecimal",
        "filterText",
        "replace",
        "regex",
        "keep",
        "hash",
        "fixed",
        "nullify",
        "email",
        "digits",
        "truncateDate",
        "fpe",
        "jsonValue",
        "set",
        "cast",
        "custom",
        "all"
    })
    public String step;

    private final RowArena arena = new RowArena();
    private final RowEncoder encoder = new RowEncoder(arena);
    private final ImageFlyweight image = new ImageFlyweight();
    private final List<ByteBuffer> kept = new ArrayList<>();
    private final long[] addresses = new long[ROWS];
    private final int[] lengths = new int[ROWS];
    private ImageRewriter rewriter;
    private long passed;
    private long bytes;

    private static TableSchema schema() {
        List<Column> columns = new ArrayList<>();
        columns.add(column("id", ColumnType.INTEGER, "bigint", 8, -1));
        columns.add(column("n", ColumnType.INTEGER, "int", 4, -1));
        columns.add(column("amount", ColumnType.DECIMAL, "decimal(12,2)", 12, 2));
        columns.add(column("status", ColumnType.TEXT, "varchar(20)", 20, -1));
        columns.add(column("phone", ColumnType.TEXT, "varchar(20)", 20, -1));
        columns.add(column("mail", ColumnType.TEXT, "varchar(60)", 60, -1));
        columns.add(column("day", ColumnType.POSTGRES_DATE, "date", -1, -1));
        columns.add(column("at", ColumnType.POSTGRES_TIMESTAMP, "timestamp", -1, 6));
        columns.add(column("note", ColumnType.TEXT, "text", -1, -1));
        columns.add(column("x", ColumnType.DOUBLE, "double", -1, -1));
        columns.add(column("doc", ColumnType.JSON, "json", -1, -1));
        return new TableSchema(new TableId("shop", "orders"), 1, columns, List.of(0));
    }

    private static Column column(String name, ColumnType type, String sourceType, int length, int scale) {
        return new Column(name, type, sourceType, true, length, scale, "", List.of(), false);
    }

    @Setup
    public void setUp() {
        SecretResolver secrets = new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return Optional.of("pepper");
            }

            @Override
            public Optional<String> file(Path path) {
                return Optional.empty();
            }
        };
        TaskSpec task = TaskFile.parse(
                        "bench",
                        "name: t\nsource: a\ntarget: b\ntables: ['*']\n" + STEPS.get(step) + "\n",
                        Path.of(""),
                        secrets,
                        Map.of("taxed", new TaxedAmount()))
                .orThrow();
        List<Finding> findings = new ArrayList<>();
        TableSchema schema = schema();
        RowContext context = RowContext.ofChanges(System::currentTimeMillis);
        TransactionId transaction = new TransactionId();
        transaction.commitTimeMicros = 1_700_000_000_123_456L;
        context.change(Operation.INSERT, transaction);
        rewriter = new TransformCompiler(task, Map.of(), findings)
                .of(schema, schema.table())
                .orElseThrow(() -> new IllegalStateException(findings.toString()))
                .rewriter(context);
        for (int row = 0; row < ROWS; row++) {
            encode(row);
        }
    }

    private void encode(int row) {
        ByteBuffer memory = ByteBuffer.allocateDirect(1024);
        kept.add(memory);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder to = new RowEncoder(space);
        to.beginRecord();
        to.beginImage(11);
        to.putLong(0, row);
        to.putLong(1, row % 200);
        text(to, 2, row % 90 + "." + row % 10 + "5");
        text(to, 3, row % 2 == 0 ? "paid" : "draft");
        text(to, 4, "+8613" + (100_000_000 + row));
        text(to, 5, "somebody." + row + "@example.org");
        to.putLong(6, 8_800 + row % 100);
        to.putLong(7, 760_000_000_000_000L + row);
        text(to, 8, "a note that is neither short nor long, as notes are; row " + row);
        to.putLong(9, Double.doubleToRawLongBits(row / 8.0));
        text(to, 10, "{\"n\": " + row + ", \"a\": {\"c\": [1, 2], \"b\": \"value " + row + "\"}}");
        to.endImage(false);
        lengths[row] = to.endRecord(row, row);
        addresses[row] = new UnsafeBuffer(memory).addressOffset();
    }

    private static void text(RowEncoder to, int column, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        to.putBytes(column, utf8, 0, utf8.length);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long rows() {
        arena.clear();
        for (int row = 0; row < ROWS; row++) {
            boolean isIn = true;
            if (rewriter.isFiltering()) {
                image.wrap(addresses[row] + 24, lengths[row] - 24);
                isIn = rewriter.verdict(image) == FilterVerdict.IN;
            }
            if (isIn && !rewriter.isFilterOnly()) {
                rewriter.record(addresses[row], lengths[row], true, encoder, arena);
                bytes += rewriter.length();
            }
            passed += isIn ? 1 : 0;
        }
        return bytes;
    }

    @TearDown
    public void tearDown() {
        boolean isRewritten = bytes > 0 != rewriter.isFilterOnly();
        if (passed == 0 || !isRewritten) {
            throw new IllegalStateException("nothing was measured: passed=" + passed + ", bytes=" + bytes);
        }
    }
}
