package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;

/** What a source table would be if this program made it, and the statements that make it. Immutable. */
final class TablePlanner {
    /** The server's limit of columns in a table. */
    private static final int MAX_COLUMNS = 1600;

    /** The server's limit of columns in an index. */
    private static final int MAX_KEY_COLUMNS = 32;

    private final TypeMap types;

    TablePlanner(TypeMap types) {
        this.types = types;
    }

    TargetTable plan(TableSchema source, TableId name) {
        requireName(source, name.namespace(), "schema");
        requireName(source, name.name(), "table");
        List<TargetColumn> columns = new ArrayList<>();
        List<Integer> key = new ArrayList<>();
        int[] positions = new int[source.columns().size()];
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            positions[i] = -1;
            if (!column.generated() || source.key().contains(i)) {
                requireColumn(source, column);
                positions[i] = columns.size();
                boolean isNullable = column.nullable() && !source.key().contains(i);
                columns.add(new TargetColumn(column.name(), types.sqlType(column), isNullable, i));
            }
        }
        for (int position : source.key()) {
            key.add(positions[position]);
        }
        if (columns.size() > MAX_COLUMNS || key.size() > MAX_KEY_COLUMNS) {
            throw refused(
                    source,
                    "too many columns: columns=" + columns.size() + ", most=" + MAX_COLUMNS + ", keyColumns="
                            + key.size() + ", most=" + MAX_KEY_COLUMNS);
        }
        return new TargetTable(name, source, columns, key);
    }

    private static void requireColumn(TableSchema source, Column column) {
        requireName(source, column.name(), "column");
        if (Identifiers.isSystemColumn(column.name())) {
            throw refused(source, "every table of the target has such a column: column=" + column.name());
        }
    }

    private static void requireName(TableSchema source, String name, String what) {
        if (!Identifiers.fits(name)) {
            throw refused(
                    source,
                    "name does not fit the target: " + what + "=" + name + ", mostBytes=" + Identifiers.MAX_BYTES);
        }
    }

    private static MillraceException refused(TableSchema source, String why) {
        return new MillraceException(ErrorCode.TABLE_REFUSED, why + ", source=" + source.table());
    }
}
