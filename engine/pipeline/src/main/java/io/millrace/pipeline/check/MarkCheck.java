package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.task.DmlSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.List;

/** What a column that deletes set cannot go with. Stateless. */
final class MarkCheck {
    private MarkCheck() {}

    static void of(TaskSpec task, List<TargetTable> targets, List<StructureItem> keys, List<Finding> findings) {
        for (TargetTable target : targets) {
            if (target.mark().isEmpty()) {
                continue;
            }
            DmlSpec dml = task.dmlOf(target.source().table());
            if (dml.ignoresInserts() || !dml.insertFilter().isEmpty()) {
                String insert = dml.ignoresInserts() ? "ignore" : "filter";
                findings.add(unmarkable(
                        target,
                        "deletes mark rows, and no insert would clear them: insert=" + insert + ", delete=logical",
                        "take one of them back"));
            }
            if (target.columns().stream()
                    .map(TargetColumn::name)
                    .anyMatch(target.mark().get()::equalsIgnoreCase)) {
                findings.add(unmarkable(
                        target,
                        "the column that deletes set comes from the source: column="
                                + target.mark().get(),
                        "name another column in dml.delete.logical"));
            }
            boolean hasChildren = keys.stream()
                    .filter(StructureItem::hasAction)
                    .anyMatch(key -> key.reference()
                            .filter(to -> to.table().equals(target.name()))
                            .isPresent());
            if (hasChildren) {
                findings.add(unmarkable(
                        target,
                        "deletes mark rows, and foreign keys act on rows that are removed: delete=logical",
                        "let the tables that refer to it have no such action, or set foreign_key_actions: ignore"));
            }
        }
    }

    private static Finding unmarkable(TargetTable target, String problem, String fix) {
        return new Finding(
                Finding.Severity.ERROR,
                ErrorCode.INVALID_VALUE,
                target.source().table().toString(),
                problem,
                fix);
    }
}
