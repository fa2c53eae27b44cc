package io.millrace.lane;

import io.millrace.writer.Counters;

/** A lane's counters while they are counted. A change counts once: on the lane of its new key. Confined to a lane. */
final class Tally {
    private long changesIn;
    private long applied;
    private long ignored;
    private long skippedByLoad;
    private long missingRows;
    private long inserts;
    private long updates;
    private long deletes;

    Tally(Counters start) {
        changesIn = start.changesIn();
        applied = start.applied();
        ignored = start.ignored();
        skippedByLoad = start.skippedByLoad();
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

    void ignored() {
        ignored++;
    }

    void skippedByLoad() {
        skippedByLoad++;
    }

    void applied(byte kind) {
        applied++;
        switch (kind) {
            case ChangeKind.INSERT -> inserts++;
            case ChangeKind.DELETE, ChangeKind.DELETE_ALONE -> deletes++;
            default -> updates++;
        }
    }

    void missing(long rows) {
        missingRows += rows;
    }

    Counters counters(Counters start) {
        return new Counters(
                changesIn,
                applied,
                start.filtered(),
                ignored,
                skippedByLoad,
                start.dirty(),
                missingRows,
                inserts,
                updates,
                deletes);
    }
}
