package io.millrace.lane.batch;

import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import java.util.ArrayList;
import java.util.List;

/** Rows that the writer refused in its last attempt at a batch. Confined to a lane. */
public final class BatchRefusals {
    private final List<Refused> refused = new ArrayList<>();
    private int most = 1;

    /** An entry of the batch, what would have been done with it, and why it cannot. */
    public record Refused(int entry, RunOperation operation, boolean haveKeysRested, Refusal why) {}

    /** How many are worth looking for at once. */
    public void most(int rows) {
        most = rows;
    }

    public int most() {
        return most;
    }

    void add(Run run, int row, Refusal why) {
        refused.add(new Refused(((LaneRun) run).entry(row), run.operation(), run.haveKeysRested(), why));
    }

    /** Another attempt begins. */
    public void clear() {
        refused.clear();
    }

    public boolean isEmpty() {
        return refused.isEmpty();
    }

    /** Those of the last attempt, and none from now on. */
    public List<Refused> take() {
        List<Refused> taken = List.copyOf(refused);
        refused.clear();
        return taken;
    }
}
