package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.task.ColumnRules;
import io.millrace.task.TaskSpec;
import io.millrace.task.TypeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is wrong with what a task says of columns: names that no table has, keys that would go, rules that do nothing. Pure. */
public final class ColumnCheck {
    private final TaskSpec task;
    private final List<Finding> findings = new ArrayList<>();

    private ColumnCheck(TaskSpec task) {
        this.task = task;
    }

    /** Looks at all tables of the task. */
    public static List<Finding> of(TaskSpec task, List<TableDetails> tables) {
        ColumnCheck check = new ColumnCheck(task);
        tables.forEach(check::check);
        for (TypeRule rule : task.mapping().typeRules()) {
            if (tables.stream().noneMatch(table -> check.isUsed(rule, table))) {
                check.findings.add(new Finding(
                        Severity.WARNING,
                        ErrorCode.NO_TABLE_SELECTED,
                        "mapping.type_rules " + rule,
                        "the rule changes the type of no column: rule=" + rule,
                        "write the type as plan shows it at the source; the first rule that matches decides"));
            }
        }
        return check.findings;
    }

    private boolean isUsed(TypeRule rule, TableDetails table) {
        for (Column column : table.schema().columns()) {
            boolean isFirst = task.mapping().typeRules().stream()
                    .filter(each -> each.matches(column.sourceType()))
                    .findFirst()
                    .filter(rule::equals)
                    .isPresent();
            if (isFirst) {
                return true;
            }
        }
        return false;
    }

    private void check(TableDetails table) {
        TableId name = table.schema().table();
        ColumnRules rules = task.tables().columns(name);
        if (rules.isEmpty()) {
            return;
        }
        Set<String> named = new TreeSet<>(rules.rename().keySet());
        named.addAll(rules.drop());
        named.addAll(rules.types().keySet());
        for (String column : named) {
            if (table.schema().indexOf(column) < 0) {
                find(
                        name,
                        "the table has no such column: column=" + column + ", table=" + name,
                        "write the column's name as the source spells it, or give the table a rule of its own");
            }
        }
        for (ForeignKey key : table.foreignKeys()) {
            if (key.isUnlogged() && key.columns().stream().anyMatch(rules.drop()::contains)) {
                find(
                        name,
                        "a column of a foreign key whose action the source does not log cannot be dropped: foreignKey="
                                + key.name() + ", columns=" + key.columns() + ", table=" + name,
                        "keep the column, or exclude the table");
            }
        }
    }

    private void find(TableId subject, String message, String fix) {
        findings.add(new Finding(Severity.ERROR, ErrorCode.TABLE_REFUSED, subject.toString(), message, fix));
    }
}
