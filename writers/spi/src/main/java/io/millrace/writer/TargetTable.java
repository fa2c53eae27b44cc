package io.millrace.writer;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;

/**
 * A source table's place at the target: what is written where. Immutable.
 *
 * @param name schema and table at the target
 * @param source the source's shape, whose images are written
 * @param columns those that are written (generated source columns are not), in order
 * @param key positions in {@code columns}
 */
public record TargetTable(TableId name, TableSchema source, List<TargetColumn> columns, List<Integer> key) {
    public TargetTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
