package io.millrace.reader.postgres;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

    /** The columns of {@link #rows}. */
    List<Integer> columns() {
        return IntStream.range(0, table.columns().size()).boxed().toList();
    }

    String rows(Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return copy(select(columns()) + where(lower, upper));
    }

    /** The same rows in the binary format. */
    String rawRows(List<Integer> columns, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        return "COPY (" + select(columns) + where(lower, upper) + ") TO STDOUT (FORMAT binary)";
    }

    /** The key of one row: the one that stands {@code rows} rows behind the bound. */
    String boundary(Optional<KeyBound> lower, int rows) {
        return copy(select(table.key()) + where(lower, Optional.empty()) + " ORDER BY " + names(table.key())
                + " LIMIT 1 OFFSET " + (rows - 1));
    }

    private static String copy(String select) {
        return "COPY (" + select + ") TO STDOUT (FORMAT text)";
    }

    private String select(List<Integer> columns) {
        return "SELECT " + names(columns) + " FROM " + (isPartitioned ? "" : "ONLY ") + SqlText.quoted(table.table());
    }

    private String where(Optional<KeyBound> lower, Optional<KeyBound> upper) {
        String above = lower.map(bound -> comparison(">", bound)).orElse("");
        String upTo = upper.map(bound -> comparison("<=", bound)).orElse("");
        if (above.isEmpty() && upTo.isEmpty()) {
            return "";
        }
        return " WHERE " + above + (above.isEmpty() || upTo.isEmpty() ? "" : " AND ") + upTo;
    }

    private String comparison(String operator, KeyBound bound) {
        ImageFlyweight image = bound.wrap(new ImageFlyweight());
        String values = table.key().stream()
                .map(i -> KeyLiteral.of(table.columns().get(i), image, i))
                .collect(Collectors.joining(", "));
        return "(" + names(table.key()) + ") " + operator + " (" + values + ")";
    }

    private String names(List<Integer> columns) {
        return columns.stream()
                .map(i -> SqlText.quoted(table.columns().get(i).name()))
                .collect(Collectors.joining(", "));
    }
}
