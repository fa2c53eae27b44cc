package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.reader.MomentSpan;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.PartitionSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Partitioning;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How the task divides the rows of its tables at the target, and why it cannot. Asks the source for the values that are there. */
public final class PartitionPlan {
    private final TaskSpec task;
    private final Source source;
    private final Set<TableId> existing;
    private final LocalDateTime now;
    private final List<Finding> findings;

    /**
     * A plan.
     *
     * @param existing tables at the target that are there
     * @param now in UTC
     */
    public PartitionPlan(
            TaskSpec task, Source source, Set<TableId> existing, LocalDateTime now, List<Finding> findings) {
        this.task = task;
        this.source = source;
        this.existing = existing;
        this.now = now;
        this.findings = findings;
    }

    /** What the task says of a source table. */
    private static Optional<PartitionSpec> spec(TaskSpec task, TargetTable table) {
        return task.tables().partition(table.source().table());
    }

    /** The target's name of the column by which a table is divided; empty where it is not written. */
    public static Optional<String> column(TargetTable table, PartitionSpec spec) {
        int position = table.source().indexOf(spec.column());
        return table.columns().stream()
                .filter(column -> column.sourceColumn() == position)
                .map(TargetColumn::name)
                .findFirst();
    }

    /** The same structures, divided: those of one target alike. */
    public List<TableStructure> divided(List<TableStructure> structures) {
        Map<TableId, List<TableStructure>> groups = new HashMap<>();
        structures.forEach(each -> groups.computeIfAbsent(each.table().name(), name -> new ArrayList<>())
                .add(each));
        Map<TableId, Optional<Partitioning>> divisions = new HashMap<>();
        groups.forEach((name, group) -> divisions.put(name, division(name, group)));
        return structures.stream()
                .map(each -> each.withPartitioning(divisions.get(each.table().name())))
                .toList();
    }

    private Optional<Partitioning> division(TableId name, List<TableStructure> group) {
        List<Optional<PartitionSpec>> specs =
                group.stream().map(each -> spec(task, each.table())).distinct().toList();
        if (specs.size() > 1) {
            find(
                    name,
                    "tables of one target are divided otherwise: target=" + name,
                    "give their rules the same partition:, or none");
            return Optional.empty();
        }
        if (specs.get(0).isEmpty()
                || !group.stream()
                        .allMatch(each -> canDivide(each.table(), specs.get(0).get()))) {
            return Optional.empty();
        }
        PartitionSpec spec = specs.get(0).get();
        String column = column(group.get(0).table(), spec).orElseThrow();
        Set<LocalDateTime> bounds = new TreeSet<>();
        if (spec.interval().isPresent() && !existing.contains(name)) {
            group.forEach(each -> bounds.addAll(PartitionBounds.of(spec, span(each.table(), spec), now)));
        }
        return Optional.of(new Partitioning(spec.method(), column, spec.count(), List.copyOf(bounds)));
    }

    /** Both kinds of server keep keys unique within a partition alone, and so want its column in each of them. */
    private boolean canDivide(TargetTable table, PartitionSpec spec) {
        TableSchema schema = table.source();
        Optional<String> column = column(table, spec);
        if (column.isEmpty()) {
            find(
                    schema.table(),
                    "no such column is written: partition.by column=" + spec.column() + ", table=" + schema.table(),
                    "write the column's name as the source spells it");
            return false;
        }
        List<String> key = table.key().stream()
                .map(i -> schema.columns()
                        .get(table.columns().get(i).sourceColumn())
                        .name())
                .toList();
        if (!key.contains(spec.column())) {
            List<String> wanted = new ArrayList<>(key);
            wanted.add(spec.column());
            find(
                    schema.table(),
                    "the key of a table that is divided holds the column by which it is: column=" + spec.column()
                            + ", key=" + key + ", table=" + schema.table(),
                    "give the table a rule with key: " + wanted + ", or divide it by a column of its key");
            return false;
        }
        return true;
    }

    private Optional<MomentSpan> span(TargetTable table, PartitionSpec spec) {
        int position = table.source().indexOf(spec.column());
        boolean isMoment = switch (table.source().columns().get(position).type()) {
            case DATE, DATETIME, TIMESTAMP, POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> true;
            default -> false;
        };
        boolean isAdded = task.transforms().added().stream()
                .anyMatch(added -> added.name().equals(spec.column()));
        return isMoment && !isAdded ? source.span(table.source().table(), spec.column()) : Optional.empty();
    }

    private void find(TableId subject, String message, String fix) {
        findings.add(new Finding(Finding.Severity.ERROR, ErrorCode.TABLE_REFUSED, subject.toString(), message, fix));
    }
}
