package io.millrace.pipeline.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.PendingStructure;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.LeftTables;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables of a task that the target does not have: which may be made, and their making. Confined to one thread. */
public final class MissingTables {
    private static final Logger LOG = LoggerFactory.getLogger(MissingTables.class);

    private final TaskSpec task;
    private final Target target;
    private final TaskDirectory directory;

    public MissingTables(TaskSpec task, Target target, TaskDirectory directory) {
        this.task = task;
        this.target = target;
        this.directory = directory;
    }

    /** Tables, by their source's names, of which nothing was loaded yet, or not since they were taken once more: they may be new to the task. */
    public static Set<TableId> fresh(ControlStore control, TaskPlan plan, boolean isNew) {
        Set<TableId> fresh =
                plan.tables().stream().map(table -> table.source().table()).collect(Collectors.toSet());
        if (!isNew) {
            List<LedgerEntry> ledger = control.ledger();
            Set<TableId> left = LeftTables.of(ledger);
            ledger.stream()
                    .filter(entry -> !entry.isEmptied() && !left.contains(entry.source()))
                    .forEach(entry -> fresh.remove(entry.source()));
        }
        return fresh;
    }

    /** A table that was loaded and is not there any more would be made anew, without its rows. */
    public static void requireThere(Preparation found, Set<TableId> fresh) {
        for (TargetTable table : found.targets()) {
            TableId source = table.source().table();
            if (!fresh.contains(source) && !found.states().get(table.name()).exists()) {
                throw new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING,
                        "the target lacks a table that was loaded, or the task gives it another name than then: table="
                                + table.name() + ", source=" + source
                                + ", fix=give it back with its rows, or its name, or remove the task and load anew");
            }
        }
    }

    /** Makes them, and lets those that are there hold what they must by now. */
    public void create(Preparation found) {
        for (TableStructure structure : found.structures()) {
            TargetTable table = structure.table();
            TargetState state = found.states().get(table.name());
            if (state.exists()) {
                if (table.columns().stream().anyMatch(TargetColumn::hasLabels)) {
                    target.widen(table);
                }
                continue;
            }
            if (!task.has(Step.STRUCTURE)) {
                throw new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING, "the target has no such table: table=" + table.name());
            }
            directory.noteMade(table.name());
            target.create(structure);
            LOG.info("created: table={}", table.name());
        }
    }

    /** Where nothing is loaded, what tables get behind their load is made at once. */
    public void makePending() {
        for (StructureItem item : target.pending()) {
            PendingStructure.make(target, item);
        }
    }
}
