package io.millrace.reader.mysql.chunk;

import io.millrace.reader.RowCondition;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;

/**
 * Which parts of conditions these servers judge as the engine does: whole numbers, signed or not, which compare exactly; and what is
 * NULL. {@code IS NULL} has other meanings too, a zero date of a column that is never NULL, and the row that was inserted last: those
 * are left to the engine.
 */
final class JudgedHere {
    private JudgedHere() {}

    static boolean isSo(TableSchema table, RowCondition part) {
        if (part instanceof RowCondition.ToNumber number) {
            return isWhole(table, number.column());
        }
        if (part instanceof RowCondition.ToColumn pair) {
            return isWhole(table, pair.column()) && isWhole(table, pair.other());
        }
        return part instanceof RowCondition.IsNull isNull
                && isPlain(table.columns().get(isNull.column()));
    }

    private static boolean isWhole(TableSchema table, int column) {
        ColumnType type = table.columns().get(column).type();
        return type == ColumnType.INTEGER || type == ColumnType.UNSIGNED;
    }

    private static boolean isPlain(Column column) {
        return column.nullable()
                && switch (column.type()) {
                    case INTEGER, UNSIGNED, DECIMAL, FLOAT, DOUBLE, TEXT, BINARY -> true;
                    default -> false;
                };
    }
}
