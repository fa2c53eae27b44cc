package io.millrace.reader.postgres.chunk;

import io.millrace.reader.RowCondition;
import io.millrace.reader.RowScope;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The statements that cut a table into ranges of its key. All comparing of keys is the server's, row-wise, which its planner
 * takes for one range of the key's index.
 */
final class ChunkQuery {
    private final TableSchema table;
    private final boolean isPartitioned;

    ChunkQuery(TableSchema table, boolean isPartitioned) {
        this.table = table;
        this.isPartitioned = isPartitioned;
    }

    String rows(RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return copy(select(scope.columns()) + where(scope.where(), lower, upper));
    }

    /** The row under a key. */
    String row(RowScope scope, KeyBound key) {
        return copy(select(scope.columns()) + " WHERE " + comparison("=", key));
    }

    /** The same rows in the binary format. */
    String rawRows(RowScope scope, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return "COPY (" + select(scope.columns()) + where(scope.where(), lower, upper) + ") TO STDOUT (FORMAT binary)";
    }

    /** The key of one row: the one that stands {@code rows} rows behind the bound. */
    String boundary(Optional<KeyBound> lower, int rows) {
        return copy(select(table.key()) + where(Optional.empty(), lower, Optional.empty()) + " ORDER BY "
                + names(table.key()) + " LIMIT 1 OFFSET " + (rows - 1));
    }

    /** What the planner expects of a range. */
    String plan(Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return "EXPLAIN " + select(table.key()) + where(Optional.empty(), lower, upper);
    }

    private static String copy(String select) {
        return "COPY (" + select + ") TO STDOUT (FORMAT text)";
    }

    private String select(List<Integer> columns) {
        return "SELECT " + names(columns) + " FROM " + (isPartitioned ? "" : "ONLY ") + SqlText.quoted(table.table());
    }

    private String where(Optional<RowCondition> condition, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        List<String> parts = new ArrayList<>();
        lower.ifPresent(bound -> parts.add(comparison(">", bound)));
        upper.ifPresent(bound -> parts.add(comparison("<=", bound)));
        condition.ifPresent(each -> parts.add("(" + each.sql(this::name) + ")"));
        return parts.isEmpty() ? "" : " WHERE " + String.join(" AND ", parts);
    }

    private String comparison(String operator, KeyBound bound) {
        ImageFlyweight image = bound.wrap(new ImageFlyweight());
        String values = table.key().stream()
                .map(i -> KeyLiteral.of(table.columns().get(i), image, i))
                .collect(Collectors.joining(", "));
        return "(" + names(table.key()) + ") " + operator + " (" + values + ")";
    }

    private String names(List<Integer> columns) {
        return columns.stream().map(this::name).collect(Collectors.joining(", "));
    }

    private String name(int column) {
        return SqlText.quoted(table.columns().get(column).name());
    }
}
