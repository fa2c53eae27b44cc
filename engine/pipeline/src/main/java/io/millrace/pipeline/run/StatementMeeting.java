package io.millrace.pipeline.run;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.mapping.LabelledColumns;
import io.millrace.mapping.TablePlan;
import io.millrace.pipeline.reload.RedoneLoads;
import io.millrace.pipeline.statement.MetStatement;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.task.DdlPolicy;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a session whose lanes all stand before a statement, or whose load meets a table that a statement has made another one of:
 * it ends, and another one goes on; or the task does. Confined to the supervisor's thread.
 */
final class StatementMeeting {
    private final Supervisor supervisor;
    private final TaskSpec task;
    private final Session session;
    private boolean isOutdated;
    private Optional<MetStatement> statement = Optional.empty();

    StatementMeeting(Supervisor supervisor, TaskSpec task, Session session) {
        this.supervisor = supervisor;
        this.task = task;
        this.session = session;
    }

    /** Whether another session is to go on. */
    boolean isOutdated() {
        return isOutdated;
    }

    /** The statement at which the session ends, with every lane before it; empty where it ends otherwise, or does not. */
    Optional<MetStatement> statement() {
        return statement;
    }

    /** Rows that cannot be read may be those of a table that the source has made another one of. */
    void answer(Throwable loadFailure) {
        if (isOutdated) {
            return;
        }
        if (loadFailure instanceof MillraceException) {
            for (TableId table : supervisor.destination().ahead(session.plan())) {
                isOutdated |= mayBeLoadedAnew(table) && supervisor.destination().redo(table);
            }
        }
        if (!isOutdated) {
            supervisor.fail(loadFailure);
        }
    }

    private boolean mayBeLoadedAnew(TableId table) {
        return session.plan()
                .ofSource(table)
                .filter(each -> RedoneLoads.isPossible(task, session.plan(), each))
                .isPresent();
    }

    /** Whether a statement makes tables that are loaded where a plan has them, and says nothing of one that the plan has. */
    private boolean isOfNewTables(DdlEvent event) {
        return task.has(Step.FULL)
                && event.kinds().equals(Set.of(DdlKind.CREATE_TABLE))
                && event.effects().stream()
                        .noneMatch(effect ->
                                session.plan().ofSource(effect.table()).isPresent());
    }

    private static boolean isShapeKnown(TableEffect effect) {
        return !effect.movesRows()
                && effect.after().filter(schema -> !schema.key().isEmpty()).isPresent();
    }

    /** Tables that are made and whose columns or key their statement does not tell are taken in as the catalog has them. */
    private void openAnewFor(DdlEvent event) {
        boolean isRefused = event.effects().stream()
                .anyMatch(effect -> task.ddl(effect.table()).of(DdlKind.CREATE_TABLE) == DdlPolicy.ERROR);
        if (isRefused || !supervisor.isFirstFor(event)) {
            supervisor.fail(new MillraceException(
                    ErrorCode.DDL_ON_SELECTED_TABLE,
                    "statement changes a selected table: " + event.describe()
                            + (isRefused
                                    ? ", policy=error, kind=create_table"
                                    : ", reason=the table cannot be taken in")));
        } else {
            supervisor.destination().admit();
            isOutdated = true;
        }
    }

    /** A statement that nothing passes: once every lane has applied all before it, the session ends there, or the task. */
    void look() {
        List<Follower> lanes = session.lanes();
        if (lanes.isEmpty() || !lanes.stream().allMatch(lane -> lane.barrier().isPresent())) {
            return;
        }
        DdlEvent event = lanes.get(0).barrier().orElseThrow();
        if (isOutdated) {
            return;
        }
        boolean isTakenIn = isOfNewTables(event)
                && event.effects().stream()
                        .noneMatch(effect -> task.ddl(effect.table()).leavesOut(DdlKind.CREATE_TABLE));
        if (isTakenIn && !event.effects().stream().allMatch(StatementMeeting::isShapeKnown)) {
            openAnewFor(event);
            return;
        }
        try {
            requireOwn(event);
            if (beginsLoadsAnew(event, lanes.get(0).status().reached())) {
                isOutdated = true;
                return;
            }
            supervisor.destination().requireStatement(event);
        } catch (MillraceException e) {
            supervisor.fail(e);
            return;
        }
        isOutdated = true;
        statement = Optional.of(new MetStatement(
                event,
                lanes.get(0).barrierNumber(),
                lanes.stream().map(lane -> lane.status().committed()).toList()));
    }

    /** A copy has its own foreign keys, or none: those of the plan may act no more. */
    private void requireOwn(DdlEvent event) {
        for (TableEffect effect : event.effects()) {
            Optional<TablePlan> table = session.plan().ofSource(effect.table());
            boolean isCopy = effect.kind() == TableEffect.Kind.RESHAPED || effect.kind() == TableEffect.Kind.SWAPPED;
            if (isCopy && table.filter(session.plan()::isInFamily).isPresent()) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "statement changes a selected table: " + event.describe() + ", table=" + effect.table()
                                + ", reason=foreign keys with actions may be others at the copy that took its place");
            }
        }
    }

    /**
     * A chunk that was read behind the statement holds rows as it left them, which the statement would change again. So such a table is
     * loaded anew behind it.
     */
    private boolean beginsLoadsAnew(DdlEvent event, SourcePosition place) {
        boolean isAnew = false;
        for (TableEffect effect : event.effects()) {
            Optional<TablePlan> table = session.plan().ofSource(effect.table());
            if (table.isEmpty()
                    || isNothing(event, effect, table.get())
                    || session.gate().view().isPassed(table.get().number(), place)) {
                continue;
            }
            if (!mayBeLoadedAnew(effect.table()) || !supervisor.destination().redo(effect.table())) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "statement changes a selected table: " + event.describe() + ", table=" + effect.table()
                                + ", reason=the table's load is not behind it");
            }
            isAnew = true;
        }
        return isAnew;
    }

    /** A statement that somebody is told of, and that leaves rows as they are. */
    private static boolean isNothing(DdlEvent event, TableEffect effect, TablePlan table) {
        return event.leavesRowsAlone(effect) && !LabelledColumns.areRelabelled(table.target(), effect, place -> place);
    }
}
