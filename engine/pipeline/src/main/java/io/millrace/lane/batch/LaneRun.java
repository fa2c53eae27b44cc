package io.millrace.lane.batch;

import io.millrace.mapping.RowPolicies;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetTable;

/** A run over the entries of a lane's batch. Reused from batch to batch; confined to the lane. */
final class LaneRun implements Run {
    private final ImageFlyweight image = new ImageFlyweight();
    private final BatchEntries entries;
    private TargetTable table;
    private RunOperation operation;
    private int[] order;
    private int first;
    private int count;
    private boolean haveKeysRested;
    private boolean makesNoRow;
    private boolean refusesMissing;

    LaneRun(BatchEntries entries) {
        this.entries = entries;
    }

    LaneRun of(TargetTable table, RunOperation operation, int[] order, int first, int count) {
        this.table = table;
        this.operation = operation;
        this.order = order;
        this.first = first;
        this.count = count;
        haveKeysRested = false;
        makesNoRow = false;
        refusesMissing = false;
        return this;
    }

    void restKeys() {
        haveKeysRested = true;
    }

    /** What a row that is not there means to this run. */
    LaneRun by(RowPolicies policies, boolean isLoose) {
        makesNoRow = policies.makeNoRow() && !isLoose;
        refusesMissing = policies.refuseMissing() && !isLoose;
        return this;
    }

    @Override
    public boolean makesNoRow() {
        return makesNoRow;
    }

    @Override
    public boolean refusesMissing() {
        return refusesMissing;
    }

    @Override
    public boolean haveKeysRested() {
        return haveKeysRested;
    }

    @Override
    public TargetTable table() {
        return table;
    }

    @Override
    public RunOperation operation() {
        return operation;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public ImageFlyweight row(int number) {
        require(number);
        return operation == RunOperation.REKEY
                ? entries.wrapAfter(order[first + number], image)
                : entries.wrap(order[first + number], image);
    }

    @Override
    public ImageFlyweight before(int number) {
        require(number);
        if (operation != RunOperation.REKEY) {
            throw new UnsupportedOperationException("only a change of a key has it: operation=" + operation);
        }
        return entries.wrapBefore(order[first + number], image);
    }

    /** The batch's entry of a row. */
    int entry(int number) {
        require(number);
        return order[first + number];
    }

    private void require(int number) {
        if (number < 0 || number >= count) {
            throw new IndexOutOfBoundsException("no such row of the run: number=" + number + ", count=" + count);
        }
    }
}
