package io.millrace.lane.count;

import io.millrace.lane.table.TableBinding;

/**
 * A batch's changes by table, which count with the batch. Only tables that are in the batch are looked at again, however many the
 * task has. Confined to a lane. Hot path: allocates nothing.
 */
public final class TableTally {
    static final TableTally NONE = new TableTally(new TableActivity(0));

    private final TableActivity activity;
    private final long[] open;
    private final int[] touched;
    private int touchedCount;

    public TableTally(TableActivity activity) {
        this.activity = activity;
        open = new long[activity.slots()];
        touched = new int[activity.slots()];
    }

    /**
     * Counts changes.
     *
     * @param changes negative where as many were counted in this batch and are not applied
     */
    void count(TableBinding table, int operation, int changes) {
        int slot = table.plan().number() * TableActivity.OPERATIONS + operation;
        if (slot >= open.length) {
            return; // nobody asked for counts by table
        }
        if (open[slot] == 0) {
            touched[touchedCount++] = slot;
        }
        open[slot] += changes;
        if (open[slot] == 0) {
            forget(slot);
        }
    }

    private void forget(int slot) {
        int at = 0;
        while (touched[at] != slot) {
            at++;
        }
        touched[at] = touched[--touchedCount];
    }

    /** The batch is at the target. */
    public void applied() {
        for (int i = 0; i < touchedCount; i++) {
            int slot = touched[i];
            activity.add(slot, open[slot]);
            open[slot] = 0;
        }
        touchedCount = 0;
    }
}
