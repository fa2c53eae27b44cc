package io.millrace.task;

import java.util.Objects;
import java.util.Optional;

/**
 * {@code dml:} of a task or of a table rule: what becomes of its row changes. Empty is what the task says, or normal. Immutable.
 *
 * @param insert whether inserts are ignored
 * @param update whether updates are ignored
 * @param delete what becomes of deletes
 */
public record DmlSpec(Optional<Boolean> insert, Optional<Boolean> update, Optional<DeletePolicy> delete) {
    /** Nothing is said. */
    public static final DmlSpec UNSAID = new DmlSpec(Optional.empty(), Optional.empty(), Optional.empty());

    public DmlSpec {
        Objects.requireNonNull(insert, "insert");
        Objects.requireNonNull(update, "update");
        Objects.requireNonNull(delete, "delete");
    }

    public DmlSpec withInsertsIgnored(boolean isIgnored) {
        return new DmlSpec(Optional.of(isIgnored), update, delete);
    }

    public DmlSpec withUpdatesIgnored(boolean isIgnored) {
        return new DmlSpec(insert, Optional.of(isIgnored), delete);
    }

    public DmlSpec withDeletesIgnored(boolean isIgnored) {
        return new DmlSpec(insert, update, Optional.of(isIgnored ? DeletePolicy.IGNORE : DeletePolicy.NORMAL));
    }

    public DmlSpec withDeletesMarked(String column) {
        return new DmlSpec(insert, update, Optional.of(DeletePolicy.logical(column)));
    }

    /** Whether some changes are not applied as the source made them. */
    boolean isSpecial() {
        return insert.orElse(false)
                || update.orElse(false)
                || !delete.orElse(DeletePolicy.NORMAL).isNormal();
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
