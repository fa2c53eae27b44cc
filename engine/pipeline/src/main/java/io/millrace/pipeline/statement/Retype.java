package io.millrace.pipeline.statement;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.Locale;

/**
 * Whether a column's values mean the same in its new type, whichever server casts them: what rounds, cuts or pads values does so
 * otherwise here and there, and no row event would tell.
 */
final class Retype {
    private Retype() {}

    /** Whether nothing changes but that NULL is no longer allowed, which rows that are there do not have. */
    static boolean isSame(Column before, Column after) {
        return isSameButNull(before, after) && (before.nullable() || !after.nullable());
    }

    static boolean isFaithful(Column before, Column after) {
        if (before.equals(after) || isSameButNull(before, after)) {
            return true;
        }
        return switch (after.type()) {
            case INTEGER, UNSIGNED -> isWhole(before);
            case DECIMAL -> isWhole(before) || (before.type() == ColumnType.DECIMAL && after.scale() >= before.scale());
            case DOUBLE -> before.type() == ColumnType.FLOAT || before.type() == ColumnType.DOUBLE;
            case TEXT -> isText(before) && after.holdsTextOf(before) && !isPadded(after, before);
            case ENUM, SET -> before.type() == after.type() && after.members().containsAll(before.members());
            case BINARY -> before.type() == ColumnType.BINARY && !isFixed(before) && !isFixed(after);
            case DATETIME, TIMESTAMP, TIME, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ ->
                before.type() == after.type() && scale(after) >= scale(before);
            case JSON -> before.type() == ColumnType.JSON && before.sourceType().equals(after.sourceType());
            default -> false;
        };
    }

    /** Whether whatever is computed of a column has the same value behind its new type. */
    static boolean isSameComputedOf(Column before, Column after) {
        if (before.type() != after.type() || !isFaithful(before, after)) {
            return false;
        }
        return switch (after.type()) {
            case INTEGER, UNSIGNED -> true;
            case TEXT -> before.collation().equals(after.collation()) && isFixed(before) == isFixed(after);
            case BINARY, ENUM, SET -> true;
            default -> isSameButNull(before, after);
        };
    }

    /** Whether a value of one type is refused by the other, or the same there: never another one. */
    static boolean isLoud(Column from, Column to) {
        return switch (to.type()) {
            case INTEGER, UNSIGNED -> isWhole(from) || (from.type() == ColumnType.DECIMAL && from.scale() == 0);
            case DECIMAL ->
                isWhole(from)
                        || (from.type() == ColumnType.DECIMAL
                                && (to.scale() < 0 || (from.scale() >= 0 && from.scale() <= to.scale())));
            case DOUBLE -> from.type() == ColumnType.FLOAT || from.type() == ColumnType.DOUBLE;
            case TEXT -> isText(from) && (!isFixed(to) || isFixed(from));
            case BINARY -> from.type() == ColumnType.BINARY && !isFixed(to);
            case DATETIME, TIMESTAMP, TIME, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ ->
                from.type() == to.type() && scale(from) <= scale(to);
            default -> from.type() == to.type();
        };
    }

    private static boolean isSameButNull(Column before, Column after) {
        return before.type() == after.type()
                && before.length() == after.length()
                && before.scale() == after.scale()
                && before.members().equals(after.members())
                && before.collation().equals(after.collation())
                && before.sourceType().equals(after.sourceType());
    }

    /** Out of range is refused, here and there. */
    private static boolean isWhole(Column column) {
        return column.type() == ColumnType.INTEGER || column.type() == ColumnType.UNSIGNED;
    }

    private static boolean isText(Column column) {
        return column.type() == ColumnType.TEXT || column.type() == ColumnType.ENUM;
    }

    private static boolean isFixed(Column column) {
        String type = column.sourceType().toLowerCase(Locale.ROOT);
        return type.startsWith("binary") || type.startsWith("char(") || type.equals("char");
    }

    private static boolean isPadded(Column after, Column before) {
        return isFixed(after) && !isFixed(before);
    }

    private static int scale(Column column) {
        return column.scale() < 0 ? 6 : column.scale();
    }
}
