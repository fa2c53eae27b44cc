package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What steps that change keys, or what foreign keys with actions look at, cannot go with. Stateless. */
final class KeyStepCheck {
    private KeyStepCheck() {}

    static void of(
            List<TargetTable> targets,
            Map<TableId, TableTransform> transforms,
            List<StructureItem> items,
            List<Finding> findings) {
        for (TargetTable target : targets) {
            TableTransform steps = transforms.get(target.source().table());
            if (steps == null) {
                continue;
            }
            if (steps.isKeyChanged() && target.isShared()) {
                findings.add(
                        refused(target, "a step changes keys of a table whose rows come to one target with others'"));
            }
            Set<String> put = target.columns().stream()
                    .filter(column -> steps.puts().contains(column.sourceColumn()))
                    .map(TargetColumn::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            items.stream().filter(StructureItem::hasAction).distinct().forEach(key -> {
                StructureItem.Reference to = key.reference().orElseThrow();
                boolean isChild = key.table().equals(target.name())
                        && key.columns().stream().anyMatch(put::contains);
                boolean isParent = to.table().equals(target.name())
                        && to.columns().stream().anyMatch(put::contains);
                if (isChild || isParent) {
                    findings.add(refused(
                            target,
                            "a step changes a column of a foreign key that acts on rows: foreignKey=" + key.name()));
                }
            });
        }
    }

    private static Finding refused(TargetTable target, String problem) {
        TableId table = target.source().table();
        return new Finding(
                Finding.Severity.ERROR,
                ErrorCode.NOT_SUPPORTED_YET,
                table.toString(),
                problem + (problem.contains(": ") ? ", table=" : ": table=") + table,
                ErrorCode.NOT_SUPPORTED_YET.advice());
    }
}
