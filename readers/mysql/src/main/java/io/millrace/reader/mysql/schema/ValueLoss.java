package io.millrace.reader.mysql.schema;

import io.millrace.ddl.AlterStep;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the server may have changed values that were there with an ALTER, rather than refuse it: so it does in a session that is not strict, and so do
 * tools that copy a table by INSERT IGNORE. NULL becomes 0 or an empty text, a number out of range the nearest one, a text is cut. No row event tells.
 *
 * <p>Pure.
 */
final class ValueLoss {
    private static final int LONGEST_CHARACTER = 4;

    private ValueLoss() {}

    /** Of the columns that the table had before, and has. */
    static boolean isPossible(TableSchema before, TableSchema after, List<AlterStep> steps) {
        Map<String, String> names = new HashMap<>();
        before.columns().forEach(column -> names.put(folded(column.name()), folded(column.name())));
        for (AlterStep step : steps) {
            if (step instanceof AlterStep.DropColumn drop) {
                names.remove(folded(drop.column()));
            } else if (step instanceof AlterStep.RenameColumn rename) {
                names.put(folded(rename.column()), folded(rename.to()));
            } else if (step instanceof AlterStep.ChangeColumn change) {
                names.put(folded(change.column()), folded(change.definition().name()));
            }
        }
        return before.columns().stream()
                .filter(column -> !column.generated())
                .anyMatch(column -> named(after, names.get(folded(column.name())))
                        .filter(now -> !holdsAll(column, now))
                        .isPresent());
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Optional<Column> named(TableSchema table, String name) {
        return table.columns().stream()
                .filter(column -> folded(column.name()).equals(name))
                .findFirst();
    }

    private static boolean holdsAll(Column before, Column after) {
        if (before.nullable() && !after.nullable()) {
            return false;
        }
        boolean isSame = before.type() == after.type()
                && before.length() == after.length()
                && before.scale() == after.scale()
                && before.members().equals(after.members())
                && before.collation().equals(after.collation())
                && before.sourceType().equals(after.sourceType());
        return isSame || isWider(before, after);
    }

    private static boolean isWider(Column before, Column after) {
        boolean isSigned = !isUnsigned(after) || isUnsigned(before);
        return switch (after.type()) {
            case INTEGER ->
                (before.type() == ColumnType.INTEGER && after.length() >= before.length())
                        || (before.type() == ColumnType.UNSIGNED && after.length() > before.length());
            case UNSIGNED -> before.type() == ColumnType.UNSIGNED && after.length() >= before.length();
            case DECIMAL ->
                before.type() == ColumnType.DECIMAL
                        && isSigned
                        && after.scale() >= before.scale()
                        && after.length() - after.scale() >= before.length() - before.scale();
            case FLOAT -> before.type() == ColumnType.FLOAT && isSigned;
            case DOUBLE -> (before.type() == ColumnType.FLOAT || before.type() == ColumnType.DOUBLE) && isSigned;
            case TEXT -> before.type() == ColumnType.TEXT && after.holdsTextOf(before) && holdsLength(before, after);
            case BINARY -> before.type() == ColumnType.BINARY && after.length() >= before.length();
            case ENUM, SET ->
                before.type() == after.type()
                        && after.holdsTextOf(before)
                        && after.members().containsAll(before.members());
            case DATETIME, TIMESTAMP, TIME -> before.type() == after.type() && after.scale() >= before.scale();
            case BIT -> before.type() == ColumnType.BIT && after.length() >= before.length();
            default -> false;
        };
    }

    private static boolean isUnsigned(Column column) {
        return folded(column.sourceType()).contains("unsigned");
    }

    /** What is declared in characters may need four bytes for each in what is bounded by bytes. */
    private static boolean holdsLength(Column before, Column after) {
        boolean isOfBytes = folded(after.sourceType()).contains("text");
        boolean wasOfBytes = folded(before.sourceType()).contains("text");
        long needed = isOfBytes && !wasOfBytes ? (long) LONGEST_CHARACTER * before.length() : before.length();
        return Integer.toUnsignedLong(after.length()) >= needed;
    }
}
