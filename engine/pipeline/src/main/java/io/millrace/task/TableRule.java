package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One entry of {@code tables:}.
 *
 * @param pattern which tables it is about
 * @param isIncluded whether those are taken or left out
 * @param key the key by which rows are told apart, where the table's own is not used; else empty
 * @param onNoKey what becomes of a table that has none
 * @param dml what becomes of its row changes, where the rule says it
 * @param to what each such table is called at the target; empty where the naming rules say
 * @param columns what becomes of each such table's columns
 * @param dirtyLimit of each such table by itself; empty where the task's counts
 * @param ddl what becomes of statements on such a table; empty where the task's policies hold
 * @param partition how each such table's rows are divided where it is made; empty where they are not
 */
public record TableRule(
        TablePattern pattern,
        boolean isIncluded,
        List<String> key,
        OnNoKey onNoKey,
        DmlSpec dml,
        Optional<TableId> to,
        ColumnRules columns,
        Optional<DirtyLimit> dirtyLimit,
        Optional<DdlSpec> ddl,
        Optional<PartitionSpec> partition) {
    public TableRule {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(onNoKey, "onNoKey");
        Objects.requireNonNull(dml, "dml");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(columns, "columns");
        Objects.requireNonNull(dirtyLimit, "dirtyLimit");
        Objects.requireNonNull(ddl, "ddl");
        Objects.requireNonNull(partition, "partition");
        key = List.copyOf(key);
    }

    public static TableRule include(TablePattern pattern) {
        return new TableRule(
                pattern,
                true,
                List.of(),
                OnNoKey.ERROR,
                DmlSpec.UNSAID,
                Optional.empty(),
                ColumnRules.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public static TableRule exclude(TablePattern pattern) {
        return new TableRule(
                pattern,
                false,
                List.of(),
                OnNoKey.ERROR,
                DmlSpec.UNSAID,
                Optional.empty(),
                ColumnRules.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with a declared key. */
    public TableRule withKey(String... names) {
        return new TableRule(
                pattern, isIncluded, List.of(names), onNoKey, dml, to, columns, dirtyLimit, ddl, partition);
    }

    public TableRule withOnNoKey(OnNoKey policy) {
        return new TableRule(pattern, isIncluded, key, policy, dml, to, columns, dirtyLimit, ddl, partition);
    }

    public TableRule withDirtyLimit(DirtyLimit limit) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, to, columns, Optional.of(limit), ddl, partition);
    }

    public TableRule withDml(DmlSpec policies) {
        return new TableRule(pattern, isIncluded, key, onNoKey, policies, to, columns, dirtyLimit, ddl, partition);
    }

    /** The same, with a name at the target. */
    public TableRule withTarget(TableId table) {
        return new TableRule(
                pattern, isIncluded, key, onNoKey, dml, Optional.of(table), columns, dirtyLimit, ddl, partition);
    }

    /** The same, with rules for columns. */
    public TableRule withColumns(ColumnRules rules) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, to, rules, dirtyLimit, ddl, partition);
    }

    public TableRule withDdl(DdlSpec policies) {
        return new TableRule(
                pattern, isIncluded, key, onNoKey, dml, to, columns, dirtyLimit, Optional.of(policies), partition);
    }

    public TableRule withPartition(PartitionSpec spec) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, to, columns, dirtyLimit, ddl, Optional.of(spec));
    }
}
