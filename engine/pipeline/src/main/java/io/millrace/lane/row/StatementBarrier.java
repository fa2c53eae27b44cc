package io.millrace.lane.row;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.mapping.LabelledColumns;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import java.util.Optional;

/**
 * Which statements of the source a lane passes, and the first that it does not: nothing behind that is its to take. Confined to
 * a lane.
 */
public final class StatementBarrier {
    private final TaskPlan plan;
    private Optional<DdlEvent> statement = Optional.empty();
    private long passed;
    private int done;
    private int number;
    private boolean isKept;

    StatementBarrier(TaskPlan plan) {
        this.plan = plan;
    }

    /** That the first statements which the log has from the checkpoint's index on have had their effect at the target. */
    public void pass(int statements) {
        done = statements;
    }

    void onDdl(DdlEvent event) {
        if (isMet()) {
            return;
        }
        number++;
        if (number <= done) {
            return;
        }
        boolean isOfOthers = event.effects().stream().noneMatch(effect -> plan.isSelected(effect.table()));
        if (isOfOthers) {
            return; // the task took these tables when the log was written
        }
        if (event.effects().stream().allMatch(effect -> isPassable(event, effect))) {
            passed++;
        } else {
            statement = Optional.of(event);
        }
    }

    /**
     * The log's index moves on: statements are counted anew. In a log that was filled anew other documents stand before the one that begins
     * with those which are done: its file's first, and rows of their own transaction.
     */
    void onIndex() {
        isKept = number < done;
        done = isKept ? done - number : 0;
        number = 0;
    }

    /** What is done stands within one transaction, if it did not come at once: none is behind its end. */
    void onCommit() {
        if (isKept && number > 0) {
            done = 0;
        }
    }

    /** Counts the statements that the log has from the index on, the one that was met included. */
    public int number() {
        return number;
    }

    public boolean isMet() {
        return statement.isPresent();
    }

    /** The statement that was met and that nothing may pass. */
    public Optional<DdlEvent> statement() {
        return statement;
    }

    /** Statements on the task's tables that left their rows as they are. */
    public long passed() {
        return passed;
    }

    /**
     * Whether rows go on as they were planned: the table's rows are untouched, nobody wants to be told of that, and no type of the target
     * must learn a label; or it is a table that was made as it was planned, before anything of it was carried; or it is none of the task's; or it
     * is not there any more.
     */
    private boolean isPassable(DdlEvent event, TableEffect effect) {
        if (!plan.isSelected(effect.table())) {
            return true;
        }
        Optional<TablePlan> table = plan.ofSource(effect.table());
        if (table.isEmpty()) {
            boolean isGone = effect.after().isEmpty() && effect.kind() != TableEffect.Kind.UNKNOWN;
            return isGone || effect.kind() == TableEffect.Kind.TRUNCATED || event.leavesRowsAlone(effect);
        }
        boolean isMadeAsPlanned = effect.kind() == TableEffect.Kind.CREATED
                && effect.before().isEmpty()
                && !effect.movesRows()
                && effect.after()
                        .filter(schema -> table.get().difference(schema).isEmpty())
                        .isPresent();
        // A copy has its own foreign keys, or none: those of the plan may act no more.
        boolean isOtherFamily = effect.kind() == TableEffect.Kind.RESHAPED && plan.isInFamily(table.get());
        boolean isRelabelled = LabelledColumns.areRelabelled(table.get().target(), effect, place -> place);
        boolean isPlain = event.leavesRowsAlone(effect) && !isOtherFamily && !isRelabelled;
        return isMadeAsPlanned || (isPlain && !plan.isTold(effect.table()));
    }
}
