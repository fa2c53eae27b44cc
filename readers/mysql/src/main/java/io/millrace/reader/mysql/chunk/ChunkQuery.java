package io.millrace.reader.mysql.chunk;

import io.millrace.reader.RowScope;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The statements that cut a table into ranges of its key. All comparing of keys is the server's, in the collation of the
 * column; a bound is spelled by {@link KeyLiteral}. A range over several columns is written out, for neither server's optimizer
 * takes {@code (a, b) > (1, 2)} for one.
 */
final class ChunkQuery {
    /** First in each row, for {@link RowBytes}: never NULL. */
    private static final String CONSTANT = "'x'";

    private final TableSchema table;
    private final String hint;

    /** @param index the index that has the key's columns in order, where there is one */
    ChunkQuery(TableSchema table, Optional<String> index) {
        this.table = table;
        hint = index.map(name -> " FORCE INDEX (" + SqlText.quoted(name) + ")").orElse("");
    }

    String rows(RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        String range = where(lower, upper);
        String condition = scope.where()
                .map(each -> (range.isEmpty() ? " WHERE (" : " AND (") + each.sql(this::name) + ")")
                .orElse("");
        return select(scope.columns()) + (range.isEmpty() ? "" : hint) + range + condition;
    }

    /** The row under a key. */
    String row(RowScope scope, KeyBound key) {
        ImageFlyweight image = key.wrap(new ImageFlyweight());
        return select(scope.columns()) + hint + " WHERE "
                + table.key().stream()
                        .map(column -> comparison(column, "=", image))
                        .collect(Collectors.joining(" AND "));
    }

    /** The key of one row: the one that stands {@code rows} rows behind the bound. */
    String boundary(Optional<KeyBound> lower, int rows) {
        return select(table.key()) + hint + where(lower, Optional.empty()) + " ORDER BY "
                + table.key().stream().map(this::name).collect(Collectors.joining(", ")) + " LIMIT " + (rows - 1)
                + ", 1";
    }

    /** What the optimizer expects of a range. */
    String plan(Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return "EXPLAIN FORMAT=TRADITIONAL " + select(table.key()) + hint + where(lower, upper);
    }

    private String select(List<Integer> columns) {
        return "SELECT " + CONSTANT + columns.stream().map(i -> ", " + value(i)).collect(Collectors.joining())
                + " FROM " + SqlText.quoted(table.table());
    }

    private String where(Optional<KeyBound> lower, Optional<KeyBound> upper) {
        String above = lower.map(bound -> beyond(bound, ">", ">")).orElse("");
        String upTo = upper.map(bound -> beyond(bound, "<", "<=")).orElse("");
        if (above.isEmpty() && upTo.isEmpty()) {
            return "";
        }
        return " WHERE " + above + (above.isEmpty() || upTo.isEmpty() ? "" : " AND ") + upTo;
    }

    /** {@code a > 1}; {@code a >= 1 AND (a > 1 OR (a = 1 AND b > 2))}; and so on. */
    private String beyond(KeyBound bound, String strict, String last) {
        ImageFlyweight image = bound.wrap(new ImageFlyweight());
        List<Integer> key = table.key();
        int end = key.size() - 1;
        String condition = comparison(key.get(end), last, image);
        for (int i = end - 1; i >= 0; i--) {
            condition = "(" + comparison(key.get(i), strict, image) + " OR (" + comparison(key.get(i), "=", image)
                    + " AND " + condition + "))";
        }
        return end == 0 ? condition : comparison(key.get(0), strict + "=", image) + " AND " + condition;
    }

    private String comparison(int column, String operator, ImageFlyweight image) {
        return name(column) + " " + operator + " "
                + KeyLiteral.of(table.columns().get(column), image, column);
    }

    /** A vector goes as bytes: its own type is not known to the driver. */
    private String value(int column) {
        boolean isVector = table.columns().get(column).type() == ColumnType.VECTOR;
        return isVector ? "CAST(" + name(column) + " AS BINARY)" : name(column);
    }

    private String name(int column) {
        return SqlText.quoted(table.columns().get(column).name());
    }
}
