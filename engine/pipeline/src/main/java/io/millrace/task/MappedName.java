package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a source table came by its name at the target. Immutable.
 *
 * @param isGiven whether {@code to} names the target, so that no other rule counts
 * @param changes of the renaming rules that matched, in order
 */
public record MappedName(TableId source, TableId target, boolean isGiven, List<Change> changes) {
    /**
     * What one renaming rule made of a name.
     *
     * @param rule as a user finds it in the task
     */
    public record Change(String rule, String before, String after) {
        /** Whether the rule made two names one that were none before it. */
        private boolean doesJoin(Change other) {
            return rule.equals(other.rule) && !before.equals(other.before) && after.equals(other.after);
        }
    }

    public MappedName {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        changes = List.copyOf(changes);
    }

    /**
     * Whether two tables that have one target are meant to: {@code to} sends both there, or of schema and table name each in which
     * they differ is made one by a renaming rule that matches both. All else is an accident.
     */
    public boolean isJoinedWith(MappedName other) {
        if (isGiven || other.isGiven) {
            return isGiven && other.isGiven;
        }
        return (source.namespace().equals(other.source.namespace()) || isJoinedBy(Mapping.SCHEMAS, other))
                && (source.name().equals(other.source.name()) || isJoinedBy(Mapping.TABLES, other));
    }

    /** Whether a rule gives or changes the name, as it may those of other tables. */
    public boolean isByRule() {
        return isGiven || changes.stream().anyMatch(change -> !change.before().equals(change.after()));
    }

    private boolean isJoinedBy(String rules, MappedName other) {
        return changes.stream()
                .filter(change -> change.rule().startsWith(rules))
                .anyMatch(change -> other.changes.stream().anyMatch(change::doesJoin));
    }

    /** By what the table has its name, for people. */
    public String origin() {
        if (isGiven) {
            return "tables[].to";
        }
        if (!changes.isEmpty()) {
            return changes.stream().map(Change::rule).distinct().collect(Collectors.joining(" and "));
        }
        return source.equals(target) ? "its own name" : "mapping.schema_name, mapping.table_name or mapping.case";
    }
}
