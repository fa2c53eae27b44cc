package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.mapping.ComputedColumns;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What columns that the source computes cannot go with. Stateless. */
public final class ComputedCheck {
    private ComputedCheck() {}

    /**
     * Looks at those that are written.
     *
     * @param targets in the order of {@code tables}
     * @param unfollowed columns whose new values rows of the stream may lack
     */
    static void of(
            TaskSpec task,
            List<TableDetails> tables,
            List<TargetTable> targets,
            Map<TableId, Set<String>> unfollowed,
            List<Finding> findings) {
        for (int i = 0; i < tables.size(); i++) {
            TableDetails table = tables.get(i);
            TableSchema schema = table.schema();
            TargetTable target = targets.get(i);
            for (String name : new TreeSet<>(table.computed().keySet())) {
                int place = schema.indexOf(name);
                if (target.columns().stream().map(TargetColumn::sourceColumn).noneMatch(column -> column == place)) {
                    continue;
                }
                if (unfollowed.getOrDefault(schema.table(), Set.of()).contains(name)) {
                    findings.add(new Finding(
                            Severity.ERROR,
                            ErrorCode.SOURCE_SETTING,
                            schema.table().toString(),
                            "the source's rows lack what it computes and does not store: table=" + schema.table()
                                    + ", column=" + name + ", needs=binlog_row_image=FULL",
                            "set it at the source, or leave the column out (columns.drop)"));
                }
                findMask(task, table, name, findings);
            }
        }
    }

    /** What a mask hides a value that is computed of it would show. */
    private static void findMask(TaskSpec task, TableDetails table, String name, List<Finding> findings) {
        TableId source = table.schema().table();
        if (isMasked(task, source, name) || isSet(task, source, name)) {
            return;
        }
        List<String> shown = showing(task, table).getOrDefault(name, List.of());
        if (!shown.isEmpty()) {
            findings.add(new Finding(
                    Severity.ERROR,
                    ErrorCode.INVALID_VALUE,
                    source.toString(),
                    "a column that the source computes would show what a mask hides: key=transforms.mask, table="
                            + source + ", column=" + name + ", computedOf=" + shown,
                    "mask it, too, or leave it out (columns.drop)"));
        }
    }

    /** Columns that the source computes of others that a mask hides, each with these: their own values tell of them, masked or not. */
    public static Map<String, List<String>> showing(TaskSpec task, TableDetails table) {
        Map<String, List<String>> showing = new TreeMap<>();
        for (String name : table.computed().keySet()) {
            List<String> masked = ComputedColumns.bases(table, name).stream()
                    .filter(base -> isMasked(task, table.schema().table(), base))
                    .sorted()
                    .toList();
            if (!masked.isEmpty()) {
                showing.put(name, masked);
            }
        }
        return showing;
    }

    private static boolean isMasked(TaskSpec task, TableId table, String column) {
        return task.transforms().steps().stream()
                .filter(TransformStep.Mask.class::isInstance)
                .map(TransformStep.Mask.class::cast)
                .anyMatch(mask -> mask.isOf(table) && mask.columns().stream().anyMatch(column::equalsIgnoreCase));
    }

    private static boolean isSet(TaskSpec task, TableId table, String column) {
        return task.transforms().steps().stream()
                .filter(TransformStep.SetColumns.class::isInstance)
                .map(TransformStep.SetColumns.class::cast)
                .anyMatch(set ->
                        set.isOf(table) && set.columns().keySet().stream().anyMatch(column::equalsIgnoreCase));
    }
}
