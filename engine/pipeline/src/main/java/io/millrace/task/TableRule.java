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
 * @param dirtyLimit of each such table by itself; empty where the task's counts
 * @param ddl what becomes of statements on such a table; empty where the task's policies hold
 */
public record TableRule(
        TablePattern pattern,
        boolean isIncluded,
        List<String> key,
        OnNoKey onNoKey,
        DmlSpec dml,
        Optional<TableId> to,
        Optional<DirtyLimit> dirtyLimit,
        Optional<DdlSpec> ddl) {
    public TableRule {
        Objects.requireNonNull(pattern, "pattern");
        Objects.requireNonNull(onNoKey, "onNoKey");
        Objects.requireNonNull(dml, "dml");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(dirtyLimit, "dirtyLimit");
        Objects.requireNonNull(ddl, "ddl");
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
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with a declared key. */
    public TableRule withKey(String... columns) {
        return new TableRule(pattern, isIncluded, List.of(columns), onNoKey, dml, to, dirtyLimit, ddl);
    }

    public TableRule withOnNoKey(OnNoKey policy) {
        return new TableRule(pattern, isIncluded, key, policy, dml, to, dirtyLimit, ddl);
    }

    public TableRule withDirtyLimit(DirtyLimit limit) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, to, Optional.of(limit), ddl);
    }

    public TableRule withDml(DmlSpec policies) {
        return new TableRule(pattern, isIncluded, key, onNoKey, policies, to, dirtyLimit, ddl);
    }

    /** The same, with a name at the target. */
    public TableRule withTarget(TableId table) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, Optional.of(table), dirtyLimit, ddl);
    }

    public TableRule withDdl(DdlSpec policies) {
        return new TableRule(pattern, isIncluded, key, onNoKey, dml, to, dirtyLimit, Optional.of(policies));
    }
}
