package io.millrace.writer;

import java.util.List;

/** Runs in order. */
public record TestBatch(List<Run> runs) implements Batch {
    public static TestBatch of(Run... runs) {
        return new TestBatch(List.of(runs));
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
