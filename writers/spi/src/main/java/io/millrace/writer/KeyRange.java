package io.millrace.writer;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A range of a table's key as a condition that every SQL server understands and finds by the key's index. Only of keys of whole numbers,
 * which all servers compare alike, if their columns are numbers there. Immutable.
 */
public final class KeyRange {
    private final List<String> columns = new ArrayList<>();
    private final int[] positions;
    private final boolean[] areUnsigned;

    private KeyRange(TargetTable table, UnaryOperator<String> quote) {
        positions = new int[table.key().size()];
        areUnsigned = new boolean[positions.length];
        for (int i = 0; i < positions.length; i++) {
            TargetColumn column = table.columns().get(table.key().get(i));
            columns.add(quote.apply(column.name()));
            positions[i] = column.sourceColumn();
            areUnsigned[i] = table.source().columns().get(column.sourceColumn()).type() == ColumnType.UNSIGNED;
        }
    }

    /** Whether every column of the source's key is a whole number. */
    public static boolean isOfNumbers(TargetTable table) {
        return !table.key().isEmpty()
                && table.key().size() == table.source().key().size()
                && table.key().stream()
                        .map(i -> table.columns().get(i).sourceColumn())
                        .allMatch(i -> table.source().key().contains(i)
                                && isNumber(table.source().columns().get(i)));
    }

    private static boolean isNumber(Column column) {
        return column.type() == ColumnType.INTEGER || column.type() == ColumnType.UNSIGNED;
    }

    /**
     * The condition; empty for all rows.
     *
     * @param lower excluded
     * @param upper included
     * @param quote writes a name as the server reads it
     */
    public static String condition(
            TargetTable table, Optional<KeyBound> lower, Optional<KeyBound> upper, UnaryOperator<String> quote) {
        if (lower.isEmpty() && upper.isEmpty()) {
            return "";
        }
        KeyRange range = new KeyRange(table, quote);
        List<String> ends = new ArrayList<>();
        lower.ifPresent(key -> ends.add(range.end(key.wrap(new ImageFlyweight()), ">", false)));
        upper.ifPresent(key -> ends.add(range.end(key.wrap(new ImageFlyweight()), "<", true)));
        return String.join(" AND ", ends);
    }

    /** {@code a >= 1 AND (a > 1 OR (a = 1 AND b > 2))}: the first part is what an index is found by. */
    private String end(ImageFlyweight key, String sign, boolean isIncluded) {
        if (positions.length == 1) {
            return columns.get(0) + ' ' + sign + (isIncluded ? "= " : " ") + value(key, 0);
        }
        StringBuilder text = new StringBuilder(columns.get(0) + ' ' + sign + "= " + value(key, 0) + " AND (");
        for (int i = 0; i < positions.length; i++) {
            text.append(i == 0 ? "" : " OR (");
            for (int equal = 0; equal < i; equal++) {
                text.append(columns.get(equal))
                        .append(" = ")
                        .append(value(key, equal))
                        .append(" AND ");
            }
            boolean isLast = i == positions.length - 1;
            text.append(columns.get(i))
                    .append(' ')
                    .append(sign)
                    .append(isLast && isIncluded ? "= " : " ")
                    .append(value(key, i))
                    .append(i == 0 ? "" : ")");
        }
        return text.append(')').toString();
    }

    private String value(ImageFlyweight key, int column) {
        long value = key.longAt(positions[column]);
        return areUnsigned[column] ? Long.toUnsignedString(value) : Long.toString(value);
    }
}
