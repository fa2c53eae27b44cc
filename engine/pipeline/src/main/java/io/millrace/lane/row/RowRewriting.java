package io.millrace.lane.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.change.ChangeRecord;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.transform.row.FilterVerdict;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.row.RowArena;
import io.millrace.transform.row.ScratchRow;
import io.millrace.transform.step.RowContext;
import io.millrace.wal.RowsFlyweight;
import org.agrona.concurrent.EpochClock;

/**
 * Rewrites a lane's rows of tables whose rows do not stay as they are. What it makes lies in the lane's own memory until {@link #clear},
 * which is when the log's memory is released too: entries, waiting and held rows refer to both alike.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
public final class RowRewriting {
    /** What filters make of a change. */
    enum Outcome {
        /** It is what it was. */
        STAYS,
        /** It is none at the target. */
        LEFT_OUT,
        /** An update whose new row alone passes. */
        ENTERS,
        /** An update whose new row does not pass, while the old one did or may have. */
        LEAVES
    }

    private final RowArena arena = new RowArena();
    private final RowEncoder encoder = new RowEncoder(arena);
    private final RowContext context;
    private final ImageRewriter[] rewriters; // by the table's number; null: its rows stay as they are

    public RowRewriting(TaskPlan plan, EpochClock clock) {
        context = RowContext.ofChanges(clock);
        rewriters = new ImageRewriter[plan.tables().size()];
        for (TablePlan table : plan.tables()) {
            rewriters[table.number()] =
                    table.transform().map(rows -> rows.rewriter(context)).orElse(null);
        }
    }

    /**
     * Judges and rewrites the row at which {@code rows} stands, and points {@code to} at what came of it, unless it is left out.
     *
     * @throws MillraceException with PARTIAL_IMAGE where the source did not send what a filter looks at
     */
    Outcome rewrite(
            TableBinding table, Operation operation, RowsFlyweight rows, TransactionId transaction, ChangeRecord to) {
        context.change(operation, transaction);
        ImageRewriter rewriter = rewriters[table.plan().number()];
        to.wrap(rows.rowAddress(), rows.rowLength());
        Outcome outcome = rewriter.isFiltering() ? judge(table, operation, rewriter, to) : Outcome.STAYS;
        if (outcome != Outcome.LEFT_OUT && !rewriter.isFilterOnly()) {
            boolean isBeforeKept = outcome != Outcome.STAYS || isBeforeLookedAt(table, operation, to);
            rewriter.record(rows.rowAddress(), rows.rowLength(), isBeforeKept, encoder, arena);
            to.wrap(rewriter.address(), rewriter.length());
        }
        return outcome;
    }

    /**
     * Makes the row that a change is where every change is a row: the new one, or of a delete the old one, as far as it was sent. Filters judge
     * that row alone.
     *
     * @param operation which may be that of one half: a delete of an update whose key changes
     * @throws MillraceException with PARTIAL_IMAGE where the source did not send the whole new row, or what a filter looks at
     */
    Outcome append(
            TableBinding table, Operation operation, RowsFlyweight rows, TransactionId transaction, ChangeRecord to) {
        context.change(operation, transaction);
        context.ordinal(rows.rowOrdinal());
        ImageRewriter rewriter = rewriters[table.plan().number()];
        to.wrap(rows.rowAddress(), rows.rowLength());
        ImageFlyweight row = operation == Operation.DELETE ? to.before() : to.after();
        if (operation != Operation.DELETE && !row.isComplete()) {
            throw new MillraceException(
                    ErrorCode.PARTIAL_IMAGE,
                    "every change is a row, and the source did not send all of it: table="
                            + table.plan().source().table());
        }
        if (rewriter.isFiltering()) {
            switch (rewriter.verdict(row)) {
                case IN -> {}
                case OUT -> {
                    return Outcome.LEFT_OUT;
                }
                case UNKNOWN -> throw undecided(table);
            }
        }
        rewriter.alone(row, rows.keyHash(), encoder, arena);
        to.wrap(rewriter.address(), rewriter.length());
        return Outcome.STAYS;
    }

    /** An update that leaves the key as it is needs its new row alone, unless something beside the key ties the row to others. */
    private static boolean isBeforeLookedAt(TableBinding table, Operation operation, ChangeRecord row) {
        return operation != Operation.UPDATE
                || table.looksBeyondKey()
                || (row.hasBefore() && !table.isSameSourceKey(row.before(), row.after()));
    }

    private static MillraceException undecided(TableBinding table) {
        return new MillraceException(
                ErrorCode.PARTIAL_IMAGE,
                "the source did not send what a filter looks at: table="
                        + table.plan().source().table());
    }

    private static Outcome judge(TableBinding table, Operation operation, ImageRewriter rewriter, ChangeRecord row) {
        if (operation == Operation.DELETE) {
            return rewriter.verdict(row.before()) == FilterVerdict.OUT ? Outcome.LEFT_OUT : Outcome.STAYS;
        }
        FilterVerdict after = rewriter.verdict(row.after());
        if (after == FilterVerdict.UNKNOWN) {
            throw undecided(table);
        }
        if (operation == Operation.INSERT) {
            return after == FilterVerdict.IN ? Outcome.STAYS : Outcome.LEFT_OUT;
        }
        FilterVerdict before = row.hasBefore() ? rewriter.verdict(row.before()) : FilterVerdict.UNKNOWN;
        if (after == FilterVerdict.IN) {
            return before == FilterVerdict.OUT ? Outcome.ENTERS : Outcome.STAYS;
        }
        return before == FilterVerdict.OUT ? Outcome.LEFT_OUT : Outcome.LEAVES;
    }

    /**
     * Keeps a row that was read again, as steps make it of the change that wrote it, and points {@code to} at it.
     *
     * @return false where filters do not pass it
     */
    boolean keep(TableBinding table, TransactionId transaction, ImageFlyweight row, ImageFlyweight to) {
        ImageRewriter rewriter = rewriters[table.plan().number()];
        arena.copy(row, to);
        if (rewriter == null) {
            return true;
        }
        context.change(Operation.UPDATE, transaction);
        if (rewriter.isFiltering() && rewriter.verdict(to) != FilterVerdict.IN) {
            return false;
        }
        if (rewriter.isFilterOnly()) {
            return true;
        }
        RowEncoder made = new ScratchRow().begin();
        rewriter.image(to, made, false);
        ImageFlyweight image = new ImageFlyweight();
        made.wrapLastImage(image);
        arena.copy(image, to);
        return true;
    }

    long bytes() {
        return arena.bytes();
    }

    void clear() {
        arena.clear();
    }
}
