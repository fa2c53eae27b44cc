package io.millrace.verify;

import io.millrace.mapping.ComputedColumns;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Columns that the target computes by itself of what the task's steps change: its values are not the source's, and need not be. Stateless. */
final class RecomputedColumns {
    private RecomputedColumns() {}

    /**
     * All of the target's columns that are computed of some, at last.
     *
     * @param changed the target's names of columns that steps change
     */
    static Set<String> of(Map<String, TheirColumn> columns, Set<String> changed) {
        Set<String> found = new TreeSet<>();
        boolean isFound = true;
        while (isFound) {
            isFound = false;
            for (Map.Entry<String, TheirColumn> each : columns.entrySet()) {
                String expression = each.getValue().expression();
                boolean isOfThem = changed.stream().anyMatch(name -> ComputedColumns.hasName(expression, name))
                        || found.stream().anyMatch(name -> ComputedColumns.hasName(expression, name));
                isFound |= isOfThem && found.add(each.getKey());
            }
        }
        return found;
    }
}
