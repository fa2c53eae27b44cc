package io.millrace.pipeline.reload;

import io.millrace.load.LoadLedger;
import io.millrace.load.LoadView;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.check.Preparation;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables whose load begins anew, because the source makes other ones of them meanwhile: a chunk that was read behind a statement holds
 * what it left, and one that is read by the columns of before cannot be read any more. What was loaded of them is forgotten, with their
 * rows; lanes carry the statement out on a table without rows, and drop its changes until they have; then it is loaded. Confined to the
 * supervisor.
 */
public final class RedoneLoads {
    private static final Logger LOG = LoggerFactory.getLogger(RedoneLoads.class);

    private final TaskSpec task;
    private final Set<TableId> asked = new HashSet<>();

    public RedoneLoads(TaskSpec task) {
        this.task = task;
    }

    /**
     * Whether loads can begin anew: the source tells of each statement, and what it has sent can be waited for until every snapshot shows it.
     * Where positions are file offsets, a server sends transactions before it shows them, and tells nobody which.
     */
    public boolean arePossible(Source source, List<SourcePosition> lanes) {
        return lanes.stream().noneMatch(BinlogPosition.class::isInstance)
                && source.tellsOfStatements(Preparation.request(task, task.tables()));
    }

    /** Asks for it. Returns whether nobody has before, since the last statement. */
    public boolean add(TableId table) {
        return asked.add(table);
    }

    /** A statement was carried out: what follows is judged anew. */
    public void clear() {
        asked.clear();
    }

    /** Tables of which nothing is loaded before lanes have passed what was done to them: those that are asked for, and these. */
    public Set<TableId> held(Set<TableId> ahead) {
        Set<TableId> all = new HashSet<>(asked);
        all.addAll(ahead);
        return all;
    }

    /** Whether a table's load can begin anew: all its rows came from there, and none of another's load. */
    public static boolean isPossible(TaskSpec task, TaskPlan plan, TablePlan table) {
        return !table.isGrouped()
                && !StandingRows.mayStand(task)
                && !task.target().isAppend()
                && plan.tables().stream()
                                .filter(other -> other.target()
                                        .name()
                                        .equals(table.target().name()))
                                .count()
                        == 1;
    }

    /**
     * Undoes loads, and says of which tables. The task is ours, and no lane runs.
     *
     * @param lanes where they stand
     * @param ahead tables that are another one at the source than in the lanes' rows: whose chunks that are left cannot be read
     * @param spared targets that have rows of other tables, too, which stay
     */
    public Set<TableId> undo(
            ControlStore control, TaskPlan plan, List<Checkpoint> lanes, Set<TableId> ahead, Set<TableId> spared) {
        if (asked.isEmpty() && ahead.isEmpty()) {
            return Set.of();
        }
        List<LedgerEntry> entries = control.ledger();
        LoadLedger ledger = LoadLedger.of(plan, entries, true);
        LoadView view = ledger.view();
        Map<TableId, TableId> undone = new HashMap<>();
        for (TablePlan table : plan.tables()) {
            TableId source = table.source().table();
            boolean isBegun = entries.stream().anyMatch(entry -> entry.source().equals(source));
            boolean isDue = asked.contains(source)
                    ? lanes.stream().anyMatch(lane -> !isPassed(view, table, lane.position()))
                    : ahead.contains(source) && !ledger.isComplete(source);
            boolean isSpared = spared.contains(table.target().name());
            if (isBegun && isDue && !isSpared && isPossible(task, plan, table)) {
                undone.put(source, table.target().name());
            }
        }
        if (!undone.isEmpty()) {
            LOG.info("loads begin anew behind statements of the source: tables={}", undone.keySet());
            control.undoLoads(undone, lanes);
        }
        return undone.keySet();
    }

    private static boolean isPassed(LoadView view, TablePlan table, SourcePosition place) {
        return view.isPassed(table.number(), place);
    }
}
