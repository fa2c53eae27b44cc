package io.millrace.writer.mysql;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyOrder;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.mysql.batch.CompiledColumn;
import io.millrace.writer.mysql.batch.RowOrder;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.mysql.value.FieldEncoder;
import io.millrace.writer.mysql.value.FieldEncoders;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** That no row costs an object: of every type, as literals and as fields; nor does putting rows in order. */
class EncodingAllocationTest {
    private static final int ROWS = 20_000;

    /** What measuring itself may cost. */
    private static final long FEW_BYTES = 4_096;

    private final SqlOutput output = new SqlOutput(1024);

    @Test
    void shouldAllocateNothingPerRow() {
        List<Column> columns = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        List<CompiledColumn> compiled = new ArrayList<>();
        for (TypeCase type : TypeCase.all(Dialect.MYSQL)) {
            Object value = type.values().get(0);
            boolean isLarge = value instanceof String text && text.length() > 1_000;
            // The JDK's digits of a floating point number may cost it an object.
            boolean isFloating =
                    type.column().type() == ColumnType.FLOAT || type.column().type() == ColumnType.DOUBLE;
            if (!isLarge && !isFloating) {
                FieldEncoder encoder = FieldEncoders.of(type.column(), planned(type));
                compiled.add(new CompiledColumn(type.column().sourceType(), columns.size(), encoder, "", false, false));
                columns.add(type.column());
                values.add(value);
            }
        }
        assertTrue(compiled.size() > 40, "types: " + compiled.size());
        TableSchema schema = TestSchemas.table("a", "b", 0, columns.toArray(Column[]::new));
        byte[] bytes = TestRun.image(schema, values.toArray());
        ImageFlyweight image = new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);

        put(compiled, image, true);
        put(compiled, image, false);
        assertAllocatesLittle(() -> put(compiled, image, true));
        assertAllocatesLittle(() -> put(compiled, image, false));
    }

    @Test
    void shouldAllocateNothingWhenRowsArePutInOrder() {
        TableSchema schema = TestSchemas.table("a", "b", 1, TestSchemas.bigint("id"));
        TestRun run = new TestRun(new TargetTable(schema.table(), schema, List.of(), List.of()), RunOperation.INSERT);
        for (int i = 0; i < ROWS; i++) {
            run.row((i * 7_919L) % ROWS);
        }
        RowOrder order = new RowOrder();
        Optional<KeyOrder> byKey = Optional.of(KeyOrder.of(schema));
        order.of(run, 0, ROWS, byKey);
        for (int i = 0; i < ROWS; i++) {
            assertTrue(run.row(order.at(i)).longAt(0) == i, "place " + i);
        }
        assertAllocatesLittle(() -> order.of(run, 0, ROWS, byKey));
    }

    private static CatalogColumn planned(TypeCase type) {
        String name = type.targetType().replaceAll("\\(.*", "").replace(" unsigned", "");
        return new CatalogColumn(
                "v", name, type.targetType(), -1, 65, 30, "", false, false, false, false, false, false);
    }

    private void put(List<CompiledColumn> columns, ImageFlyweight image, boolean isField) {
        for (int row = 0; row < ROWS; row++) {
            output.clear();
            for (int i = 0; i < columns.size(); i++) {
                if (isField) {
                    columns.get(i).putField(image, output, row);
                } else {
                    columns.get(i).putLiteral(image, output, row);
                }
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
