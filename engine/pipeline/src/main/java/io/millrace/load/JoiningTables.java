package io.millrace.load;

import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Tables of which nothing is loaded, and whose target holds what others brought: loaded whole, those of one target in one chunk, once everything
 * else is, while lanes stand at the snapshot's place (decision 0045). Guarded by the {@link LoadBoard} once that is made.
 */
final class JoiningTables {
    private final List<TableProgress> tables = new ArrayList<>();
    private final List<TableProgress> all;
    private final boolean isHeldFromBegin;
    private JoinHold hold;
    private int holds;
    private boolean isPutOff;

    /**
     * None yet.
     *
     * @param all tables of the load
     * @param isHeldFromBegin whether lanes stand from the session's beginning on: where no watermark proves what they have passed
     */
    JoiningTables(List<TableProgress> all, boolean isHeldFromBegin) {
        this.all = all;
        this.isHeldFromBegin = isHeldFromBegin;
    }

    void add(TableProgress table) {
        table.join();
        tables.add(table);
    }

    List<TableProgress> tables() {
        return tables;
    }

    /** The tables that are one chunk with one, it included, parents before children where they refer to each other. */
    List<TableProgress> together(TableProgress table, List<TableProgress> inGroups) {
        TablePlan plan = table.plan();
        List<TableProgress> from = plan.isGrouped() ? inGroups : tables;
        return from.stream()
                .filter(TableProgress::isJoining)
                .filter(each -> each.plan().target().name().equals(plan.target().name()))
                .toList();
    }

    /** They wait for a later session, as does one that must not be read before a statement: lanes must come to it. */
    void putOff() {
        if (!tables.isEmpty()) {
            isPutOff = true;
            tables.forEach(TableProgress::putOff);
        }
    }

    /** Whether it is their turn: nothing else is to be loaded, or is being loaded. */
    boolean mayBegin() {
        return !isPutOff && all.stream().allMatch(each -> each.isJoining() ? !each.isBegun() : each.isComplete());
    }

    /** Their chunk is open: lanes stand. */
    void begin(List<TableProgress> chunk) {
        hold = new JoinHold(++holds, numbers(chunk), Optional.empty());
    }

    /** Their snapshot is: lanes go on to it. */
    JoinHold opened(SourcePosition watermark) {
        hold = hold.at(++holds, watermark);
        return hold;
    }

    /** A chunk of theirs is committed. */
    void done() {
        hold = null;
    }

    /** Where lanes stand; null where they need not. */
    JoinHold hold() {
        List<TableProgress> left =
                tables.stream().filter(each -> !each.isComplete()).toList();
        if (hold == null && isHeldFromBegin && !isPutOff && !left.isEmpty()) {
            begin(left);
        }
        return hold;
    }

    private static BitSet numbers(List<TableProgress> tables) {
        BitSet numbers = new BitSet();
        tables.forEach(each -> numbers.set(each.plan().number()));
        return numbers;
    }
}
