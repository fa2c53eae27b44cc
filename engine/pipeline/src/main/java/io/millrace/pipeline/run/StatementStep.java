package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.pipeline.statement.ColumnCrossing;
import io.millrace.pipeline.statement.MetStatement;
import io.millrace.pipeline.statement.NameCrossing;
import io.millrace.pipeline.statement.Outlines;
import io.millrace.pipeline.statement.StatementPlace;
import io.millrace.pipeline.statement.StatementPlan;
import io.millrace.pipeline.statement.StatementTranslation;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.DdlPolicy;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import io.millrace.writer.TableOutline;
import io.millrace.writer.Target;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a statement of the source out at the target, once, whatever ends the process in between (EXACTNESS 29).
 *
 * <pre>
 * step     committed at the target                                     after a crash behind it
 * begin    intent: the statement, where lanes stand, tables before it  tables are looked at: as before: it runs; as behind it: done;
 *                                                                      otherwise the task stops, and a person decides
 * change   the tables                                                  as above
 * end      applied, and the shapes of the source's tables from there   lanes that stand there still pass the statement
 * </pre>
 *
 * Confined to one thread, while no lane runs.
 */
public final class StatementStep {
    private static final Logger LOG = LoggerFactory.getLogger(StatementStep.class);

    /** In the place of a policy: a person has passed it. */
    private static final String SKIP = "skip";

    private final TaskSpec task;
    private final Target target;
    private List<FollowedTable> followed = List.of();
    private List<LeftRows> left = List.of();
    private final Set<String> skipped = new HashSet<>();

    public StatementStep(TaskSpec task, Target target) {
        this.task = task;
        this.target = target;
    }

    /** A person asks to pass the statement at that place. */
    public void skip(String place) {
        skipped.add(place);
    }

    /** The places that a person asks to pass. */
    public Set<String> skipped() {
        return Set.copyOf(skipped);
    }

    private boolean isSkipped(DdlEvent event) {
        return skipped.contains(StatementPlace.of(event));
    }

    /**
     * Asks no server.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where the statement has no counterpart
     */
    public void require(DdlEvent event) {
        StatementPlan plan = planned(event, followed, left, isSkipped(event));
        explained(event, () -> NameCrossing.isOne(plan.changes()) ? List.of() : target.changing(plan.changes()));
    }

    /** The task's tables where its lanes stand, and rows of those that are the task's no more. */
    public void follow(List<FollowedTable> tables, List<LeftRows> rows) {
        followed = List.copyOf(tables);
        left = List.copyOf(rows);
    }

    /** Notes what is about to be done. */
    public void begin(MetStatement met) {
        DdlEvent event = met.event();
        ControlStore control = target.control();
        Optional<DdlRecord> newest = control.newestStatement();
        Checkpoint at = met.checkpoints().get(0);
        if (newest.filter(last -> last.outcome() == DdlRecord.Outcome.INTENT).isPresent()) {
            if (isAt(newest.get(), at, met.number())) {
                return; // its commit was cut behind
            }
            throw new MillraceException(
                    ErrorCode.INVARIANT, "a statement is begun while another is not done: " + event.describe());
        }
        if (!Session.haveMet(met.checkpoints())) {
            throw new MillraceException(
                    ErrorCode.INVARIANT, "lanes do not stand at one place before a statement: " + event.describe());
        }
        boolean isSkipped = isSkipped(event);
        StatementPlan plan = planned(event, control.followed(), control.leftRows(), isSkipped);
        List<TargetChange> changes = plan.changes();
        Map<TableId, TableOutline> outlines = outlines(changes);
        requireNoneThere(event, changes, outlines);
        target.obstacle(changes).ifPresent(why -> {
            throw refused(event, why);
        });
        control.begin(
                new DdlRecord(
                        newest.map(DdlRecord::ordinal).orElse(0L) + 1,
                        event.place(),
                        event.verb(),
                        event.effects().stream()
                                .map(effect -> effect.table().toString())
                                .collect(Collectors.joining(" ")),
                        isSkipped ? SKIP : policies(plan),
                        DdlRecord.Outcome.INTENT,
                        new DdlRecord.At(
                                at.logId(),
                                at.logIndex(),
                                at.position().text(),
                                at.rowsIntoTransaction(),
                                met.number()),
                        event,
                        Outlines.text(outlines)),
                met.checkpoints());
    }

    private static String policies(StatementPlan plan) {
        return plan.policies().stream().map(DdlPolicy::text).sorted().collect(Collectors.joining(" "));
    }

    private static boolean isAt(DdlRecord last, Checkpoint at, int number) {
        return last.at().logId().equals(at.logId())
                && last.at().logIndex() == at.logIndex()
                && last.at().number() == number;
    }

    /** A column that somebody made has values of theirs, and not what rows have at the source. */
    private void requireNoneThere(DdlEvent event, List<TargetChange> changes, Map<TableId, TableOutline> outlines) {
        for (TargetChange change : changes) {
            TableOutline outline = outlines.get(change.table());
            if (change instanceof TargetChange.RenameTable rename
                    && changes.stream().noneMatch(other -> isRenamed(other, rename.to()))
                    && target.outline(rename.to()).isPresent()) {
                throw refused(event, "table=" + rename.to() + ", reason=the target has a table of that name");
            }
            if (outline == null && !(change instanceof TargetChange.DropTable)) {
                throw refused(event, "table=" + change.table() + ", reason=the target has no such table");
            }
            Optional<String> come = coming(change);
            if (come.isPresent()
                    && outline.columns().containsKey(come.get())
                    && changes.stream().noneMatch(other -> doesFree(other, change.table(), come.get()))) {
                throw refused(
                        event,
                        "table=" + change.table() + ", column=" + come.get() + ", reason=the target has such a column");
            }
        }
    }

    private static Optional<String> coming(TargetChange change) {
        if (change instanceof TargetChange.AddColumn add) {
            return Optional.of(add.column());
        }
        return change instanceof TargetChange.RenameColumn rename ? Optional.of(rename.to()) : Optional.empty();
    }

    private static boolean isRenamed(TargetChange change, TableId table) {
        return change instanceof TargetChange.RenameTable && change.table().equals(table);
    }

    private static boolean doesFree(TargetChange other, TableId table, String name) {
        boolean isDropped =
                other instanceof TargetChange.DropColumn drop && drop.column().equals(name);
        boolean isRenamed = other instanceof TargetChange.RenameColumn rename
                && rename.column().equals(name);
        return other.table().equals(table) && (isDropped || isRenamed);
    }

    /** Whether a statement is begun and not done. */
    public boolean isDue() {
        return newest().filter(last -> last.outcome() == DdlRecord.Outcome.INTENT)
                .isPresent();
    }

    private Optional<DdlRecord> newest() {
        return target.control().newestStatement();
    }

    /** What a statement means for rows that could not be written before it. */
    public interface StoredRows {
        /**
         * Says it, durably; may be said again.
         *
         * @param emptied tables of whose rows the target has none any more
         * @param changed tables that are other ones: what such a row should be by now nobody can tell
         */
        void passed(Set<TableId> emptied, Set<TableId> changed);
    }

    /** Does what was begun, as far as it is not done. The task is ours. */
    public void complete(StoredRows stored) {
        ControlStore control = target.control();
        control.prepare(); // what an earlier version of the program has begun
        DdlRecord begun = newest().orElseThrow();
        DdlEvent event = begun.event();
        boolean isSkipped = begun.policy().equals(SKIP);
        StatementPlan plan = planned(event, control.followed(), control.leftRows(), isSkipped);
        if (!isSkipped && !policies(plan).equals(begun.policy())) {
            throw refused(
                    event,
                    "reason=its policy is another one than when it was begun: policy=" + policies(plan) + ", begun="
                            + begun.policy());
        }
        carryOut(begun, plan);
        DdlRecord.Outcome outcome = isSkipped ? DdlRecord.Outcome.SKIPPED : outcome(plan);
        stored.passed(plan.emptied(), plan.changed());
        control.end(begun.ended(outcome), plan.next(), plan.gone(), plan.renamed(), plan.left());
        if (isSkipped || plan.policies().contains(DdlPolicy.ALERT)) {
            LOG.warn("statement left out: task={}, {}", task.name(), event.describe());
        } else {
            LOG.info("statement {}: task={}, {}", outcome.text(), task.name(), event.describe());
        }
    }

    private void carryOut(DdlRecord begun, StatementPlan plan) {
        DdlEvent event = begun.event();
        if (explained(event, () -> NameCrossing.isOne(plan.changes()))) {
            NameCrossing crossing = new NameCrossing(target, begun, plan.changes());
            explained(event, () -> {
                crossing.complete();
                return true;
            });
            return;
        }
        Map<TableId, TableOutline> before = Outlines.parse(begun.outlines());
        ColumnCrossing crossing = new ColumnCrossing(plan.changes(), begun.ordinal());
        if (!crossing.away().isEmpty() && !crossing.isNoted(before)) {
            change(event, crossing.away(), before);
            before = outlines(plan.changes());
            target.control().note(begun.ordinal(), Outlines.text(before));
        }
        change(event, crossing.back(), before);
    }

    private Map<TableId, TableOutline> outlines(List<TargetChange> changes) {
        Map<TableId, TableOutline> outlines = new HashMap<>();
        for (TableId table : DueChanges.tables(changes)) {
            target.outline(table).ifPresent(outline -> outlines.put(table, outline));
        }
        return outlines;
    }

    private static DdlRecord.Outcome outcome(StatementPlan plan) {
        if (plan.policies().contains(DdlPolicy.NORMAL)) {
            return DdlRecord.Outcome.APPLIED;
        }
        return plan.policies().contains(DdlPolicy.ALERT) ? DdlRecord.Outcome.ALERTED : DdlRecord.Outcome.IGNORED;
    }

    /** Of a process that was killed the server may still run the statement, and be done with it now. */
    private void change(DdlEvent event, List<TargetChange> changes, Map<TableId, TableOutline> before) {
        DueChanges state = new DueChanges(target::outline, event);
        List<TargetChange> due = state.of(changes, before);
        while (!due.isEmpty()) {
            try {
                target.change(due);
                return;
            } catch (MillraceException e) {
                List<TargetChange> left = e.code().retry() == Retry.BACKOFF ? due : state.of(changes, before);
                if (left.equals(due)) {
                    throw e;
                }
                due = left;
                LOG.info("statement was done already, or a part of it: task={}, {}", task.name(), event.describe());
            }
        }
    }

    private StatementPlan planned(
            DdlEvent event, Collection<FollowedTable> tables, Collection<LeftRows> rows, boolean isSkipped) {
        return explained(
                event,
                () -> new StatementTranslation(task, event, tables, rows, (schema, name) -> planned(schema), isSkipped)
                        .plan());
    }

    /** What the target computes by itself no statement of the source changes there. */
    private TargetTable planned(TableSchema schema) {
        TargetTable table = target.plan(schema, task.wanted(schema));
        boolean isComputed = table.columns().stream().anyMatch(table::mayBeComputed);
        return isComputed ? table.without(target.inspect(table).computed()) : table;
    }

    /** Whatever has no counterpart says of which statement it is. */
    private static <T> T explained(DdlEvent event, Supplier<T> step) {
        try {
            return step.get();
        } catch (MillraceException e) {
            throw e.code() == ErrorCode.DDL_ON_SELECTED_TABLE ? refused(event, e.getMessage()) : e;
        }
    }

    static MillraceException refused(DdlEvent event, String why) {
        return new MillraceException(
                ErrorCode.DDL_ON_SELECTED_TABLE,
                "statement changes a selected table: " + event.describe() + ", " + why + ", skip="
                        + StatementPlace.of(event));
    }

    /**
     * The newest statement that is done, at its place in the log that lanes go on by: where that was filled anew, lanes stand elsewhere
     * in it.
     */
    public Optional<DdlRecord.At> newestDone(List<Checkpoint> lanes) {
        Optional<DdlRecord> newest = newest();
        if (newest.isEmpty() || newest.get().at().logId().equals(lanes.get(0).logId())) {
            return newest.map(DdlRecord::at);
        }
        DdlRecord.At at = newest.get().at();
        Optional<Checkpoint> there = lanes.stream()
                .filter(lane -> lane.rowsIntoTransaction() == at.rowsIntoTransaction()
                        && lane.position().text().equals(at.position()))
                .findFirst();
        return there.map(lane -> {
            DdlRecord.At moved = new DdlRecord.At(
                    lane.logId(), lane.logIndex(), at.position(), at.rowsIntoTransaction(), at.number());
            target.control().move(newest.get().ordinal(), moved);
            return moved;
        });
    }

    /** How many statements a lane finds done that the log has from its index on. */
    public static int done(Optional<DdlRecord.At> newest, Checkpoint lane) {
        return newest.filter(at -> at.logId().equals(lane.logId()) && at.logIndex() == lane.logIndex())
                .map(DdlRecord.At::number)
                .orElse(0);
    }
}
