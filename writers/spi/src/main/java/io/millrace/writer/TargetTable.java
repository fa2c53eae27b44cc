package io.millrace.writer;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A source table's place at the target: what is written where. Immutable.
 *
 * @param name schema and table at the target
 * @param source the source's shape, whose images are written
 * @param columns those that are written, in order: what the source computes among them, what the target computes not
 * @param key positions in {@code columns}
 * @param isShared whether other source tables are written there too: a row that stands where a new one should is theirs
 * @param mark a further column of the target that says of a row that the source removed it; empty where such rows are removed. It is false
 *     by default, which is what rows of the source are inserted with, and set to false by whatever writes over one
 */
public record TargetTable(
        TableId name,
        TableSchema source,
        List<TargetColumn> columns,
        List<Integer> key,
        boolean isShared,
        Optional<String> mark) {
    public TargetTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        Objects.requireNonNull(mark, "mark");
    }

    /** A column of those that are written, by its name. */
    public Optional<TargetColumn> column(String called) {
        return columns.stream().filter(column -> column.name().equals(called)).findFirst();
    }

    /** The same with a column that marks rows which the source removed. */
    public TargetTable withMark(String column) {
        return new TargetTable(name, source, columns, key, isShared, Optional.of(column));
    }

    /** Whether a column that the target computes by itself need not be written: the source computes it, too, and no row is told by it. */
    public boolean mayBeComputed(TargetColumn column) {
        return source.columns().get(column.sourceColumn()).generated() && !key.contains(columns.indexOf(column));
    }

    /** The same without columns that the server computes by itself; the key's are always written. */
    public TargetTable without(Collection<String> computed) {
        if (computed.isEmpty()) {
            return this;
        }
        Set<Integer> ofKey = new HashSet<>(key);
        List<TargetColumn> written = IntStream.range(0, columns.size())
                .filter(i ->
                        ofKey.contains(i) || !computed.contains(columns.get(i).name()))
                .mapToObj(columns::get)
                .toList();
        List<Integer> moved =
                key.stream().map(i -> written.indexOf(columns.get(i))).toList();
        return new TargetTable(name, source, written, moved, isShared, mark);
    }

    /** A table that one source table has by itself, and from which rows are removed. */
    public TargetTable(TableId name, TableSchema source, List<TargetColumn> columns, List<Integer> key) {
        this(name, source, columns, key, false, Optional.empty());
    }

    /** The same, shared with other source tables, with the columns that suit them all. */
    public TargetTable shared(List<TargetColumn> some) {
        return new TargetTable(name, source, some, key, true, mark);
    }
}
