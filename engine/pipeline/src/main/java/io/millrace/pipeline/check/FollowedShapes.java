package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.pipeline.statement.JoinedShapes;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.ControlStore;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.Target;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The source's tables as they are where the task stands, which its catalog may have left behind: statements that the log still holds
 * have made another one of it. Confined to one thread.
 */
public final class FollowedShapes {
    private final Map<TableId, FollowedTable> kept = new HashMap<>();
    private final Set<TableId> ahead = new HashSet<>();
    private final Set<TableId> left = new HashSet<>();

    private final boolean doesAdmit;
    private final Set<TableId> carried;

    /**
     * Of what the target keeps.
     *
     * @param doesAdmit whether tables of the catalog of which nothing is kept are taken in: else their CREATE will tell
     * @param carried names that the catalog has for what the stream carries, where only it tells of new tables
     */
    public FollowedShapes(List<FollowedTable> kept, boolean doesAdmit, Set<TableId> carried) {
        this.doesAdmit = doesAdmit || kept.isEmpty();
        this.carried = Set.copyOf(carried);
        kept.forEach(table -> this.kept.put(table.table(), table));
    }

    /** Of what a target keeps of a task, before what the catalog has of it now. */
    public static FollowedShapes of(TaskSpec task, Source source, ControlStore control, boolean doesAdmit) {
        List<FollowedTable> kept = control.followed();
        if (source.tellsOfNewTables()) {
            return new FollowedShapes(kept, doesAdmit, Set.of());
        }
        boolean isFollowed = !kept.isEmpty() && task.has(Step.INCREMENTAL);
        return new FollowedShapes(
                kept, true, isFollowed ? source.carried(Preparation.request(task, task.tables())) : Set.of());
    }

    /** Nothing is kept: the task begins with the catalog. */
    public static FollowedShapes none() {
        return new FollowedShapes(List.of(), true, Set.of());
    }

    public boolean isEmpty() {
        return kept.isEmpty();
    }

    public boolean has(TableId table) {
        return kept.containsKey(table);
    }

    /** The catalog's tables, each with the shape that its next rows have. */
    public List<TableDetails> over(List<TableDetails> catalog, TableSelection selection) {
        List<TableDetails> tables = new ArrayList<>();
        Map<TableId, TableSchema> missing = new HashMap<>();
        kept.forEach((name, table) -> missing.put(name, table.rows()));
        List<TableDetails> unknown = new ArrayList<>();
        for (TableDetails found : catalog) {
            Optional<TableSchema> rows =
                    Optional.ofNullable(missing.remove(found.schema().table()));
            if (rows.isEmpty()) {
                unknown.add(found);
                continue;
            }
            TableSchema shape = relabelled(rows.get(), found.schema());
            boolean isSame = isSame(shape, found.schema(), selection);
            ahead.addAll(isSame ? List.of() : List.of(found.schema().table()));
            tables.add(isSame ? found : with(found, shape));
        }
        List<TableDetails> absent = missing.values().stream()
                .filter(schema -> selection.isSelected(schema.table()))
                .map(FollowedShapes::alone)
                .toList();
        tables.addAll(absent);
        absent.forEach(table -> ahead.add(table.schema().table()));
        boolean areAllCarried = kept.keySet().stream()
                .filter(selection::isSelected)
                .allMatch(table -> carried.isEmpty() || carried.contains(table));
        for (TableDetails found : unknown) {
            // While one is absent, a table that is not known may be what that one is called further on.
            boolean mayBeKept = !absent.isEmpty()
                    || (!areAllCarried && carried.contains(found.schema().table()));
            if (mayBeKept || !doesAdmit) {
                left.add(found.schema().table());
            } else {
                tables.add(found);
            }
        }
        tables.sort(Comparator.comparing(table -> table.schema().table()));
        return List.copyOf(tables);
    }

    /** Tables that the source has made others of since, or none, as {@link #over} has found them. */
    public Set<TableId> ahead() {
        return Set.copyOf(ahead);
    }

    /** Tables of the catalog that are not taken in yet, as {@link #over} has found them. */
    Set<TableId> left() {
        return Set.copyOf(left);
    }

    /** Tables with one target, which statements have made unlike each other. */
    JoinedShapes joined(TaskSpec task) {
        return JoinedShapes.of(task, kept.values());
    }

    /** What a table is at the target: of one whose statements were not all carried out there, as the target sees it. */
    TargetTable plan(TableSchema rows, Optional<TableTransform> transform, TaskSpec task, Target target) {
        FollowedTable table = kept.get(rows.table());
        if (table == null || table.isWhole()) {
            TableSchema shape = transform.map(TableTransform::shape).orElse(rows);
            return target.plan(shape, task.wanted(shape));
        }
        if (transform.isPresent()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a table on which a statement was not carried out cannot have rows that are rewritten: table="
                            + rows.table() + ", key=mapping.add");
        }
        TargetTable seen = target.plan(table.seen(), task.wanted(table.seen()));
        List<TargetColumn> columns = seen.columns().stream()
                .map(column -> new TargetColumn(
                        column.name(),
                        column.sqlType(),
                        column.nullable(),
                        table.places().get(column.sourceColumn()),
                        column.hasLabels()))
                .toList();
        return new TargetTable(seen.name(), rows, columns, seen.key());
    }

    /** All of them, with those of the catalog of which nothing was kept yet. */
    public List<FollowedTable> with(List<TableDetails> planned) {
        List<FollowedTable> all = new ArrayList<>(kept.values());
        all.addAll(lacking(planned));
        return all;
    }

    /** Tables of the plan of which nothing is kept yet. */
    public List<FollowedTable> lacking(List<TableDetails> planned) {
        return planned.stream()
                .map(TableDetails::schema)
                .filter(schema -> !kept.containsKey(schema.table()))
                .map(FollowedTable::of)
                .toList();
    }

    /** Whether the catalog's table is still that of the rows to come; a key that the task declares is its own word. */
    private static boolean isSame(TableSchema kept, TableSchema found, TableSelection selection) {
        boolean isDeclared = !selection.declaredKey(found.table()).isEmpty();
        TableSchema compared =
                isDeclared ? new TableSchema(kept.table(), kept.version(), kept.columns(), found.key()) : kept;
        return TablePlan.difference(compared, found).isEmpty();
    }

    /** Labels of a type that has a name come without a statement on the table: no order among its rows tells of them. */
    private static TableSchema relabelled(TableSchema kept, TableSchema found) {
        List<Column> columns = kept.columns().stream()
                .map(column -> found.columns().stream()
                        .filter(other -> other.type() == ColumnType.ENUM
                                && column.type() == ColumnType.ENUM
                                && other.name().equals(column.name())
                                && other.sourceType().equals(column.sourceType())
                                && other.members().containsAll(column.members()))
                        .findFirst()
                        .map(other -> column.labelled(other.members()))
                        .orElse(column))
                .toList();
        return new TableSchema(kept.table(), kept.version(), columns, kept.key());
    }

    private static TableDetails with(TableDetails found, TableSchema schema) {
        return found.with(schema);
    }

    private static TableDetails alone(TableSchema schema) {
        return new TableDetails(schema, -1, "", Map.of(), Map.of(), Optional.empty(), List.of(), List.of());
    }
}
