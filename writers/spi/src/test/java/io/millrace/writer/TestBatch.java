package io.millrace.writer;

import java.util.List;

/**
 * Runs in order.
 *
 * @param sourceOrder the runs of the same changes as the source made them; empty where {@code runs} are those
 */
public record TestBatch(List<Run> runs, List<Run> sourceOrder) implements Batch {
    public static TestBatch of(Run... runs) {
        return new TestBatch(List.of(runs), List.of());
    }

    @Override
    public boolean isReordered() {
        return !sourceOrder.isEmpty();
    }

    @Override
    public Batch inSourceOrder() {
        return isReordered() ? new TestBatch(sourceOrder, List.of()) : this;
    }

    @Override
    public int runCount() {
        return runs.size();
    }

    @Override
    public Run run(int number) {
        return runs.get(number);
    }
}
