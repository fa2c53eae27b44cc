package io.millrace.lane.table;

import io.millrace.mapping.TablePlan;

/**
 * Which lane a row belongs to (EXACTNESS 21, 23).
 *
 * @param laneCount how many lanes share the task's rows
 * @param version how hashes and ties are made: rows of one version always go to the same lane
 */
public record LaneLayout(int laneCount, int version) {
    public LaneLayout {
        if (laneCount < 1) {
            throw new IllegalArgumentException("a task has at least one lane: laneCount=" + laneCount);
        }
    }

    /** The lane of all rows with this key hash, and of their neighbours. */
    public int laneOf(long keyHash) {
        return (int) (((keyHash >>> 32) * laneCount) >>> 32);
    }

    /** The lane of all rows of a tied table, or -1 where each row's key decides. */
    int laneOf(TablePlan table) {
        return table.isTied() ? laneOf(table.tieHash()) : -1;
    }
}
