package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.util.ArrayList;
import java.util.List;

/** What a source table would be if this program made it. Immutable. */
public final class TablePlanner {
    private final PlanDialect dialect;

    public TablePlanner(PlanDialect dialect) {
        this.dialect = dialect;
    }

    public TargetTable plan(TableSchema source, WantedTable wanted) {
        TableId name = wanted.name();
        dialect.requireTable(source, name);
        List<TargetColumn> columns = new ArrayList<>();
        int[] positions = new int[source.columns().size()];
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            positions[i] = -1;
            boolean isKey = source.key().contains(i);
            if (isKey && wanted.isDropped(column)) {
                throw refused(source, "a column of the key cannot be dropped: column=" + column.name());
            }
            if (isKey || !wanted.isDropped(column)) {
                String columnName = wanted.nameOf(column);
                dialect.requireColumn(source, columnName, columns);
                positions[i] = columns.size();
                PlannedType type = dialect.typeOf(
                        new PlannedColumn(source, column, isKey, name, columnName, wanted.typeOf(column)));
                columns.add(
                        new TargetColumn(columnName, type.sqlType(), column.nullable() && !isKey, i, type.hasLabels()));
            }
        }
        List<Integer> key = new ArrayList<>();
        for (int position : source.key()) {
            key.add(positions[position]);
        }
        if (columns.size() > dialect.maxColumns() || key.size() > dialect.maxKeyColumns()) {
            throw refused(
                    source,
                    "too many columns: columns=" + columns.size() + ", most=" + dialect.maxColumns() + ", keyColumns="
                            + key.size() + ", most=" + dialect.maxKeyColumns());
        }
        return new TargetTable(name, source, columns, key);
    }

    /** What a table that cannot be made here is answered with. */
    public static MillraceException refused(TableSchema source, String why) {
        return new MillraceException(ErrorCode.TABLE_REFUSED, why + ", source=" + source.table());
    }
}
