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
 * @param isShared whether other source tables are written there too: a row that stands where a new one should is theirs
 */
public record TargetTable(
        TableId name, TableSchema source, List<TargetColumn> columns, List<Integer> key, boolean isShared) {
    public TargetTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** A table that one source table has by itself. */
    public TargetTable(TableId name, TableSchema source, List<TargetColumn> columns, List<Integer> key) {
        this(name, source, columns, key, false);
    }

    /** The same, shared with other source tables, with the columns that suit them all. */
    public TargetTable shared(List<TargetColumn> some) {
        return new TargetTable(name, source, some, key, true);
    }
}
