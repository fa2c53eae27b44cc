package io.millrace.lane.table;

import io.millrace.load.LoadView;
import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.wal.ChainSink;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * The tables of which a lane has not passed the load's end, by where that is, as far as it is known. Tables that were added later have
 * another one. Confined to a lane; asked once a transaction at most, and only while an end lies ahead.
 */
public final class LoadEnds {
    private final List<TableBinding> tables = new ArrayList<>();
    private final List<End> known = new ArrayList<>();
    private final Supplier<List<ChainSink.Prepared>> prepared;
    private final BitSet reached = new BitSet();
    private int knownCount;

    private record End(SourcePosition position, List<TableBinding> tables) {}

    public LoadEnds(Supplier<List<ChainSink.Prepared>> prepared) {
        this.prepared = prepared;
    }

    public void await(TableBinding table) {
        table.load().await();
        tables.add(table);
    }

    /** Whether every end is passed, or there was none. */
    public boolean areAllPassed() {
        return tables.isEmpty();
    }

    public void view(LoadView view) {
        if (view.endCount() == knownCount) {
            return;
        }
        knownCount = view.endCount();
        known.clear();
        for (TableBinding table : tables) {
            view.end(table.plan().number()).ifPresent(end -> of(end).add(table));
        }
    }

    private List<TableBinding> of(SourcePosition position) {
        for (End end : known) {
            if (end.position().equals(position)) {
                return end.tables();
            }
        }
        known.add(new End(position, new ArrayList<>()));
        return known.get(known.size() - 1).tables();
    }

    /** Rows of tables that are joined are of one run: they pass their ends together, with the last of them. */
    private void reach(TableBinding table, List<TableBinding> passed) {
        if (!table.isJoined()) {
            passed.add(table);
            return;
        }
        reached.set(table.plan().number());
        List<TableBinding> group = tables.stream()
                .filter(each -> table.hasTargetOf(each.plan().number()))
                .toList();
        if (!passed.containsAll(group)
                && group.stream().allMatch(each -> reached.get(each.plan().number()))) {
            passed.addAll(group);
        }
    }

    /** Whether a place lies behind another. What is prepared counts as passed. */
    public boolean isBehind(SourcePosition position, SourcePosition goal) {
        return Positions.coversButPrepared(position, goal, prepared.get());
    }

    /** The tables whose end lies before a place, each once. What is prepared counts as passed. */
    public List<TableBinding> pass(SourcePosition position) {
        if (known.isEmpty()) {
            return List.of();
        }
        List<TableBinding> passed = new ArrayList<>();
        known.removeIf(end -> {
            boolean isPassed = Positions.coversButPrepared(position, end.position(), prepared.get());
            if (isPassed) {
                end.tables().forEach(table -> reach(table, passed));
            }
            return isPassed;
        });
        if (!passed.isEmpty()) {
            passed.forEach(table -> table.load().pass());
            tables.removeIf(table -> table.load().isPassed());
        }
        return passed;
    }
}
