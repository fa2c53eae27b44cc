package io.millrace.lane;

import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.row.RowEncoder;
import io.millrace.transform.ImageRewriter;
import io.millrace.transform.RowArena;
import io.millrace.transform.RowContext;
import io.millrace.wal.RowsFlyweight;
import org.agrona.concurrent.EpochClock;

/**
 * Rewrites a lane's rows of tables whose rows do not stay as they are. What it makes lies in the lane's own memory until {@link #clear},
 * which is when the log's memory is released too: entries, waiting and held rows refer to both alike.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class RowRewriting {
    private final RowArena arena = new RowArena();
    private final RowEncoder encoder = new RowEncoder(arena);
    private final RowContext context;
    private final ImageRewriter[] rewriters; // by the table's number; null: its rows stay as they are

    RowRewriting(TaskPlan plan, EpochClock clock) {
        context = RowContext.ofChanges(clock);
        rewriters = new ImageRewriter[plan.tables().size()];
        for (TablePlan table : plan.tables()) {
            rewriters[table.number()] =
                    table.transform().map(rows -> rows.rewriter(context)).orElse(null);
        }
    }

    /** Rewrites the row at which {@code rows} stands, and points {@code to} at what came of it. */
    void rewrite(
            TableBinding table, Operation operation, RowsFlyweight rows, TransactionId transaction, ChangeRecord to) {
        context.change(operation, transaction);
        ImageRewriter rewriter = rewriters[table.plan().number()];
        rewriter.record(rows.rowAddress(), rows.rowLength(), encoder, arena);
        to.wrap(rewriter.address(), rewriter.length());
    }

    long bytes() {
        return arena.bytes();
    }

    void clear() {
        arena.clear();
    }
}
