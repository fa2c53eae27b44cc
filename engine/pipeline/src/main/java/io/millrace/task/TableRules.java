package io.millrace.task;

import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code tables:} of a task: the first rule that matches a table decides on it, and a table that none matches is left out. Rules that name
 * one table are found by its name, for there may be thousands of them. Immutable.
 */
public final class TableRules implements TableSelection {
    private final List<TableRule> rules;
    private final Map<TableId, Integer> named = new HashMap<>(); // the first one
    private final int[] patterns; // those that may match more than one table

    public TableRules(List<TableRule> rules) {
        this.rules = List.copyOf(rules);
        IntStream.Builder others = IntStream.builder();
        for (int i = 0; i < rules.size(); i++) {
            Optional<TableId> only = rules.get(i).pattern().only();
            if (only.isPresent()) {
                named.putIfAbsent(only.get(), i);
            } else {
                others.add(i);
            }
        }
        patterns = others.build().toArray();
    }

    /** In their order. */
    public List<TableRule> rules() {
        return rules;
    }

    /** Includes tables by patterns with wildcards. */
    public static TableRules of(String... patterns) {
        return new TableRules(Arrays.stream(patterns)
                .map(pattern -> TableRule.include(TablePattern.of(pattern)))
                .toList());
    }

    private Optional<TableRule> ruleOf(TableId table) {
        int decides = named.getOrDefault(table, rules.size());
        for (int i : patterns) {
            if (i > decides) {
                break;
            }
            if (rules.get(i).pattern().matches(table)) {
                return Optional.of(rules.get(i));
            }
        }
        return decides < rules.size() ? Optional.of(rules.get(decides)) : Optional.empty();
    }

    @Override
    public boolean isSelected(TableId table) {
        return ruleOf(table).map(TableRule::isIncluded).orElse(false);
    }

    @Override
    public List<String> declaredKey(TableId table) {
        return ruleOf(table).map(TableRule::key).orElse(List.of());
    }

    @Override
    public Set<TableId> named() {
        return named.keySet().stream().filter(this::isSelected).collect(Collectors.toUnmodifiableSet());
    }

    /** What becomes of a selected table without a key. */
    public OnNoKey onNoKey(TableId table) {
        return ruleOf(table).map(TableRule::onNoKey).orElse(OnNoKey.ERROR);
    }

    /** What becomes of a table's row changes, as far as its rule says. */
    public DmlSpec dml(TableId table) {
        return ruleOf(table).map(TableRule::dml).orElse(DmlSpec.UNSAID);
    }

    /** The target's name that a rule gives; empty where the naming rules say. */
    public Optional<TableId> target(TableId table) {
        return ruleOf(table).flatMap(TableRule::to);
    }

    /** What becomes of a table's columns. */
    public ColumnRules columns(TableId table) {
        return ruleOf(table).map(TableRule::columns).orElse(ColumnRules.NONE);
    }

    /** How many dirty rows a table has to itself; empty where the task's limit counts. */
    public Optional<DirtyLimit> dirtyLimit(TableId table) {
        return ruleOf(table).flatMap(TableRule::dirtyLimit);
    }

    /** What becomes of statements on a table; empty where the task's policies hold. */
    public Optional<DdlSpec> ddl(TableId table) {
        return ruleOf(table).flatMap(TableRule::ddl);
    }

    /** How a table's rows are divided where it is made; empty where they are not. */
    public Optional<PartitionSpec> partition(TableId table) {
        return ruleOf(table).flatMap(TableRule::partition);
    }

    /** The including rules that decide on none of these tables: most likely misspelt. */
    public List<TableRule> unused(Collection<TableId> tables) {
        Set<TableRule> used =
                tables.stream().map(this::ruleOf).flatMap(Optional::stream).collect(Collectors.toSet());
        return rules.stream()
                .filter(TableRule::isIncluded)
                .filter(rule -> !used.contains(rule))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TableRules that && rules.equals(that.rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    @Override
    public String toString() {
        return rules.toString();
    }
}
