package io.millrace.jmh;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.position.SourcePosition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.PostgresTargetProvider;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast one lane writes to PostgreSQL: batches of one run, of the reference row (215 bytes as an image, one secondary
 * index), each committed with its checkpoint. {@code rows} is the rate; with {@code -prof gc} the bytes of a batch, the
 * driver's own among them. With a batch of one row the score is the latency of a commit.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 4, time = 4)
@Fork(value = 1, jvmArgsAppend = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED")
public class PostgresApplyBenchmark {
    private static final int LOADED = 200_000;
    private static final UUID LOG = new UUID(1, 2);

    @Param({"1", "5000", "50000"})
    public int batchRows;

    private PostgresServer server;
    private String database;
    private Target target;
    private LaneWriter writer;
    private ReferenceRun run;
    private Checkpoint now;
    private long nextId = LOADED;
    private long nextOld;

    /** Rows, as a rate. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Rows {
        public long rows;
    }

    @Setup(Level.Trial)
    public void open() {
        server = PostgresServer.builder()
                .memoryMiB(512)
                .set("max_wal_size", "4GB")
                .start();
        database = server.freshDatabase("bench");
        DataSource source = new DataSource(
                "bench",
                "postgres",
                server.host(),
                server.port(),
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.DISABLED,
                Optional.empty(),
                Duration.ofSeconds(10));
        target =
                new PostgresTargetProvider().open(source, new TargetSettings("bench", "millrace", TypeOptions.DEFAULT));
        TargetTable table = target.plan(ReferenceRun.SCHEMA, new TableId("bench", "orders"));
        target.create(table);
        server.execute(database, "CREATE INDEX ON bench.orders (customer)");
        target.control().prepare();
        now = checkpoint(0);
        target.control().replace(List.of(), List.of(now));
        writer = target.laneWriter(0);
        run = new ReferenceRun(table, Math.max(batchRows, 50_000));
        for (int id = 0; id < LOADED; id += 50_000) {
            apply(RunOperation.INSERT, id, 50_000);
        }
        server.execute(database, "VACUUM ANALYZE bench.orders");
    }

    private static Checkpoint checkpoint(long index) {
        return new Checkpoint(
                0, 1, 1, 1, LOG, index, SourcePosition.parse("binlog:binlog.000001:4"), "", 0, Counters.ZERO);
    }

    private void apply(RunOperation operation, long firstId, int rows) {
        run.of(operation, firstId, rows);
        Checkpoint next = checkpoint(now.logIndex() + rows);
        writer.apply(run, now, next);
        now = next;
    }

    private long nextOld() {
        nextOld = nextOld + batchRows > LOADED ? 0 : nextOld;
        long first = nextOld;
        nextOld += batchRows;
        return first;
    }

    @Benchmark
    public void insert(Rows counter) {
        apply(RunOperation.INSERT, nextId, batchRows);
        nextId += batchRows;
        counter.rows += batchRows;
    }

    @Benchmark
    public void upsertNew(Rows counter) {
        apply(RunOperation.UPSERT, nextId, batchRows);
        nextId += batchRows;
        counter.rows += batchRows;
    }

    @Benchmark
    public void upsertExisting(Rows counter) {
        apply(RunOperation.UPSERT, nextOld(), batchRows);
        counter.rows += batchRows;
    }

    @Benchmark
    public void update(Rows counter) {
        apply(RunOperation.UPDATE, nextOld(), batchRows);
        counter.rows += batchRows;
    }

    /** Each row is inserted first: half of the work is another's. */
    @Benchmark
    public void insertAndDelete(Rows counter) {
        apply(RunOperation.INSERT, nextId, batchRows);
        apply(RunOperation.DELETE, nextId, batchRows);
        nextId += batchRows;
        counter.rows += batchRows;
    }

    @TearDown(Level.Trial)
    public void close() throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*), count(DISTINCT id) FROM bench.orders")) {
            rows.next();
            if (rows.getLong(1) < LOADED || rows.getLong(1) != rows.getLong(2)) {
                throw new IllegalStateException("rows are missing: rows=" + rows.getLong(1));
            }
        } finally {
            writer.close();
            target.close();
            server.close();
        }
    }

    /** One run of rows whose keys follow each other; it is its own batch. */
    private static final class ReferenceRun implements Run, Batch {
        static final TableSchema SCHEMA = new TableSchema(
                new TableId("bench", "orders"),
                1,
                List.of(
                        column("id", ColumnType.INTEGER, "bigint", 8, -1, false),
                        column("customer", ColumnType.INTEGER, "int", 4, -1, true),
                        column("quantity", ColumnType.INTEGER, "int", 4, -1, true),
                        column("flags", ColumnType.INTEGER, "int", 4, -1, true),
                        column("amount", ColumnType.DECIMAL, "decimal(12,2)", 12, 2, true),
                        column("created", ColumnType.DATETIME, "datetime(6)", -1, 6, true),
                        column("updated", ColumnType.TIMESTAMP, "timestamp(6)", -1, 6, true),
                        column("name", ColumnType.TEXT, "varchar(60)", 60, -1, true),
                        column("state", ColumnType.TEXT, "char(10)", 10, -1, true),
                        column("price", ColumnType.DOUBLE, "double", -1, -1, true),
                        column("note", ColumnType.TEXT, "varchar(80)", 80, -1, true)),
                List.of(0));
        private static final int ID_SLOT = 24; // behind header and two words of bits
        private static final int CUSTOMER_SLOT = ID_SLOT + 8;

        private final TargetTable table;
        private final UnsafeBuffer images;
        private final int[] offsets;
        private final ImageFlyweight flyweight = new ImageFlyweight();
        private RunOperation operation;
        private int count;
        private int salt;

        ReferenceRun(TargetTable table, int maxRows) {
            this.table = table;
            offsets = new int[maxRows + 1];
            ExpandableDirectByteBuffer space = new ExpandableDirectByteBuffer(maxRows * 256);
            UnsafeBuffer record = new UnsafeBuffer(new byte[4096]);
            RowEncoder encoder = new RowEncoder((buffer, recordOffset, used, required) -> {
                buffer.wrap(record);
                return 0;
            });
            ImageFlyweight image = new ImageFlyweight();
            for (int i = 0; i < maxRows; i++) {
                encode(encoder, i);
                encoder.wrapLastImage(image);
                int length = image.buffer().capacity();
                space.putBytes(offsets[i], image.buffer(), 0, length);
                offsets[i + 1] = offsets[i] + length;
            }
            images = new UnsafeBuffer(space, 0, offsets[maxRows]);
        }

        private static Column column(
                String name, ColumnType type, String sourceType, int length, int scale, boolean nullable) {
            return new Column(name, type, sourceType, nullable, length, scale, "", List.of(), false);
        }

        private static void encode(RowEncoder encoder, int i) {
            encoder.beginRecord();
            encoder.beginImage(11);
            encoder.putLong(2, i % 100);
            encoder.putLong(3, i);
            put(encoder, 4, (i % 1_000_000) + "." + (10 + i % 90));
            encoder.putLong(5, CivilTime.dateTime(2024, 1 + i % 12, 1 + i % 28, i % 24, i % 60, i % 59, i));
            encoder.putLong(6, 1_700_000_000_000_000L + i * 1_000L);
            put(encoder, 7, "customer number " + i + " in the town of somewhere");
            put(encoder, 8, "NEW");
            encoder.putLong(9, Double.doubleToRawLongBits(i / 100.0));
            put(encoder, 10, "a further text of some forty-five chars " + i % 1000);
            encoder.endImage(false);
        }

        private static void put(RowEncoder encoder, int column, String text) {
            byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            encoder.putBytes(column, new UnsafeBuffer(bytes), 0, bytes.length);
        }

        /** Numbers the rows anew, and has the indexed column change with each use. */
        void of(RunOperation newOperation, long firstId, int rows) {
            operation = newOperation;
            count = rows;
            salt++;
            for (int i = 0; i < rows; i++) {
                images.putLong(offsets[i] + ID_SLOT, firstId + i);
                images.putLong(offsets[i] + CUSTOMER_SLOT, (((firstId + i + salt) * 0x9E3779B9L) >>> 8) % 100_000);
            }
        }

        @Override
        public TargetTable table() {
            return table;
        }

        @Override
        public RunOperation operation() {
            return operation;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public ImageFlyweight before(int number) {
            throw new UnsupportedOperationException("no key changes here");
        }

        @Override
        public ImageFlyweight row(int number) {
            return flyweight.wrap(images, offsets[number], offsets[number + 1] - offsets[number]);
        }

        @Override
        public int runCount() {
            return 1;
        }

        @Override
        public Run run(int number) {
            return this;
        }
    }
}
