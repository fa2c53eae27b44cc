package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.Positions;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.wal.ChainSink;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.TargetColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * What is loaded of all tables, taken from the target's ledger, and the views that follow from it. Guarded by the
 * {@link LoadBoard} once that is made.
 */
public final class LoadLedger {
    private final List<TableProgress> tables = new ArrayList<>();
    private final List<TableProgress> inGroups = new ArrayList<>();
    private final Map<TableProgress, List<TableProgress>> joined = new HashMap<>();
    private final Map<TablePlan, LoadRest> again = new HashMap<>();
    private final boolean doesDrop;
    private final boolean mayJoin;
    private final JoiningTables joining;
    private SourcePosition[] ends = new SourcePosition[0];
    private Settling settling;
    private long version;

    private LoadLedger(boolean doesDrop, boolean mayJoin) {
        this.doesDrop = doesDrop;
        this.mayJoin = mayJoin;
        joining = new JoiningTables(tables, !doesDrop);
    }

    /**
     * Reads a ledger.
     *
     * @param doesDrop whether changes of pending chunks are left out: not where positions are file offsets, of which no
     *     watermark ever contains those of the newest file
     * @throws MillraceException with SCHEMA_MISMATCH where a table was loaded with another shape (EXACTNESS 41)
     */
    public static LoadLedger of(TaskPlan plan, List<LedgerEntry> entries, boolean doesDrop) {
        return of(plan, entries, doesDrop, true, table -> false);
    }

    /**
     * The same where tables may be loaded again.
     *
     * @param mayJoin whether tables can join others that are loaded: the source tells exactly what a snapshot shows, and lanes follow it
     * @param isOrdered whether a range of a table's key is the same at the target: else one that is loaded again is one chunk
     */
    public static LoadLedger of(
            TaskPlan plan,
            List<LedgerEntry> entries,
            boolean doesDrop,
            boolean mayJoin,
            Predicate<TablePlan> isOrdered) {
        LoadLedger ledger = new LoadLedger(doesDrop, mayJoin);
        Set<TableId> again = entries.stream()
                .filter(LedgerEntry::isReload)
                .map(LedgerEntry::source)
                .collect(Collectors.toSet());
        Map<TableId, List<LedgerEntry>> loaded =
                entries.stream().filter(LedgerEntry::isChunk).collect(Collectors.groupingBy(LedgerEntry::source));
        for (TablePlan table : plan.tables()) {
            TableProgress progress = new TableProgress(table);
            if (again.contains(table.source().table())) {
                progress.reload(isOrdered.test(table));
            }
            List<LedgerEntry> chunks = loaded.getOrDefault(table.source().table(), List.of()).stream()
                    .sorted(Comparator.comparingInt(LedgerEntry::number))
                    .toList();
            chunks.forEach(progress::resume);
            if (progress.isReloading()) {
                ledger.again.put(table, LoadRest.of(chunks));
            }
            if (!progress.isComplete()) {
                chunks.forEach(entry -> requireShape(table, entry)); // else a statement has changed it since
            }
            ledger.tables.add(progress);
        }
        Map<TableId, List<TableProgress>> byTarget = ledger.tables.stream()
                .collect(Collectors.groupingBy(table -> table.plan().target().name()));
        plan.loadOrder().forEach(name -> ledger.inGroups.addAll(byTarget.getOrDefault(name, List.of())));
        ledger.requireWholeGroups();
        ledger.join();
        ledger.ends(entries);
        return ledger;
    }

    /**
     * Tables that are loaded together are there together: else some were loaded when nothing tied them yet, or others have come to their target
     * since, which join them.
     */
    private void requireWholeGroups() {
        for (TableProgress table : inGroups) {
            List<TableProgress> group = groupOf(table);
            boolean isBegun = group.stream().anyMatch(each -> each.chunks().doneCount() > 0);
            boolean isOfOneTarget = group.stream()
                            .map(each -> each.plan().target().name())
                            .distinct()
                            .count()
                    == 1;
            boolean doOthersJoin = mayJoin
                    && isOfOneTarget
                    && group.stream()
                            .allMatch(each -> each.isComplete() || each.chunks().count() == 0);
            if (isBegun && doOthersJoin) {
                if (!table.isComplete()) {
                    joining.add(table);
                }
            } else if (isBegun && !group.stream().allMatch(TableProgress::isComplete)) {
                throw new MillraceException(
                        ErrorCode.SCHEMA_MISMATCH,
                        "tables that are to be loaded together were begun apart: table="
                                + table.plan().source().table());
            }
        }
    }

    /**
     * Tables that share a target are loaded range by range, all of them in one chunk: under one snapshot a row that goes from one to another is
     * in one of them, and its changes are judged alike (decision 0033). Those that an earlier run has loaded apart stay apart; of which nothing
     * is loaded, while others are, join them (decision 0045). Where every change is a row, they have nothing in common.
     */
    private void join() {
        Map<List<Object>, List<TableProgress>> alike = new LinkedHashMap<>();
        for (TableProgress table : tables) {
            if (table.plan().isJoined() && !table.plan().isGrouped()) {
                List<Object> place =
                        List.of(table.plan().target().name(), table.chunks().ranges());
                alike.computeIfAbsent(place, key -> new ArrayList<>()).add(table);
            }
        }
        alike.values().forEach(members -> members.forEach(member -> joined.put(member, members)));
        if (mayJoin) {
            apart().stream().filter(table -> table.chunks().count() == 0).forEach(joining::add);
        }
    }

    /** Tables that are yet to be loaded, beside others that share their target and are begun. */
    List<TableProgress> apart() {
        return tables.stream()
                .filter(table -> joined.containsKey(table) && !table.isComplete() && !table.isJoining())
                .filter(table -> !table.plan().policies().appends())
                .filter(table -> joined.entrySet().stream()
                        .anyMatch(other -> other.getKey().chunks().count() > 0
                                && !joined.get(table).contains(other.getKey())
                                && other.getKey()
                                        .plan()
                                        .target()
                                        .name()
                                        .equals(table.plan().target().name())))
                .toList();
    }

    JoiningTables joining() {
        return joining;
    }

    /** The tables whose chunks are one chunk, the table included. */
    List<TableProgress> together(TableProgress table) {
        if (table.isJoining()) {
            return joining.together(table, inGroups);
        }
        return table.plan().isGrouped() ? groupOf(table) : joined.getOrDefault(table, List.of(table));
    }

    /** The tables that are loaded with one, it included, parents before children. */
    private List<TableProgress> groupOf(TableProgress table) {
        return inGroups.stream()
                .filter(each -> each.plan().loadGroup() == table.plan().loadGroup())
                .toList();
    }

    private static void requireShape(TablePlan table, LedgerEntry entry) {
        if (!entry.shape().equals(shape(table))) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "the table changed its shape within its load: table="
                            + table.source().table() + ", chunk=" + entry.number());
        }
    }

    /** A digest of the columns and types that chunks are read with, and of what becomes of their rows. */
    public static String shape(TablePlan table) {
        CRC32 crc = new CRC32();
        for (TargetColumn column : table.target().columns()) {
            String text = column.name()
                    + ' '
                    + column.sqlType()
                    + ' '
                    + table.shape().columns().get(column.sourceColumn()).name()
                    + ' '
                    + table.shape().columns().get(column.sourceColumn()).type()
                    + ';';
            crc.update(text.getBytes(StandardCharsets.UTF_8));
        }
        table.transform().ifPresent(rows -> crc.update(rows.text().getBytes(StandardCharsets.UTF_8)));
        return Long.toHexString(crc.getValue());
    }

    /** Whether all is loaded, and every lane's position lies behind it. */
    public boolean isBehind(List<SourcePosition> positions, List<ChainSink.Prepared> prepared) {
        return isComplete() && positions.stream().allMatch(each -> isPassed(each, prepared));
    }

    /** Whether all of one table is loaded, by its source's name. */
    public boolean isComplete(TableId source) {
        return tables.stream()
                .filter(table -> table.plan().source().table().equals(source))
                .allMatch(TableProgress::isComplete);
    }

    public boolean isComplete() {
        return tables.stream().allMatch(TableProgress::isComplete);
    }

    /** Whether it is known, for good, where each table's load ends. */
    boolean isEnded() {
        for (SourcePosition end : ends) {
            if (end == null) {
                return false;
            }
        }
        return true;
    }

    /** Every chunk is committed, or rows were read again since: lanes shall come to where the source is. */
    Settling settle(SourcePosition committed) {
        settling = settling == null
                ? new Settling(1, committed, committed)
                : new Settling(settling.number() + 1, settling.chunksEnd(), committed);
        return settling;
    }

    /** Takes over where the loads of tables ended. */
    void ends(List<LedgerEntry> entries) {
        Map<TableId, SourcePosition> known = new HashMap<>();
        entries.stream().filter(LedgerEntry::isEnd).forEach(entry -> known.put(entry.source(), entry.watermark()));
        SourcePosition[] next = new SourcePosition[tables.size()];
        for (int i = 0; i < next.length; i++) {
            next[i] = known.get(tables.get(i).plan().source().table());
        }
        ends = next;
    }

    /** Whether a place lies behind the ends of all tables' loads; what is prepared there counts as passed. */
    public boolean isPassed(SourcePosition position, List<ChainSink.Prepared> prepared) {
        if (!isEnded()) {
            return false;
        }
        for (SourcePosition end : ends) {
            if (!Positions.coversButPrepared(position, end, prepared)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tables of which nothing is read yet, and which are not at the source what their rows in the stream are: they are loaded by a later
     * session, once lanes have passed what was done to them. Their changes are left out until then, so that lanes do not wait for it: what is
     * opened before a session's first chunk shows every transaction that the log had committed by then. Before the first view.
     */
    public void hold(Set<TableId> sources) {
        tables.stream()
                .filter(table -> sources.contains(table.plan().source().table()))
                .forEach(TableProgress::hold);
        if (!sources.isEmpty()) {
            joining.putOff();
        }
    }

    /** What is left of tables that are loaded again. */
    public Map<TablePlan, LoadRest> again() {
        return Collections.unmodifiableMap(again);
    }

    /** How the load stands. */
    public LoadView view() {
        TableView[] views = new TableView[tables.size()];
        for (int i = 0; i < views.length; i++) {
            views[i] = tables.get(i).view();
        }
        return new LoadView(++version, views, doesDrop, ends, joining.hold(), settling);
    }

    List<TableProgress> tables() {
        return tables;
    }

    /** Whether changes of pending chunks are left out. */
    public boolean doesDrop() {
        return doesDrop;
    }
}
