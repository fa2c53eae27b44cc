package io.millrace.writer;

import io.millrace.row.ImageFlyweight;
import java.util.ArrayList;
import java.util.List;

/** A batch of one run that keeps which of its rows were refused, and goes on without them. */
final class RefusingBatch implements Batch {
    private final TestRun all;
    private final int most;
    private final List<Integer> left = new ArrayList<>();
    final List<Integer> refused = new ArrayList<>();
    final List<Refusal> why = new ArrayList<>();

    RefusingBatch(TestRun all, int most) {
        this.all = all;
        this.most = most;
        for (int row = 0; row < all.count(); row++) {
            left.add(row);
        }
    }

    /** Takes the refused rows out. */
    void goOn() {
        left.removeAll(refused);
    }

    @Override
    public int runCount() {
        return 1;
    }

    @Override
    public Run run(int number) {
        return new Left();
    }

    @Override
    public int mostRefusals() {
        return most;
    }

    @Override
    public void refuse(Run run, int row, Refusal reason) {
        refused.add(left.get(row));
        why.add(reason);
    }

    private final class Left implements Run {
        @Override
        public TargetTable table() {
            return all.table();
        }

        @Override
        public RunOperation operation() {
            return all.operation();
        }

        @Override
        public int count() {
            return left.size();
        }

        @Override
        public boolean refusesMissing() {
            return all.refusesMissing();
        }

        @Override
        public ImageFlyweight row(int number) {
            return all.row(left.get(number));
        }

        @Override
        public ImageFlyweight before(int number) {
            return all.before(left.get(number));
        }
    }
}
