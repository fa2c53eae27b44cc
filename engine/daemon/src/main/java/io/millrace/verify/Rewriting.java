package io.millrace.verify;

import io.millrace.schema.TableId;
import io.millrace.task.TransformStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What of a table's rows can be compared although the task's steps rewrite them: the rows that its filters let pass, without the columns
 * that other steps change. Immutable.
 *
 * @param leftOut the source's names of columns that are not compared
 * @param conditions by source table: what its rows meet that are at the target; only of those that are filtered
 * @param problem why nothing can be compared, or the empty string
 */
record Rewriting(Set<String> leftOut, Map<TableId, String> conditions, String problem) {
    Rewriting {
        leftOut = Set.copyOf(leftOut);
        conditions = Map.copyOf(conditions);
    }

    private static Rewriting impossible(String why) {
        return new Rewriting(Set.of(), Map.of(), why);
    }

    /** Of source tables that have one target. */
    static Rewriting of(List<TransformStep> steps, List<SourceTable> group, SourceServer server) {
        Set<String> leftOut = new TreeSet<>();
        Map<TableId, String> conditions = new HashMap<>();
        for (SourceTable table : group) {
            Set<String> changed = new TreeSet<>();
            List<String> met = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                TransformStep step = steps.get(i);
                if (step.isOf(table.id()) && step instanceof TransformStep.Custom) {
                    return impossible("nobody but its author knows what transforms[" + i + "].custom changes");
                }
                if (step.isOf(table.id()) && step instanceof TransformStep.Filter filter) {
                    Optional<FilterSql> where = FilterSql.of(filter.where(), table);
                    Optional<String> obstacle = where.isEmpty()
                            ? Optional.of("it cannot be taken apart")
                            : changed.stream()
                                    .filter(where.get()::names)
                                    .findFirst()
                                    .map(column -> "a step before it changes a column of it: column=" + column)
                                    .or(() -> where.get().obstacle(server));
                    if (obstacle.isPresent()) {
                        return impossible("the source cannot say which rows pass transforms[" + i + "].filter: "
                                + obstacle.get());
                    }
                    met.add(where.get().sql(server));
                } else if (step.isOf(table.id())) {
                    changed(step).forEach(column -> changed.add(known(column, table)));
                }
            }
            leftOut.addAll(changed);
            if (!met.isEmpty()) {
                conditions.put(table.id(), met.stream().collect(Collectors.joining(" AND ")));
            }
        }
        return new Rewriting(leftOut, conditions, "");
    }

    private static Set<String> changed(TransformStep step) {
        if (step instanceof TransformStep.Replace replace) {
            return Set.copyOf(replace.columns());
        }
        if (step instanceof TransformStep.Mask mask) {
            return Set.copyOf(mask.columns());
        }
        return ((TransformStep.SetColumns) step).columns().keySet();
    }

    /** As the table has the name, whatever its case where one alone is so called. */
    private static String known(String name, SourceTable table) {
        List<String> alike = table.columns().stream()
                .map(SourceTable.SourceColumn::name)
                .filter(name::equalsIgnoreCase)
                .toList();
        return alike.size() == 1 ? alike.get(0) : name;
    }

    /** What stands behind a table's name in a query of its rows. */
    String where(TableId table) {
        return conditions.containsKey(table) ? " WHERE " + conditions.get(table) : "";
    }
}
