package io.millrace.reader;

import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What of a table a load reads. Immutable.
 *
 * @param columns positions of those that are needed; the others of an image may be absent
 * @param where rows for which it is true; only what {@link ChunkReader#canJudge} has said yes to
 */
public record RowScope(List<Integer> columns, Optional<RowCondition> where) {
    public RowScope {
        columns = List.copyOf(columns);
    }

    /** All of it. */
    public static RowScope all(TableSchema table) {
        return new RowScope(IntStream.range(0, table.columns().size()).boxed().toList(), Optional.empty());
    }
}
