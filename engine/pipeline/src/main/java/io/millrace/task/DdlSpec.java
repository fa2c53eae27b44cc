package io.millrace.task;

import io.millrace.ddl.DdlKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * What becomes of statements, by their kind. Immutable.
 *
 * @param said what is not said has the reference's default
 * @param isLenient whether nothing at the target is ever destroyed: what a statement takes away stays there
 */
public record DdlSpec(Map<DdlKind, DdlPolicy> said, boolean isLenient) {
    private static final Map<DdlKind, DdlPolicy> DEFAULTS = Map.of(
            DdlKind.CREATE_TABLE, DdlPolicy.NORMAL,
            DdlKind.DROP_TABLE, DdlPolicy.ALERT,
            DdlKind.ADD_COLUMN, DdlPolicy.NORMAL,
            DdlKind.DROP_COLUMN, DdlPolicy.ALERT,
            DdlKind.RENAME_TABLE, DdlPolicy.ALERT,
            DdlKind.RENAME_COLUMN, DdlPolicy.ALERT,
            DdlKind.ALTER_COLUMN_TYPE, DdlPolicy.NORMAL,
            DdlKind.TRUNCATE_TABLE, DdlPolicy.NORMAL,
            DdlKind.OTHER, DdlPolicy.IGNORE);

    public DdlSpec {
        said = Map.copyOf(said);
    }

    /** What takes something away takes it away. */
    public DdlSpec(Map<DdlKind, DdlPolicy> said) {
        this(said, false);
    }

    /** The same where nothing is destroyed. */
    public DdlSpec lenient() {
        return new DdlSpec(said, true);
    }

    /** Nothing is said. */
    public static DdlSpec defaults() {
        return new DdlSpec(Map.of());
    }

    public DdlPolicy of(DdlKind kind) {
        // A column that is renamed stays, so that nobody needs to be asked.
        boolean isHarmless = isLenient && kind == DdlKind.RENAME_COLUMN;
        return said.getOrDefault(kind, isHarmless ? DdlPolicy.NORMAL : DEFAULTS.get(kind));
    }

    /** Whether a statement of a kind goes by, with or without a word. */
    public boolean leavesOut(DdlKind kind) {
        return of(kind) == DdlPolicy.IGNORE || of(kind) == DdlPolicy.ALERT;
    }

    /** The same where a table's own word goes first. */
    public DdlSpec with(DdlSpec ofTable) {
        Map<DdlKind, DdlPolicy> all = new EnumMap<>(DdlKind.class);
        all.putAll(said);
        all.putAll(ofTable.said);
        return new DdlSpec(all, isLenient);
    }
}
