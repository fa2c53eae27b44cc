package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.TableId;
import io.millrace.task.MappedName;
import io.millrace.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with the names that a task gives to its tables: those that meet by accident, and rules that do nothing. Pure. */
public final class NameCheck {
    private NameCheck() {}

    /**
     * Looks at all names.
     *
     * @param tables the task's, by the source's names
     */
    public static List<Finding> of(TaskSpec task, Collection<TableId> tables) {
        List<Finding> findings = new ArrayList<>();
        Map<TableId, MappedName> first = new LinkedHashMap<>();
        for (TableId table : tables) {
            MappedName name = task.mapped(table);
            MappedName other = first.putIfAbsent(name.target(), name);
            if (other != null && !name.isJoinedWith(other)) {
                findings.add(collision(other, name));
            }
        }
        for (String rule : task.unusedRenamings(tables)) {
            findings.add(new Finding(
                    Severity.WARNING,
                    ErrorCode.NO_TABLE_SELECTED,
                    rule,
                    "the rule changes the name of no selected table: rule=" + rule,
                    "check the rule's regex against the source's names; rules run in order"));
        }
        return findings;
    }

    private static Finding collision(MappedName one, MappedName other) {
        return new Finding(
                Severity.ERROR,
                ErrorCode.TABLES_COLLIDE,
                other.source().toString(),
                "two tables have the same target by accident: target=" + other.target() + ", source=" + one.source()
                        + ", by=" + one.origin() + ", source=" + other.source() + ", by=" + other.origin(),
                "give one of them another name; to join them, let one rule of rename_schemas or rename_tables match both,"
                        + " or give both the same to");
    }
}
