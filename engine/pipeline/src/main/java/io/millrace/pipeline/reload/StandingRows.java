package io.millrace.pipeline.reload;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.pipeline.check.Preparation;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.task.ExistingRows;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that stood in target tables before the task's load, and what becomes of them (decision 0027). A table of which the ledger has
 * anything, of one of its sources, has no such rows any more: what stands there is the task's. Confined to one thread.
 *
 * @param occupied target tables with such rows
 * @param emptied what is emptied: those, and new tables without rows that refer to them, which some servers ask for
 */
public record StandingRows(Set<TableId> occupied, Set<TableId> emptied, List<Finding> findings) {
    private static final Logger LOG = LoggerFactory.getLogger(StandingRows.class);

    /** Looks; changes nothing. */
    public static StandingRows of(TaskSpec task, Preparation found, Collection<LedgerEntry> ledger, Target target) {
        if (!task.has(Step.FULL)) {
            return new StandingRows(Set.of(), Set.of(), List.of());
        }
        Set<TableId> known = ledger.stream().map(LedgerEntry::source).collect(Collectors.toSet());
        Set<TableId> ours = found.targets().stream()
                .filter(table -> known.contains(table.source().table()))
                .map(TargetTable::name)
                .collect(Collectors.toSet());
        Set<TableId> fresh = found.targets().stream()
                .map(TargetTable::name)
                .filter(name -> !ours.contains(name) && found.states().get(name).exists())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<TableId> occupied = fresh.stream()
                .filter(name -> found.states().get(name).hasRows())
                .collect(Collectors.toCollection(TreeSet::new));
        List<Finding> findings = new ArrayList<>();
        Set<TableId> emptied = new TreeSet<>();
        switch (task.target().existingRows()) {
            case ERROR ->
                occupied.forEach(name -> findings.add(refusal(name, "the table holds rows before the load: ")));
            case KEEP -> keep(found, occupied, target, findings);
            case TRUNCATE -> {
                emptied.addAll(occupied);
                empty(emptied, fresh, target, findings);
            }
        }
        return new StandingRows(Set.copyOf(occupied), emptied, List.copyOf(findings));
    }

    private static Finding refusal(TableId table, String what) {
        return new Finding(
                Severity.ERROR,
                ErrorCode.TARGET_ROWS_EXIST,
                table.toString(),
                what + "table=" + table,
                ErrorCode.TARGET_ROWS_EXIST.advice());
    }

    /** A row that stands in a shared table could be one that another of its sources has just brought. */
    private static void keep(Preparation found, Set<TableId> occupied, Target target, List<Finding> findings) {
        found.targets().stream()
                .filter(TargetTable::isShared)
                .map(TargetTable::name)
                .distinct()
                .forEach(name -> findings.add(refusal(
                        name,
                        "source tables share the target, so that rows which stood there cannot be told from theirs:"
                                + " existing_rows=keep, ")));
        for (TableId name : occupied) {
            findings.add(new Finding(
                    Severity.WARNING,
                    ErrorCode.TARGET_ROWS_EXIST,
                    name.toString(),
                    "rows that stand in the table stay, and are written over where the source has their key: table="
                            + name + ", rows=" + about(target, name),
                    "existing_rows: truncate removes them"));
        }
    }

    private static void empty(Set<TableId> emptied, Set<TableId> fresh, Target target, List<Finding> findings) {
        if (emptied.isEmpty()) {
            return;
        }
        for (TableId name : emptied) {
            findings.add(new Finding(
                    Severity.WARNING,
                    ErrorCode.TARGET_ROWS_EXIST,
                    name.toString(),
                    "all rows of the table are removed before its load: table=" + name + ", rows="
                            + about(target, name),
                    "existing_rows: keep leaves them"));
        }
        Set<TableId> referring = target.referring(emptied);
        while (fresh.containsAll(referring) && emptied.addAll(referring)) {
            referring = target.referring(emptied);
        }
        if (!referring.isEmpty()) {
            findings.add(new Finding(
                    Severity.ERROR,
                    ErrorCode.TARGET_ROWS_EXIST,
                    "target",
                    "foreign keys of other tables refer to rows that would be removed: tables=" + emptied
                            + ", referring=" + referring,
                    "drop those keys, or remove the rows yourself"));
        }
    }

    private static String about(Target target, TableId table) {
        long rows = target.estimatedRows(table);
        return rows < 0 ? "unknown" : "about " + rows;
    }

    /** The statements that {@link #empty} would run. */
    public List<String> statements(Target target) {
        return emptied.isEmpty() ? List.of() : target.emptying(emptied);
    }

    /**
     * Empties what is to be emptied, and notes that in the ledger with it. From there on rows that stand in those tables are the task's.
     *
     * @param at where lanes stand, which none of them has left yet
     */
    public void empty(Preparation found, ControlStore control, SourcePosition at, long epoch) {
        if (emptied.isEmpty()) {
            return;
        }
        List<LedgerEntry> noted = found.targets().stream()
                .filter(table -> emptied.contains(table.name()))
                .map(table -> new LedgerEntry(
                        table.source().table(), LedgerEntry.EMPTIED, Optional.empty(), Optional.empty(), at, "", 0))
                .toList();
        LOG.warn("removes the rows that stand in target tables: tables={}", emptied);
        control.empty(emptied, noted, epoch);
        LOG.info("emptied: tables={}", emptied);
    }

    /** Whether chunks write over what they meet. Where every change is a row there are no keys to meet. */
    public static boolean mayStand(TaskSpec task) {
        return task.target().existingRows() == ExistingRows.KEEP
                && !task.target().isAppend();
    }
}
