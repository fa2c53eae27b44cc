package io.millrace.writer;

import io.millrace.position.SourcePosition;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.UUID;

/** Small schemas and checkpoints. */
public final class TestSchemas {
    public static final UUID LOG = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    public static final SourcePosition POSITION = SourcePosition.parse("binlog:binlog.000001:4");

    private TestSchemas() {}

    public static Column bigint(String name) {
        return new Column(name, ColumnType.INTEGER, "bigint", false, 8, -1, "", List.of(), false);
    }

    public static Column integer(String name) {
        return new Column(name, ColumnType.INTEGER, "int", true, 4, -1, "", List.of(), false);
    }

    public static Column varchar(String name, int length) {
        return new Column(
                name, ColumnType.TEXT, "varchar(" + length + ")", true, length, -1, "utf8mb4_bin", List.of(), false);
    }

    public static Column of(String name, ColumnType type, String sourceType, int length, int scale) {
        return new Column(name, type, sourceType, true, length, scale, "", List.of(), false);
    }

    /** A table whose first columns are its key. */
    public static TableSchema table(String namespace, String name, int keyColumns, Column... columns) {
        List<Integer> key =
                java.util.stream.IntStream.range(0, keyColumns).boxed().toList();
        return new TableSchema(new TableId(namespace, name), 1, List.of(columns), key);
    }

    public static Checkpoint checkpoint(int lane, long epoch, long logIndex) {
        return checkpoint(lane, epoch, logIndex, Counters.ZERO);
    }

    public static Checkpoint checkpoint(int lane, long epoch, long logIndex, Counters counters) {
        return new Checkpoint(lane, 2, 1, epoch, LOG, logIndex, POSITION, "", 0, counters);
    }
}
