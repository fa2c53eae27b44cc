package io.millrace.lane.count;

import java.util.concurrent.atomic.AtomicLongArray;

/** Changes applied by table and operation, by all lanes together, since the session began. Lanes add to it; any thread reads. */
public final class TableActivity {
    static final int INSERTS = 0;
    static final int UPDATES = 1;
    static final int DELETES = 2;
    static final int OPERATIONS = 3;

    private final AtomicLongArray counts;

    public TableActivity(int tables) {
        counts = new AtomicLongArray(tables * OPERATIONS);
    }

    void add(int slot, long changes) {
        counts.getAndAdd(slot, changes);
    }

    int slots() {
        return counts.length();
    }

    /** Of the table with this number in the task's plan. */
    public long inserts(int table) {
        return counts.get(table * OPERATIONS + INSERTS);
    }

    public long updates(int table) {
        return counts.get(table * OPERATIONS + UPDATES);
    }

    public long deletes(int table) {
        return counts.get(table * OPERATIONS + DELETES);
    }
}
