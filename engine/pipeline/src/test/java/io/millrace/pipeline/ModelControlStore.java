package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.LeftRows;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checkpoints, ledger and statements of a model target. */
final class ModelControlStore implements ControlStore {
    private final ModelTarget target;

    ModelControlStore(ModelTarget target) {
        this.target = target;
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return List.copyOf(target.checkpoints);
    }

    @Override
    public void prepare() {}

    @Override
    public List<Checkpoint> takeOver() {
        target.mayFailOpening(false);
        target.checkpoints.replaceAll(each -> withEpoch(each, each.epoch() + 1));
        target.mayFailOpening(true);
        return List.copyOf(target.checkpoints);
    }

    @Override
    public void replace(List<Checkpoint> expected, List<Checkpoint> next) {
        if (!expected.equals(target.checkpoints)) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "other checkpoints stand here");
        }
        target.checkpoints.clear();
        target.checkpoints.addAll(next);
    }

    @Override
    public List<LedgerEntry> ledger() {
        target.mayFail(false);
        return List.copyOf(target.ledger);
    }

    @Override
    public void empty(Collection<TableId> names, Collection<LedgerEntry> noted, long epoch) {
        target.mayFailOpening(false);
        requireEpoch(epoch);
        names.forEach(name -> target.tables.get(name).clear());
        target.ledger.addAll(noted);
        target.mayFailOpening(true);
    }

    @Override
    public boolean request(Collection<LedgerEntry> entries) {
        boolean isThere = entries.stream()
                .anyMatch(entry -> target.ledger.stream()
                        .anyMatch(each ->
                                each.number() == entry.number() && each.source().equals(entry.source())));
        return !isThere && target.ledger.addAll(entries);
    }

    @Override
    public void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch) {
        target.mayFailOpening(false);
        requireEpoch(epoch);
        target.ledger.removeIf(entry -> sources.contains(entry.source()));
        target.ledger.addAll(next);
        target.mayFailOpening(true);
    }

    @Override
    public void leave(Collection<LedgerEntry> left, long epoch) {
        target.mayFailOpening(false);
        requireEpoch(epoch);
        left.forEach(mark -> {
            target.ledger.removeIf(entry -> entry.source().equals(mark.source()));
            target.followed.remove(mark.source());
        });
        target.ledger.addAll(left);
        target.mayFailOpening(true);
    }

    private void requireEpoch(long epoch) {
        if (target.checkpoints.stream().anyMatch(each -> each.epoch() != epoch)) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "another epoch stands here");
        }
    }

    @Override
    public void endLoad(SourcePosition end, long epoch) {
        target.mayFail(false);
        requireEpoch(epoch);
        target.ledger.removeIf(LedgerEntry::isReload);
        Set<TableId> ended = new HashSet<>();
        target.ledger.stream().filter(LedgerEntry::isEnd).forEach(entry -> ended.add(entry.source()));
        for (LedgerEntry entry : List.copyOf(target.ledger)) {
            if (ended.add(entry.source())) {
                target.ledger.add(new LedgerEntry(
                        entry.source(), LedgerEntry.END, Optional.empty(), Optional.empty(), end, "", 0));
            }
        }
        target.mayFail(true);
    }

    @Override
    public List<FollowedTable> followed() {
        return List.copyOf(target.followed.values());
    }

    @Override
    public void keep(Collection<FollowedTable> kept) {
        kept.forEach(table -> target.followed.put(table.table(), table));
    }

    @Override
    public void begin(Collection<FollowedTable> tables) {
        target.followed.clear();
        keep(tables);
    }

    @Override
    public List<LeftRows> leftRows() {
        return List.of();
    }

    @Override
    public Optional<DdlRecord> newestStatement() {
        return target.ddl.isEmpty() ? Optional.empty() : Optional.of(target.ddl.get(target.ddl.size() - 1));
    }

    @Override
    public List<DdlRecord> statements() {
        return List.copyOf(target.ddl);
    }

    @Override
    public void begin(DdlRecord intent, List<Checkpoint> expected) {
        if (!expected.equals(target.checkpoints)) {
            throw new MillraceException(ErrorCode.TARGET_FENCED, "other checkpoints stand here");
        }
        target.ddl.add(intent);
    }

    @Override
    public void end(
            DdlRecord ended,
            Collection<FollowedTable> kept,
            Collection<TableId> gone,
            Map<TableId, TableId> renamed,
            Collection<LeftRows> left) {
        throw new AssertionError("no statement is carried out here");
    }

    @Override
    public void undoLoads(Map<TableId, TableId> undone, List<Checkpoint> expected) {
        throw new AssertionError("no load is undone here");
    }

    @Override
    public void note(long ordinal, String outlines) {
        throw new AssertionError("no statement is carried out here");
    }

    @Override
    public void move(long ordinal, DdlRecord.At at) {
        throw new AssertionError("no statement is carried out here");
    }

    @Override
    public void remove() {
        target.checkpoints.clear();
        target.ledger.clear();
        target.followed.clear();
        target.ddl.clear();
    }

    private static Checkpoint withEpoch(Checkpoint of, long epoch) {
        return new Checkpoint(
                of.lane(),
                of.laneCount(),
                of.layoutVersion(),
                epoch,
                of.logId(),
                of.logIndex(),
                of.position(),
                of.lastTransaction(),
                of.rowsIntoTransaction(),
                of.counters());
    }
}
