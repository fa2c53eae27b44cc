package io.millrace.writer;

/**
 * What became of a lane's row changes, since the task's beginning. {@code changesIn = applied + filtered + ignored +
 * skippedByLoad + dirty}: what is in flight has not been counted in. Immutable.
 *
 * @param changesIn row changes that the lane has passed
 * @param missingRows updates healed and deletes that met no row, after the load's end
 */
public record Counters(
        long changesIn,
        long applied,
        long filtered,
        long ignored,
        long skippedByLoad,
        long dirty,
        long missingRows,
        long inserts,
        long updates,
        long deletes) {
    public static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Whether nothing was lost from the count or counted twice. */
    public boolean conserve() {
        return changesIn == applied + filtered + ignored + skippedByLoad + dirty;
    }

    public Counters plus(Counters other) {
        return new Counters(
                changesIn + other.changesIn,
                applied + other.applied,
                filtered + other.filtered,
                ignored + other.ignored,
                skippedByLoad + other.skippedByLoad,
                dirty + other.dirty,
                missingRows + other.missingRows,
                inserts + other.inserts,
                updates + other.updates,
                deletes + other.deletes);
    }

    public Counters minus(Counters other) {
        return new Counters(
                changesIn - other.changesIn,
                applied - other.applied,
                filtered - other.filtered,
                ignored - other.ignored,
                skippedByLoad - other.skippedByLoad,
                dirty - other.dirty,
                missingRows - other.missingRows,
                inserts - other.inserts,
                updates - other.updates,
                deletes - other.deletes);
    }
}
