package io.millrace.pipeline.command;

import io.millrace.dirty.DirtyRow;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.Batch;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;

/** Stored rows as a batch, one a run, in the order in which they were stored. Confined to one thread. */
final class ReplayBatch implements Batch {
    private static final int MOST_REFUSALS = 1_000;

    private final List<Replayed> runs = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();

    /** A row of the batch that was refused once more. */
    record Refused(long number, Refusal why) {}

    void add(long number, DirtyRow row, TargetTable table) {
        runs.add(new Replayed(number, row, table));
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    List<Long> numbers() {
        return runs.stream().map(Replayed::number).toList();
    }

    /** Those that were refused since it was asked last; they are not in the batch any more. */
    List<Refused> takeRefused() {
        List<Refused> taken = List.copyOf(refused);
        runs.removeIf(run -> taken.stream().anyMatch(each -> each.number() == run.number()));
        refused.clear();
        return taken;
    }

    @Override
    public int runCount() {
        return runs.size();
    }

    @Override
    public Run run(int number) {
        return runs.get(number);
    }

    @Override
    public int mostRefusals() {
        return MOST_REFUSALS;
    }

    @Override
    public void refuse(Run run, int row, Refusal why) {
        refused.add(new Refused(((Replayed) run).number(), why));
    }

    /** One row, which may be there or not: its key was not changed since, but it may have been written before. */
    private record Replayed(long number, DirtyRow stored, TargetTable table) implements Run {
        @Override
        public RunOperation operation() {
            return switch (stored.operation()) {
                case INSERT, UPSERT, UPDATE -> isWhole() ? RunOperation.UPSERT : RunOperation.UPDATE;
                case UPDATE_IF_THERE, REKEY, DELETE, MARK -> stored.operation();
            };
        }

        private boolean isWhole() {
            ImageFlyweight image = stored.wrapImage();
            return table.columns().stream().mapToInt(TargetColumn::sourceColumn).allMatch(image::isPresent);
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public ImageFlyweight row(int row) {
            return stored.wrapImage();
        }

        @Override
        public ImageFlyweight before(int row) {
            return stored.wrapBefore().orElseThrow(UnsupportedOperationException::new);
        }

        @Override
        public boolean haveKeysRested() {
            return stored.haveKeysRested();
        }
    }
}
