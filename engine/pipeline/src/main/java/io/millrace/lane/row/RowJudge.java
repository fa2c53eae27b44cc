package io.millrace.lane.row;

import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.count.Tally;
import io.millrace.lane.table.TableBinding;
import io.millrace.load.LoadView;
import io.millrace.load.Verdict;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;

/**
 * Puts a lane's changes into its batch, leaves them out, or keeps them waiting, as the load says. Behind the end of a table's load it says
 * nothing of it any more.
 *
 * <p>Confined to a lane. Hot path: allocates nothing per row.
 */
public final class RowJudge {
    private final LaneBatch batch;
    private final Tally tally;
    private final ImageFlyweight waitingImage = new ImageFlyweight();
    private final WaitingRows waiting = new WaitingRows();
    private LoadView view = LoadView.NONE;

    RowJudge(LaneBatch batch, Tally tally) {
        this.batch = batch;
        this.tally = tally;
    }

    /** By which rows are judged from the next document on. */
    public void view(LoadView next) {
        view = next;
    }

    /** Whether lanes stand somewhere while tables are loaded that join others. */
    boolean isJoining() {
        return view.hold() != null;
    }

    /** Whether nothing of a transaction may be passed therefore. */
    boolean holds(TransactionId transaction) {
        return view.hold() != null && view.hold().holds(transaction);
    }

    /** Whether rows of the last document wait for a chunk. */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** What the load says of a row. */
    Verdict verdict(TableBinding table, ImageFlyweight image, TransactionId transaction) {
        return table.load().isLoose() ? view.judge(table.plan().number(), image, transaction) : Verdict.APPLY;
    }

    /** Takes a change of one key, or, of REKEY, a record: then no image is asked, since its table is one chunk. */
    void take(
            TableBinding table,
            byte kind,
            ImageFlyweight image,
            long address,
            int length,
            long hash,
            TransactionId transaction) {
        if (table.load().isLoose()) {
            Verdict verdict = view.judge(table.plan().number(), image, transaction);
            if (verdict == Verdict.WAIT) {
                waiting.add(table, kind, address, length, hash, transaction, batch.origin());
                return;
            }
            if (verdict == Verdict.SKIP) {
                skip(kind);
                return;
            }
        }
        apply(table, kind, image, address, length, hash);
    }

    /**
     * Judges the waiting rows by the newest view. Rows of one key are judged alike, so none overtakes another of its key.
     *
     * @return whether any is through
     */
    public boolean takeWaiting() {
        int kept = 0;
        int count = waiting.count();
        for (int row = 0; row < count; row++) {
            TableBinding table = waiting.table(row);
            byte kind = waiting.kind(row);
            ImageFlyweight image = waitingImage.wrap(waiting.address(row), waiting.length(row));
            switch (view.judge(table.plan().number(), image, waiting.transaction(row))) {
                case WAIT -> waiting.keep(row, kept++);
                case SKIP -> skip(kind);
                case APPLY -> {
                    batch.from(waiting.origin(row));
                    apply(table, kind, image, waiting.address(row), waiting.length(row), waiting.hash(row));
                }
            }
        }
        waiting.truncate(kept);
        return kept < count;
    }

    private void skip(byte kind) {
        if (kind != ChangeKind.MOVE_OUT) {
            tally.skippedByLoad();
        }
    }

    private void apply(TableBinding table, byte kind, ImageFlyweight image, long address, int length, long hash) {
        if (kind == ChangeKind.REKEY) {
            batch.rekey(table, address, length);
            tally.applied(table, kind);
            return;
        }
        boolean isPartial = !ChangeKind.isRemoval(kind) && !table.isWritable(image);
        if (isPartial && !ChangeKind.isUpdate(kind)) {
            throw table.lacksRowInLoad();
        }
        batch.add(table, kind, image, address, length, hash, isPartial);
        if (kind != ChangeKind.MOVE_OUT) {
            tally.applied(table, kind);
        }
    }
}
