package io.millrace.lane.batch;

import io.millrace.writer.Batch;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs over the entries of a lane's batch, made one behind the other: entries are placed, and what was placed since the last run is
 * the next one. Reused from batch to batch; confined to the lane.
 */
final class RunList implements Batch {
    private final BatchEntries entries;
    private final BatchRefusals refusals;
    private final List<LaneRun> runs = new ArrayList<>();
    private int[] order = new int[1024];
    private int runStart;
    private int position;
    private int runCount;

    RunList(BatchEntries entries, BatchRefusals refusals) {
        this.entries = entries;
        this.refusals = refusals;
    }

    /** Forgets all runs, and has room for all entries. */
    void begin() {
        int rows = entries.rows();
        if (order.length < rows) {
            order = new int[Math.max(rows, order.length << 1)];
        }
        runStart = 0;
        position = 0;
        runCount = 0;
    }

    /** Puts an entry into the run that is being made. */
    void place(int entry) {
        order[position++] = entry;
    }

    /** Leaves room for entries, of which {@link #set} says which they are; returns where it begins. */
    int skip(int count) {
        position += count;
        return position - count;
    }

    void set(int at, int entry) {
        order[at] = entry;
    }

    int get(int at) {
        return order[at];
    }

    /** Whether anything was placed since the last run. */
    boolean isOpen() {
        return position > runStart;
    }

    /** The first entry of the run that is being made. */
    int firstOfOpen() {
        return order[runStart];
    }

    /** Makes a run of what was placed. */
    LaneRun end(TargetTable table, RunOperation operation) {
        if (runCount == runs.size()) {
            runs.add(new LaneRun(entries));
        }
        LaneRun run = runs.get(runCount++).of(table, operation, order, runStart, position - runStart);
        runStart = position;
        return run;
    }

    /** Sorts the entries of a part by a key that fills the high half of a long. */
    void sort(int from, int count, long[] keyed) {
        Arrays.sort(keyed, 0, count);
        for (int i = 0; i < count; i++) {
            order[from + i] = (int) keyed[i];
        }
    }

    @Override
    public int runCount() {
        return runCount;
    }

    @Override
    public Run run(int number) {
        if (number >= runCount) {
            throw new IndexOutOfBoundsException("no such run: number=" + number + ", count=" + runCount);
        }
        return runs.get(number);
    }

    @Override
    public int mostRefusals() {
        return refusals.most();
    }

    @Override
    public void refuse(Run run, int row, Refusal why) {
        refusals.add(run, row, why);
    }
}
