package io.millrace.lane.count;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.change.PolicyJudge;
import io.millrace.lane.table.TableBinding;
import io.millrace.writer.Counters;

/** A lane's counters while they are counted. A change counts once: on the lane of its new key. Confined to a lane. */
public final class Tally {
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

    public Tally(Counters start) {
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

    public void in() {
        changesIn++;
    }

    public long changesIn() {
        return changesIn;
    }

    public void filtered() {
        filtered++;
    }

    /** A change that a policy does not apply. */
    public void dropped(PolicyJudge.Outcome policy) {
        if (policy == PolicyJudge.Outcome.FILTERED) {
            filtered++;
        } else {
            ignored++;
        }
    }

    public void ignored() {
        ignored++;
    }

    public void skippedByLoad() {
        skippedByLoad++;
    }

    /** Counts by table too, from now on. */
    public void countBy(TableTally byTable) {
        tables = byTable;
    }

    public TableTally tables() {
        return tables;
    }

    public void applied(TableBinding table, byte kind) {
        applied(table, kind, 1);
    }

    /** A change that was counted as applied cannot be. */
    public void dirty(TableBinding table, byte kind) {
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

    public void missing(long rows) {
        missingRows += rows;
    }

    public Counters counters(Counters start) {
        return new Counters(
                changesIn, applied, filtered, ignored, skippedByLoad, dirty, missingRows, inserts, updates, deletes);
    }
}
