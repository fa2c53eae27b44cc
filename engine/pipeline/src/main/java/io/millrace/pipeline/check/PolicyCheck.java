package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.expression.Expression;
import io.millrace.expression.InvalidExpressionException;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.DmlSpec;
import io.millrace.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether conditions of policies fit their tables, and what the source sends of changes decides them. Confined to one thread. */
final class PolicyCheck {
    private final TaskSpec task;
    private final Map<TableId, Set<String>> unsent;
    private final Map<TableId, Set<String>> unsentByDeletes;
    private final List<Finding> findings;

    private PolicyCheck(
            TaskSpec task,
            Map<TableId, Set<String>> unsent,
            Map<TableId, Set<String>> unsentByDeletes,
            List<Finding> findings) {
        this.task = task;
        this.unsent = unsent;
        this.unsentByDeletes = unsentByDeletes;
        this.findings = findings;
    }

    /**
     * @param unsent by table: columns whose value an update's new row may lack
     * @param unsentByDeletes the same of a delete's row
     */
    static void of(
            TaskSpec task,
            List<TableDetails> tables,
            Map<TableId, Set<String>> unsent,
            Map<TableId, Set<String>> unsentByDeletes,
            List<Finding> findings) {
        PolicyCheck check = new PolicyCheck(task, unsent, unsentByDeletes, findings);
        tables.forEach(table -> check.table(table.schema()));
    }

    private void table(TableSchema schema) {
        DmlSpec dml = task.dmlOf(schema.table());
        condition(dml.insertFilter(), "dml.insert.filter", schema, Map.of());
        condition(dml.updateFilter(), "dml.update.filter", schema, unsent);
        condition(dml.deleteFilter(), "dml.delete.filter", schema, unsentByDeletes);
    }

    private void condition(String text, String key, TableSchema schema, Map<TableId, Set<String>> mayLack) {
        if (text.isEmpty()) {
            return;
        }
        Expression where;
        try {
            where = Expression.condition(text, schema);
        } catch (InvalidExpressionException e) {
            for (String problem : e.problems()) {
                error(
                        schema.table(),
                        ErrorCode.INVALID_VALUE,
                        problem + (problem.contains(": ") ? ", key=" : ": key=") + key);
            }
            return;
        }
        Set<String> lacking = mayLack.getOrDefault(schema.table(), Set.of());
        List<String> undecided = where.columns().stream()
                .map(index -> schema.columns().get(index).name())
                .filter(lacking::contains)
                .sorted()
                .toList();
        if (!undecided.isEmpty()) {
            error(
                    schema.table(),
                    ErrorCode.PARTIAL_IMAGE,
                    "a filter looks at what the source may leave unsent: key=" + key + ", columns=" + undecided);
        }
    }

    private void error(TableId table, ErrorCode code, String problem) {
        findings.add(new Finding(
                Finding.Severity.ERROR, code, table.toString(), problem + ", table=" + table, code.advice()));
    }
}
