package io.millrace.task;

import java.util.Objects;
import java.util.Optional;

/**
 * {@code dml:} of a task or of a table rule: what becomes of its row changes. Empty is what the task says, or normal. Immutable.
 *
 * @param insert what becomes of inserts
 * @param update what becomes of updates
 * @param delete what becomes of deletes
 */
public record DmlSpec(Optional<ChangePolicy> insert, Optional<ChangePolicy> update, Optional<DeletePolicy> delete) {
    /** Nothing is said. */
    public static final DmlSpec UNSAID = new DmlSpec(Optional.empty(), Optional.empty(), Optional.empty());

    public DmlSpec {
        Objects.requireNonNull(insert, "insert");
        Objects.requireNonNull(update, "update");
        Objects.requireNonNull(delete, "delete");
    }

    public DmlSpec withInserts(ChangePolicy policy) {
        return new DmlSpec(Optional.of(policy), update, delete);
    }

    public DmlSpec withInsertsIgnored(boolean isIgnored) {
        return withInserts(ChangePolicy.of(isIgnored));
    }

    public DmlSpec withUpdates(ChangePolicy policy) {
        return new DmlSpec(insert, Optional.of(policy), delete);
    }

    public DmlSpec withUpdatesIgnored(boolean isIgnored) {
        return withUpdates(ChangePolicy.of(isIgnored));
    }

    public DmlSpec withDeletes(DeletePolicy policy) {
        return new DmlSpec(insert, update, Optional.of(policy));
    }

    public DmlSpec withDeletesIgnored(boolean isIgnored) {
        return withDeletes(isIgnored ? DeletePolicy.IGNORE : DeletePolicy.NORMAL);
    }

    public DmlSpec withDeletesMarked(String column) {
        return withDeletes(DeletePolicy.logical(column));
    }

    /** Whether some changes are not applied as the source made them. */
    boolean isSpecial() {
        return !insert.orElse(ChangePolicy.NORMAL).isNormal()
                || !update.orElse(ChangePolicy.NORMAL).isNormal()
                || !delete.orElse(DeletePolicy.NORMAL).isNormal();
    }

    public boolean ignoresInserts() {
        return insert.filter(ChangePolicy::isIgnored).isPresent();
    }

    public boolean ignoresUpdates() {
        return update.filter(ChangePolicy::isIgnored).isPresent();
    }

    public boolean ignoresDeletes() {
        return delete.filter(DeletePolicy::isIgnored).isPresent();
    }

    /** The condition that inserted rows meet; empty where there is none. */
    public String insertFilter() {
        return insert.map(ChangePolicy::filter).orElse("");
    }

    /** The condition that updated rows meet; empty where there is none. */
    public String updateFilter() {
        return update.map(ChangePolicy::filter).orElse("");
    }

    /** The condition that deleted rows meet; empty where there is none. */
    public String deleteFilter() {
        return delete.map(DeletePolicy::filter).orElse("");
    }

    /** The column that deletes set, empty where they do not. */
    public Optional<String> mark() {
        return delete.map(DeletePolicy::mark).filter(column -> !column.isEmpty());
    }

    /** This where it says something, else another. */
    DmlSpec over(DmlSpec other) {
        return new DmlSpec(insert.or(other::insert), update.or(other::update), delete.or(other::delete));
    }
}
