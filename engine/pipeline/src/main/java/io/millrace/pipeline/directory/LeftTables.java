package io.millrace.pipeline.directory;

import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that a task took and takes no more. What happens to them meanwhile nobody follows, so what was loaded of them is not worth
 * anything once they are taken again: in its place the ledger has a wish that they be loaded again, which is taken up then ({@code Reloads}).
 */
public final class LeftTables {
    private static final Logger LOG = LoggerFactory.getLogger(LeftTables.class);

    private LeftTables() {}

    /** Notes those that the task's file leaves out from now on. The task is ours, and no lane runs. */
    public static void note(TaskSpec task, ControlStore control, SourcePosition at, long epoch) {
        List<LedgerEntry> entries = control.ledger();
        Set<TableId> known = of(entries);
        List<LedgerEntry> left = entries.stream()
                .map(LedgerEntry::source)
                .distinct()
                .filter(table -> !task.tables().isSelected(table) && !known.contains(table))
                .map(table ->
                        new LedgerEntry(table, LedgerEntry.REQUESTED, Optional.empty(), Optional.empty(), at, "", 0))
                .toList();
        if (!left.isEmpty()) {
            control.leave(left, epoch);
            LOG.info(
                    "tables are taken no more; they stay as they are, and are loaded again if they are taken once more: tables={}",
                    left.stream().map(LedgerEntry::source).toList());
        }
    }

    /** Of which a ledger has the wish, and nothing that was loaded. */
    public static Set<TableId> of(Collection<LedgerEntry> ledger) {
        Set<TableId> left = ledger.stream()
                .filter(LedgerEntry::isRequest)
                .map(LedgerEntry::source)
                .collect(Collectors.toSet());
        ledger.stream().filter(LedgerEntry::isChunk).forEach(entry -> left.remove(entry.source()));
        return left;
    }
}
