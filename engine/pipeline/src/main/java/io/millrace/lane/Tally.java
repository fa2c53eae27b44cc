package io.millrace.lane;

import io.millrace.writer.Counters;

/** A lane's counters while they are counted. A change counts once: on the lane of its new key. Confined to a lane. */
final class Tally {
    private long changesIn;
    private long applied;
    private long filtered;
    private long ignored;
    private long skippedByLoad;
    private long dirty;
    private long missingRows;
    private long inserts;
    private long updates;
    private long deletes;
    private TableTally tables = TableTally.NONE;

    Tally(Counters start) {
        changesIn = start.changesIn();
        applied = start.applied();
        filtered = start.filtered();
        ignored = start.ignored();
        skippedByLoad = start.skippedByLoad();
        dirty = start.dirty();
        missingRows = start.missingRows();
        inserts = start.inserts();
        updates = start.updates();
        deletes = start.deletes();
    }

    void in() {
        changesIn++;
    }

    long changesIn() {
        return changesIn;
    }

    void filtered() {
        filtered++;
    }

    /** A change that a policy does not apply. */
    void dropped(PolicyJudge.Outcome policy) {
        if (policy == PolicyJudge.Outcome.FILTERED) {
            filtered++;
        } else {
            ignored++;
        }
    }

    void ignored() {
        ignored++;
    }

    void skippedByLoad() {
        skippedByLoad++;
    }

    /** Counts by table too, from now on. */
    void countBy(TableTally byTable) {
        tables = byTable;
    }

    TableTally tables() {
        return tables;
    }

    void applied(TableBinding table, byte kind) {
        applied(table, kind, 1);
    }

    /** A change that was counted as applied cannot be. */
    void dirty(TableBinding table, byte kind) {
        dirty++;
        applied(table, kind, -1);
    }

    private void applied(TableBinding table, byte kind, int count) {
        applied += count;
        switch (kind) {
            case ChangeKind.INSERT -> {
                inserts += count;
                tables.count(table, TableActivity.INSERTS, count);
            }
            case ChangeKind.DELETE, ChangeKind.DELETE_ALONE -> {
                deletes += count;
                tables.count(table, TableActivity.DELETES, count);
            }
            default -> {
                updates += count;
                tables.count(table, TableActivity.UPDATES, count);
            }
        }
    }

    void missing(long rows) {
        missingRows += rows;
    }

    Counters counters(Counters start) {
        return new Counters(
                changesIn, applied, filtered, ignored, skippedByLoad, dirty, missingRows, inserts, updates, deletes);
    }
}
