package io.millrace.pipeline.statement;

import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.TableOutline;
import io.millrace.writer.Target;
import io.millrace.writer.TargetChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that take each other's names at the target. Before and behind it the same names are there, maybe with the same columns, so
 * they go through names that hold the statement's number (EXACTNESS 29), and that they are there is noted in between:
 *
 * <pre>
 * the intent knows      tables under the names between    after a crash
 * the first names       none                              they go there
 * the first names       all                               that is noted
 * the names between     all                               they go to their last names
 * the names between     none                              done
 * </pre>
 *
 * One instance a statement.
 */
public final class NameCrossing {
    private static final Logger LOG = LoggerFactory.getLogger(NameCrossing.class);

    private final Target target;
    private final DdlRecord begun;
    private final List<TargetChange> away = new ArrayList<>();
    private final List<TargetChange> back = new ArrayList<>();

    public NameCrossing(Target target, DdlRecord begun, List<TargetChange> changes) {
        this.target = target;
        this.begun = begun;
        for (TargetChange change : changes) {
            TargetChange.RenameTable rename = (TargetChange.RenameTable) change;
            TableId between =
                    new TableId(rename.table().namespace(), "millrace_" + begun.ordinal() + "_" + away.size());
            away.add(new TargetChange.RenameTable(rename.table(), between));
            back.add(new TargetChange.RenameTable(between, rename.to()));
        }
    }

    /** Whether one takes the name of another, which has a further one behind it. */
    public static boolean isOne(List<TargetChange> changes) {
        Set<TableId> leaving = changes.stream()
                .filter(TargetChange.RenameTable.class::isInstance)
                .map(TargetChange::table)
                .collect(Collectors.toSet());
        boolean doesCross = changes.stream()
                .anyMatch(change -> change instanceof TargetChange.RenameTable rename && leaving.contains(rename.to()));
        if (doesCross && leaving.size() < changes.size()) {
            throw StatementTranslation.refusal("reason=tables change names with each other, and more than that");
        }
        return doesCross;
    }

    /**
     * Does what is not done.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where some of the tables are neither here nor there
     */
    public void complete() {
        Map<TableId, TableOutline> noted = Outlines.parse(begun.outlines());
        if (!noted.containsKey(back.get(0).table())) {
            if (areThere(back) == 0) {
                rename(away);
            }
            Map<TableId, TableOutline> between = new HashMap<>(noted);
            for (TargetChange change : back) {
                between.put(
                        change.table(),
                        target.outline(change.table())
                                .orElseThrow(() -> StatementTranslation.refusal(
                                        "table=" + change.table() + ", reason=the target has no such table")));
            }
            target.control().note(begun.ordinal(), Outlines.text(between));
        }
        if (areThere(back) > 0) {
            rename(back);
        }
    }

    private void rename(List<TargetChange> changes) {
        if (areThere(changes) < changes.size()) {
            throw StatementTranslation.refusal("table=" + changes.get(0).table()
                    + ", reason=the target's tables are neither as before the statement nor as behind it");
        }
        try {
            target.change(changes);
        } catch (MillraceException e) {
            if (areThere(changes) > 0) {
                throw e;
            }
            // The server was at work for a process that was killed, or the answer was lost.
            LOG.info("names were changed already: {}", begun.place());
        }
    }

    private long areThere(List<TargetChange> changes) {
        return changes.stream()
                .filter(change -> target.outline(change.table()).isPresent())
                .count();
    }
}
