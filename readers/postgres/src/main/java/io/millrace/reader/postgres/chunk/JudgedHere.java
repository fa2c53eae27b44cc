package io.millrace.reader.postgres.chunk;

import io.millrace.reader.RowCondition;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;

/**
 * Which parts of conditions this server judges as the engine does: its own whole numbers, which compare exactly whatever their widths,
 * its own truth values, and what is NULL. A value of a composite type is NULL to it where all of its fields are, so types that are known
 * by their text alone are left to the engine.
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
        if (part instanceof RowCondition.IsSet set) {
            return type(table, set.column()) == ColumnType.BOOLEAN;
        }
        return part instanceof RowCondition.IsNull isNull && isPlain(type(table, isNull.column()));
    }

    private static ColumnType type(TableSchema table, int column) {
        return table.columns().get(column).type();
    }

    private static boolean isWhole(TableSchema table, int column) {
        return type(table, column) == ColumnType.INTEGER;
    }

    private static boolean isPlain(ColumnType type) {
        return switch (type) {
            case BOOLEAN,
                    INTEGER,
                    FLOAT,
                    DOUBLE,
                    DECIMAL,
                    TEXT,
                    BINARY,
                    JSON,
                    UUID,
                    ENUM,
                    POSTGRES_DATE,
                    POSTGRES_TIMESTAMP,
                    POSTGRES_TIMESTAMPTZ -> true;
            default -> false;
        };
    }
}
