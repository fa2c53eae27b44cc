package io.millrace.lane.row;

import io.millrace.lane.change.ChangeRecord;
import io.millrace.lane.table.LoadEnds;
import io.millrace.lane.table.TableBinding;
import io.millrace.load.LoadView;
import io.millrace.load.RowsAgain;
import io.millrace.load.Verdict;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageCopy;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A lane's new rows of changed keys that nobody has whole while their table is loaded (EXACTNESS 39): asked for at the source, which has them
 * as they were at some later moment. What changed them until then comes behind, and finds or leaves them so.
 *
 * <p>Confined to a lane. Such changes are rare, so this may allocate.
 */
public final class LackedRows {
    /** What becomes of the new row of a changed key, of which the source did not send all. */
    enum NewRow {
        /** A chunk is being read, or the row. */
        WAITS,
        /** Its chunk shows it. */
        SKIPPED,
        /** Both are at the target what they were at the source: one statement moves it. */
        MOVES,
        /** It was read again: {@link #row}. */
        READ,
        /** The source has no such row any more, or filters leave it out. */
        GONE
    }

    private final RowsAgain rows;
    private final LoadEnds ends;
    private final RowRewriting rewriting;
    private final List<Newer> newer = new ArrayList<>();
    private final ImageFlyweight row = new ImageFlyweight();
    private final ImageFlyweight key = new ImageFlyweight();
    private LoadView view = LoadView.NONE;
    private RowsAgain.Request asked;

    /** A row that may be as it was behind where the lane is. */
    private record Newer(int table, ImageCopy key, SourcePosition upTo) {}

    LackedRows(RowsAgain rows, LoadEnds ends, RowRewriting rewriting) {
        this.rows = rows;
        this.ends = ends;
        this.rewriting = rewriting;
    }

    public void view(LoadView next) {
        view = next;
    }

    /**
     * Says what becomes of the new row, asking for it where nobody has it.
     *
     * @param verdict of the load on its key
     * @param change both images, the new one not whole
     * @param at where the lane is
     */
    NewRow judge(
            Verdict verdict, TableBinding table, ChangeRecord change, TransactionId transaction, SourcePosition at) {
        return switch (verdict) {
            case WAIT -> NewRow.WAITS;
            case SKIP -> NewRow.SKIPPED;
            case APPLY -> {
                // Tables of a group are one chunk, of which the snapshot is exact.
                boolean isExact = table.plan().isGrouped() || isExact(table, change.before(), at);
                yield isExact ? NewRow.MOVES : ask(table, change.after(), transaction);
            }
        };
    }

    /** Whether the row under a key is at the target what it was at the source: no chunk shows more, nor was it read again later. */
    private boolean isExact(TableBinding table, ImageFlyweight oldKey, SourcePosition at) {
        if (view.end(table.plan().number()).isPresent()) {
            return true;
        }
        if (view.settling() == null || !ends.isBehind(at, view.settling().chunksEnd())) {
            return false;
        }
        newer.removeIf(each -> ends.isBehind(at, each.upTo()));
        return newer.stream()
                .noneMatch(each -> each.table() == table.plan().number()
                        && table.isSameSourceKey(each.key().wrap(key), oldKey));
    }

    /** Asks for the row under the key of an image, until it is there. */
    private NewRow ask(TableBinding table, ImageFlyweight image, TransactionId transaction) {
        if (transaction.kind == TransactionId.KIND_NONE || table.plan().isKeyChanged()) {
            // Of file positions no snapshot tells what it shows; and of a key that steps made none was the source's.
            throw table.lacksRowInLoad();
        }
        if (asked == null) {
            asked = rows.ask(table.plan(), KeyBound.copyOf(image), transaction);
        }
        Optional<RowsAgain.Answer> answer = asked.answer();
        if (answer.isEmpty()) {
            return NewRow.WAITS;
        }
        asked = null;
        newer.add(new Newer(
                table.plan().number(), ImageCopy.of(image), answer.get().upTo()));
        boolean isHere = answer.get()
                .row()
                .filter(read -> rewriting.keep(table, transaction, read.wrap(key), row))
                .isPresent();
        return isHere ? NewRow.READ : NewRow.GONE;
    }

    /** The row that is there. It lies in the lane's memory as rewritten rows do. */
    ImageFlyweight row() {
        return row;
    }

    /** Another lane may have asked for a row that is this lane's from here on. */
    void mayBeNewer(TableBinding table, ImageFlyweight image) {
        rows.latest().ifPresent(upTo -> newer.add(new Newer(table.plan().number(), ImageCopy.of(image), upTo)));
    }
}
