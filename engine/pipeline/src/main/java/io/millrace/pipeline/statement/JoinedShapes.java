package io.millrace.pipeline.statement;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.transform.CommonShape;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.FollowedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Source tables of one target that a statement has come to before it came to the others: the target has all of their columns, each in its
 * widest type, and each table's rows are given that shape, with NULL where they have no such column. So they are alike to the byte again, as rows of one
 * batch must be. And tables whose rows are rewritten where a statement was left out: they are given the shape that the target knows, before all steps, which
 * go by its names. Immutable.
 */
public final class JoinedShapes {
    private final Map<TableId, TableSchema> shapes = new HashMap<>();
    private final Map<TableId, List<Integer>> places = new HashMap<>();

    private JoinedShapes() {}

    /** Of the task's tables as the target sees them; those that cannot be brought to one shape are left as they are. */
    public static JoinedShapes of(TaskSpec task, Collection<FollowedTable> tables) {
        Map<TableId, List<FollowedTable>> groups = new HashMap<>();
        tables.stream()
                .filter(table -> task.tables().isSelected(table.table()))
                .forEach(table -> groups.computeIfAbsent(
                                task.targetOf(table.seen().table()), target -> new ArrayList<>())
                        .add(table));
        JoinedShapes joined = new JoinedShapes();
        for (List<FollowedTable> group : groups.values()) {
            FollowedTable first = group.get(0);
            boolean areAlike = group.stream()
                    .allMatch(table -> areAlike(
                                    table.seen().columns(), first.seen().columns())
                            && table.places().equals(first.places())
                            && areAlike(table.rows().columns(), first.rows().columns()));
            if (!areAlike) {
                common(group).ifPresent(columns -> group.forEach(table -> joined.add(table, columns)));
            } else if (!first.isWhole()
                    && group.stream().anyMatch(table -> task.transforms().isOf(table.table()))) {
                group.forEach(table -> joined.add(table, withKeyInPlace(table)));
            }
        }
        return joined;
    }

    /** The columns of all, of the table with most of them first; empty where two mean something else. */
    private static Optional<List<Column>> common(List<FollowedTable> group) {
        List<FollowedTable> widest = new ArrayList<>(group);
        widest.sort(Comparator.comparing(
                        (FollowedTable table) -> -table.seen().columns().size())
                .thenComparing(FollowedTable::table));
        Map<String, Column> columns = new LinkedHashMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (FollowedTable table : widest) {
            for (Column column : table.seen().columns()) {
                Optional<Column> wider = columns.containsKey(column.name())
                        ? wider(columns.get(column.name()), column)
                        : Optional.of(column);
                if (wider.isEmpty()) {
                    return Optional.empty();
                }
                columns.put(column.name(), wider.get());
                counts.merge(column.name(), 1, Integer::sum);
            }
        }
        List<Column> all = columns.values().stream()
                .map(column -> counts.get(column.name()) == group.size() ? column : column.nullable(true))
                .toList();
        return Optional.of(all);
    }

    /** The one of two types that holds the values of both, as they stand in a row; computed where both are. */
    static Optional<Column> wider(Column one, Column other) {
        Optional<Column> found =
                holds(other, one) ? Optional.of(other) : Optional.of(one).filter(column -> holds(column, other));
        return found.map(column -> one.nullable() || other.nullable() ? column.nullable(true) : column)
                .map(column -> column.generated(one.generated() && other.generated()));
    }

    private static boolean holds(Column wide, Column narrow) {
        boolean isLong = wide.length() < 0 || (narrow.length() >= 0 && narrow.length() <= wide.length());
        boolean isDecimal = wide.type() == ColumnType.DECIMAL;
        return wide.type() == narrow.type()
                && isLong
                && (!isDecimal || wide.length() - wide.scale() >= narrow.length() - narrow.scale())
                && Retype.isFaithful(narrow, wide);
    }

    /** Whether rows of one may stand among rows of the other. */
    static boolean isAlike(Column one, Column other) {
        return one.name().equals(other.name())
                && one.type() == other.type()
                && one.length() == other.length()
                && one.scale() == other.scale()
                && one.members().equals(other.members())
                && one.generated() == other.generated();
    }

    private static boolean areAlike(List<Column> some, List<Column> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size()).allMatch(i -> isAlike(some.get(i), others.get(i)));
    }

    /** The columns that the target knows, those of the key where rows have them, as far as there are others to stand before them. */
    private static List<Column> withKeyInPlace(FollowedTable table) {
        List<Column> columns = table.seen().columns();
        List<Integer> key = table.rows().key();
        boolean isPossible = key.stream()
                .allMatch(place -> place < columns.size() && table.places().contains(place));
        if (!isPossible) {
            return columns;
        }
        List<Column> others = IntStream.range(0, columns.size())
                .filter(i -> !key.contains(table.places().get(i)))
                .mapToObj(columns::get)
                .toList();
        Iterator<Column> rest = others.iterator();
        return IntStream.range(0, columns.size())
                .mapToObj(i -> key.contains(i) ? columns.get(table.places().indexOf(i)) : rest.next())
                .toList();
    }

    private void add(FollowedTable table, List<Column> columns) {
        List<Integer> from = new ArrayList<>();
        for (Column column : columns) {
            int seen = table.seen().indexOf(column.name());
            from.add(seen < 0 ? CommonShape.NONE : table.places().get(seen));
        }
        List<Integer> key = table.rows().key().stream().map(from::indexOf).toList();
        boolean isThat = table.isWhole() && areAlike(table.rows().columns(), columns);
        boolean isOneForm = IntStream.range(0, from.size())
                .allMatch(i -> from.get(i) < 0
                        || table.rows().columns().get(from.get(i)).type()
                                == columns.get(i).type());
        // Whoever looks at a row's key looks where the source has it.
        if (!isThat && isOneForm && key.equals(table.rows().key())) {
            shapes.put(table.table(), new TableSchema(table.table(), 0, columns, key));
            places.put(table.table(), from);
        }
    }

    /** The shape that a table's rows get; empty where they stay as they are. */
    public Optional<TableSchema> shape(TableId table) {
        return Optional.ofNullable(shapes.get(table));
    }

    /**
     * What becomes of a table's rows.
     *
     * @param behind what the task says of them, by the shape that they get
     */
    public Optional<TableTransform> transform(TableSchema rows, Optional<TableTransform> behind) {
        TableSchema shape = shapes.get(rows.table());
        return shape == null ? behind : Optional.of(CommonShape.of(rows, shape, places.get(rows.table()), behind));
    }
}
