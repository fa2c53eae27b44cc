package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.Conflicts;
import io.millrace.task.DirtyLimit;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a task needs whose target keeps every change as a row, and what such a table is. Stateless. */
final class AppendCheck {
    private AppendCheck() {}

    /** What the task says that means nothing where no row is ever changed. */
    static void ofTask(TaskSpec task, List<Finding> findings) {
        refuse(task.conflicts() != Conflicts.REPAIR, "conflicts", task, findings);
        refuse(task.keyActions() == ForeignKeyActions.APPLY, "foreign_key_actions", task, findings);
        boolean hasLimit = !task.dirtyLimit().equals(DirtyLimit.none())
                || task.tables().rules().stream()
                        .anyMatch(rule -> rule.dirtyLimit()
                                .filter(limit -> !limit.equals(DirtyLimit.none()))
                                .isPresent());
        refuse(hasLimit, "dirty.limit", task, findings);
    }

    private static void refuse(boolean isSo, String key, TaskSpec task, List<Finding> findings) {
        if (isSo) {
            findings.add(new Finding(
                    Finding.Severity.ERROR,
                    ErrorCode.NOT_SUPPORTED_YET,
                    task.name(),
                    "it cannot go with write_mode: append: key=" + key,
                    ErrorCode.NOT_SUPPORTED_YET.advice()));
        }
    }

    /** Whether the task can do without the key that a table does not have: nothing is loaded, and so no chunk is told from another. */
    static boolean needsNoKey(TaskSpec task) {
        return task.target().isAppend() && !task.has(Step.FULL);
    }

    /**
     * Whether every change tells enough.
     *
     * @param unsent by table: columns that an update's new row may lack
     * @param unsentByDeletes the same of a delete's row
     */
    static void ofTables(
            TaskSpec task,
            List<TableDetails> tables,
            Map<TableId, Set<String>> unsent,
            Map<TableId, Set<String>> unsentByDeletes,
            List<Finding> findings) {
        for (TableDetails table : tables) {
            TableSchema schema = table.schema();
            TableId name = schema.table();
            Set<String> mayLack = unsent.getOrDefault(name, Set.of());
            if (!mayLack.isEmpty()) {
                lacks(
                        name,
                        "every change is a row, and updates may lack columns: columns=" + new TreeSet<>(mayLack),
                        findings);
            }
            if (schema.key().isEmpty()
                    && !unsentByDeletes.getOrDefault(name, Set.of()).isEmpty()) {
                lacks(name, "the table has no key, and its deletes do not say which row they removed", findings);
            }
            if (task.dmlOf(name).mark().isPresent()) {
                findings.add(new Finding(
                        Finding.Severity.ERROR,
                        ErrorCode.INVALID_VALUE,
                        name.toString(),
                        "every change is a row, and none is marked: key=dml.delete.logical",
                        "take one of them back"));
            }
        }
    }

    private static void lacks(TableId table, String problem, List<Finding> findings) {
        findings.add(new Finding(
                Finding.Severity.ERROR,
                ErrorCode.PARTIAL_IMAGE,
                table.toString(),
                problem + (problem.contains(": ") ? ", table=" : ": table=") + table,
                ErrorCode.PARTIAL_IMAGE.advice()));
    }

    /** A table that is there may have no unique key: the second row of a key would be refused, or overwrite the first. */
    static void ofTargets(Map<TableId, TargetState> states, List<Finding> findings) {
        states.forEach((name, state) -> {
            if (!state.uniqueColumns().isEmpty()) {
                findings.add(new Finding(
                        Finding.Severity.ERROR,
                        ErrorCode.TARGET_TABLE_MISMATCH,
                        name.toString(),
                        "every change is a row, and the target's table has a unique key: columns="
                                + state.uniqueColumns(),
                        "drop it, or map the source table to another name"));
            }
        });
    }

    /** Columns and comments alone: the source's defaults, keys and indexes are of a table with one row for each key. */
    static List<TableStructure> plain(List<TableStructure> wanted) {
        List<TableStructure> plain = new ArrayList<>();
        for (TableStructure each : wanted) {
            plain.add(new TableStructure(
                    each.table(), each.comment(), each.columnComments(), Map.of(), Optional.empty(), List.of()));
        }
        return plain;
    }

    /** Both together: what a filter may not look at where it judges deletes, too. */
    static Map<TableId, Set<String>> union(Map<TableId, Set<String>> some, Map<TableId, Set<String>> others) {
        Map<TableId, Set<String>> all = new TreeMap<>();
        some.forEach((table, columns) ->
                all.computeIfAbsent(table, name -> new TreeSet<>()).addAll(columns));
        others.forEach((table, columns) ->
                all.computeIfAbsent(table, name -> new TreeSet<>()).addAll(columns));
        return all;
    }
}
