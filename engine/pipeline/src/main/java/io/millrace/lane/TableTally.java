package io.millrace.lane;

/**
 * A batch's changes by table, which count with the batch. Only tables that are in the batch are looked at again, however many the
 * task has. Confined to a lane. Hot path: allocates nothing.
 */
final class TableTally {
    static final TableTally NONE = new TableTally(new TableActivity(0));

    private final TableActivity activity;
    private final long[] open;
    private final int[] touched;
    private int touchedCount;

    TableTally(TableActivity activity) {
        this.activity = activity;
        open = new long[activity.slots()];
        touched = new int[activity.slots()];
    }

    void count(TableBinding table, int operation) {
        int slot = table.plan().number() * TableActivity.OPERATIONS + operation;
        if (slot >= open.length) {
            return; // nobody asked for counts by table
        }
        if (open[slot]++ == 0) {
            touched[touchedCount++] = slot;
        }
    }

    /** The batch is at the target. */
    void applied() {
        for (int i = 0; i < touchedCount; i++) {
            int slot = touched[i];
            activity.add(slot, open[slot]);
            open[slot] = 0;
        }
        touchedCount = 0;
    }
}
