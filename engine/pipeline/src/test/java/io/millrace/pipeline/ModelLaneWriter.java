package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.row.ImageFlyweight;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;

/** A lane of a model target: one transaction at a time, compared and set. It refuses at once what no target would allow. */
final class ModelLaneWriter implements LaneWriter {
    private final ModelTarget target;
    private final int lane;

    ModelLaneWriter(ModelTarget target, int lane) {
        this.target = target;
        this.lane = lane;
    }

    @Override
    public void rest() {
        target.rests++;
    }

    @Override
    public Checkpoint checkpoint() {
        target.mayFail(false);
        return target.checkpoints.get(lane);
    }

    @Override
    public ApplyResult apply(Batch batch, Checkpoint expected, Checkpoint next) {
        target.mayFail(false);
        target.whileApplying.run();
        Checkpoint standing = target.checkpoints.get(lane);
        if (standing.epoch() != expected.epoch()
                || standing.logIndex() != expected.logIndex()
                || standing.rowsIntoTransaction() != expected.rowsIntoTransaction()
                || !standing.logId().equals(expected.logId())) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "another checkpoint stands here");
        }
        if (target.isDirty && batch.runCount() > 0) {
            throw new MillraceException(ErrorCode.DIRTY_LIMIT, "a row cannot be written");
        }
        if (refuse(batch)) {
            throw new MillraceException(ErrorCode.DIRTY_LIMIT, "rows cannot be written");
        }
        if (isTied(batch) && next.rowsIntoTransaction() > 0) {
            throw new AssertionError("tied rows of half a transaction: rows=" + next.rowsIntoTransaction());
        }
        // One that records refuses every order but the source's.
        ApplyResult result = applyRuns(target.isRecording ? batch.inSourceOrder() : batch);
        target.checkpoints.set(lane, next);
        target.applies++;
        if (target.failuresBehindCommits > 0) {
            target.failuresBehindCommits--;
            throw new MillraceException(ErrorCode.TARGET_CONNECTION_LOST, "cut behind a commit");
        }
        target.mayFail(true);
        return result;
    }

    private boolean isTied(Batch batch) {
        for (int i = 0; i < batch.runCount(); i++) {
            if (target.tied.contains(batch.run(i).table().name())) {
                return true;
            }
        }
        return false;
    }

    /** Tells the batch, or that in the source's order, of what it may not hold. */
    private boolean refuse(Batch batch) {
        Batch form = batch.isReordered() ? batch.inSourceOrder() : batch;
        int count = 0;
        for (int i = 0; i < form.runCount(); i++) {
            Run run = form.run(i);
            ModelTable model = target.models.get(run.table().source().table());
            for (int row = 0; row < run.count() && count < form.mostRefusals(); row++) {
                ImageFlyweight image = run.row(row);
                if (run.operation() != RunOperation.DELETE
                        && image.isComplete()
                        && target.refuses.test(model.decode(image))) {
                    form.refuse(run, row, new Refusal("22001", "22001", "sqlstate=22001"));
                    count++;
                }
            }
        }
        return count > 0;
    }

    private ApplyResult applyRuns(Batch batch) {
        long healedNow = 0;
        long missingNow = 0;
        long fellBackNow = 0;
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            NavigableMap<Object, ModelRow> rows = target.tables.get(run.table().name());
            ModelTable model = target.models.get(run.table().source().table());
            if (run.table().key().isEmpty()) {
                if (run.operation() != RunOperation.INSERT) {
                    throw new AssertionError("a row without a key is inserted: " + run.operation());
                }
                for (int row = 0; row < run.count(); row++) {
                    target.appended.add(ModelTarget.appended(model, run.row(row)));
                }
                continue;
            }
            Set<Object> keys = new HashSet<>();
            for (int row = 0; row < run.count(); row++) {
                ImageFlyweight image = run.row(row);
                Object key = model.decodeKey(image);
                if (!keys.add(key)) {
                    throw new AssertionError("a key twice in a run: " + key);
                }
                if (target.isRecording && run.operation() == RunOperation.REKEY) {
                    target.statements.add("-" + run.table().name() + " " + model.decodeKey(run.before(row)));
                    image = run.row(row);
                }
                if (target.isRecording) {
                    target.statements.add((run.operation() == RunOperation.DELETE ? "-" : "+")
                            + run.table().name() + " " + key);
                }
                Set<Object> marked = target.marks.get(run.table().name());
                if (run.operation() == RunOperation.MARK) {
                    if (rows.containsKey(key)) {
                        marked.add(key);
                    } else {
                        missingNow++;
                    }
                    continue;
                }
                if (run.operation() == RunOperation.REKEY && marked.remove(key)) {
                    rows.remove(key);
                }
                marked.remove(key);
                if (run.operation() == RunOperation.DELETE) {
                    missingNow += rows.remove(key) == null ? 1 : 0;
                    continue;
                }
                if (run.operation() == RunOperation.REKEY) {
                    rekey(run, row, rows, model);
                    continue;
                }
                boolean mayLack =
                        run.operation() == RunOperation.UPDATE || run.operation() == RunOperation.UPDATE_IF_THERE;
                ModelRow there = rows.get(key);
                if (run.operation() == RunOperation.UPDATE_IF_THERE && there == null) {
                    continue;
                }
                if (mayLack && !image.isComplete()) {
                    if (there != null) {
                        rows.put(key, model.decode(image, there));
                    } else if (run.operation() == RunOperation.UPDATE) {
                        throw new AssertionError("a partial update meets no row: " + key);
                    }
                    continue;
                }
                ModelRow old = rows.put(key, model.decode(image));
                healedNow += run.operation() == RunOperation.UPDATE && old == null ? 1 : 0;
                fellBackNow += run.operation() == RunOperation.INSERT && old != null ? 1 : 0;
            }
        }
        target.healed += healedNow;
        target.missing += missingNow;
        target.fellBack += fellBackNow;
        return new ApplyResult(healedNow, missingNow, fellBackNow);
    }

    private static void rekey(Run run, int row, NavigableMap<Object, ModelRow> rows, ModelTable model) {
        if (run.count() != 1) {
            throw new AssertionError("changes of keys come one by one");
        }
        ModelRow old = rows.remove(model.decodeKey(run.before(row)));
        if (old == null && run.makesNoRow()) {
            return;
        }
        ModelRow moved = model.decode(run.row(row), old);
        if (rows.put(moved.key(), moved) != null) {
            throw new AssertionError("a key change meets another row: " + moved.key());
        }
    }

    @Override
    public void close() {}
}
