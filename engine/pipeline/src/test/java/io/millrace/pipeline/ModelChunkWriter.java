package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Refusal;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Predicate;

/** Chunks of a load into a model target: nothing is there before the commit. */
final class ModelChunkWriter implements ChunkWriter {
    private final ModelTarget target;
    private boolean doesOverwrite;
    private List<TargetTable> replaced = List.of();
    private Predicate<Object> isReplaced = key -> true;
    private List<TargetTable> removing = List.of();
    private final List<ModelRow> rows = new ArrayList<>();
    private final List<ModelTarget.Appended> loaded = new ArrayList<>();
    private final List<Loaded> earlier = new ArrayList<>();
    private TargetTable table;
    private RowRefusals refusals;
    private int number;

    ModelChunkWriter(ModelTarget target) {
        this.target = target;
    }

    /** A table of a group that is not committed yet. */
    private record Loaded(LedgerEntry entry, TargetTable table, List<ModelRow> rows) {}

    @Override
    public void leaveOut(RowRefusals some) {
        refusals = some;
    }

    @Override
    public void overwrite() {
        doesOverwrite = true;
    }

    @Override
    public void replace(List<TargetTable> some, Optional<KeyBound> lower, Optional<KeyBound> upper) {
        replaced = some;
        ModelTable model = target.models.get(some.get(0).source().table());
        isReplaced = key -> lower.map(end -> (Long) key > (Long) model.decodeKey(end.wrap(new ImageFlyweight())))
                        .orElse(true)
                && upper.map(end -> (Long) key <= (Long) model.decodeKey(end.wrap(new ImageFlyweight())))
                        .orElse(true);
    }

    @Override
    public void begin(TargetTable first) {
        target.mayFail(false);
        removing = replaced;
        replaced = List.of();
        table = first;
        rows.clear();
        loaded.clear();
        earlier.clear();
    }

    @Override
    public void row(ImageFlyweight image) {
        target.mayFail(false);
        if (table.key().isEmpty()) {
            loaded.add(ModelTarget.appended(target.models.get(table.source().table()), image));
            return;
        }
        ModelRow row = target.models.get(table.source().table()).decode(image);
        if (!target.refuses.test(row)) {
            rows.add(row);
        } else if (refusals != null) {
            refusals.refuse(number++, image, new Refusal("22001", "22001", "sqlstate=22001"));
        } else {
            throw new MillraceException(ErrorCode.DIRTY_LIMIT, "a row of a chunk cannot be written");
        }
    }

    @Override
    public void proceed(LedgerEntry done, TargetTable next) {
        target.mayFail(false);
        earlier.add(new Loaded(done, table, List.copyOf(rows)));
        table = next;
        rows.clear();
    }

    @Override
    public void commit(LedgerEntry entry, long epoch) {
        target.mayFail(false);
        if (number > 0 && target.dirtyChunksCut > 0) {
            target.dirtyChunksCut--;
            throw new MillraceException(ErrorCode.TARGET_UNREACHABLE, "cut before a chunk's commit");
        }
        if (target.checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
        }
        removing.forEach(each -> target.tables.get(each.name()).keySet().removeIf(isReplaced));
        for (Loaded each : earlier) {
            commit(each.entry(), epoch, each.table(), each.rows());
        }
        commit(entry, epoch, table, rows);
        earlier.clear();
        target.mayFail(true);
    }

    private void commit(LedgerEntry entry, long epoch, TargetTable table, List<ModelRow> rows) {
        if (target.checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
        }
        if (target.ledger.stream()
                .anyMatch(each -> each.source().equals(entry.source()) && each.number() == entry.number())) {
            throw new MillraceException(ErrorCode.TARGET_FAILED, "a chunk twice");
        }
        target.appended.addAll(loaded);
        NavigableMap<Object, ModelRow> there = target.tables.get(table.name());
        for (ModelRow row : rows) {
            if (there.put(row.key(), row) != null && !doesOverwrite) {
                throw new AssertionError("a chunk's row is there already: key=" + row.key());
            }
        }
        target.ledger.add(entry);
    }

    @Override
    public void rollback() {}

    @Override
    public void close() {}
}
