package io.millrace.writer.postgres;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.batch.CompiledColumn;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.Oids;
import io.millrace.writer.postgres.value.FieldEncoder;
import io.millrace.writer.postgres.value.FieldEncoders;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** That no row costs an object: of every type, as a field of COPY and as an element of an array. */
class EncodingAllocationTest {
    private static final int ROWS = 20_000;

    /** What measuring itself may cost. */
    private static final long FEW_BYTES = 4_096;

    private final BinaryOutput output = new BinaryOutput(1024);

    @Test
    void shouldAllocateNothingPerRow() {
        List<Column> columns = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        List<CompiledColumn> compiled = new ArrayList<>();
        for (TypeCase type : TypeCase.all()) {
            FieldEncoder encoder = FieldEncoders.of(type.column(), planned(type), TypeOptions.DEFAULT);
            boolean isLarge = type.column().sourceType().startsWith("long")
                    || type.column().sourceType().equals("text");
            if (encoder != null && !isLarge) {
                compiled.add(
                        new CompiledColumn(type.column().sourceType(), "", columns.size(), encoder, 0, 0, "", false));
                columns.add(type.column());
                values.add(type.values().get(0));
            }
        }
        assertTrue(compiled.size() > 25, "types: " + compiled.size());
        TableSchema schema = TestSchemas.table("a", "b", 0, columns.toArray(Column[]::new));
        byte[] bytes = TestRun.image(schema, values.toArray());
        ImageFlyweight image = new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
        TestRun run = new TestRun(new TargetTable(schema.table(), schema, List.of(), List.of()), RunOperation.INSERT)
                .row(values.toArray());

        putRows(compiled, image);
        putArrays(compiled, run);
        assertAllocatesLittle(() -> putRows(compiled, image));
        assertAllocatesLittle(() -> putArrays(compiled, run));
    }

    private static CatalogColumn planned(TypeCase type) {
        int oid = switch (type.targetType().replaceAll("\\(.*?\\)", "")) {
            case "boolean" -> Oids.BOOL;
            case "smallint" -> Oids.INT2;
            case "integer" -> Oids.INT4;
            case "bigint" -> Oids.INT8;
            case "numeric" -> Oids.NUMERIC;
            case "real" -> Oids.FLOAT4;
            case "double precision" -> Oids.FLOAT8;
            case "bit" -> Oids.BIT;
            case "date" -> Oids.DATE;
            case "timestamp without time zone" -> Oids.TIMESTAMP;
            case "timestamp with time zone" -> Oids.TIMESTAMPTZ;
            case "interval" -> Oids.INTERVAL;
            case "character varying" -> Oids.VARCHAR;
            case "text" -> Oids.TEXT;
            case "bytea" -> Oids.BYTEA;
            case "json" -> Oids.JSON;
            case "uuid" -> Oids.UUID;
            default -> 0;
        };
        return new CatalogColumn("v", oid, -1, 1, "", "", false, false, "", false, true);
    }

    private void putRows(List<CompiledColumn> columns, ImageFlyweight image) {
        for (int row = 0; row < ROWS; row++) {
            output.clear();
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).put(image, output, row);
            }
        }
    }

    private void putArrays(List<CompiledColumn> columns, TestRun run) {
        for (int row = 0; row < ROWS; row++) {
            output.clear();
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).putArray(run, 0, 1, output);
            }
        }
    }

    private static void assertAllocatesLittle(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < FEW_BYTES, "bytes for " + ROWS + " rows: " + bytes);
    }
}
