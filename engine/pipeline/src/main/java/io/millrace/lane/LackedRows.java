package io.millrace.lane;

import io.millrace.load.LoadView;
import io.millrace.load.RowsAgain;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
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
final class LackedRows {
    /** What came of asking. */
    enum Outcome {
        /** It is not there yet. */
        WAITS,
        /** The source has no such row any more, or filters leave it out. */
        GONE,
        /** {@link #row} is it. */
        HERE
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
    private record Newer(int table, KeyBound key, SourcePosition upTo) {}

    LackedRows(RowsAgain rows, LoadEnds ends, RowRewriting rewriting) {
        this.rows = rows;
        this.ends = ends;
        this.rewriting = rewriting;
    }

    void view(LoadView next) {
        view = next;
    }

    /**
     * Whether the row under a key is at the target what it was at the source: no chunk shows more, nor was it read again later.
     *
     * @param at where the lane is
     */
    boolean isExact(TableBinding table, ImageFlyweight oldKey, SourcePosition at) {
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

    /**
     * Asks for the row under a key, until it is there.
     *
     * @param image of the new row, with its key
     */
    Outcome ask(TableBinding table, ImageFlyweight image, TransactionId transaction) {
        if (transaction.kind == TransactionId.KIND_NONE || table.plan().isKeyChanged()) {
            // Of file positions no snapshot tells what it shows; and of a key that steps made none was the source's.
            throw table.lacksRowInLoad();
        }
        if (asked == null) {
            asked = rows.ask(table.plan(), KeyBound.copyOf(image), transaction);
        }
        Optional<RowsAgain.Answer> answer = asked.answer();
        if (answer.isEmpty()) {
            return Outcome.WAITS;
        }
        asked = null;
        newer.add(new Newer(
                table.plan().number(), KeyBound.copyOf(image), answer.get().upTo()));
        boolean isHere = answer.get()
                .row()
                .filter(read -> rewriting.keep(table, transaction, read.wrap(key), row))
                .isPresent();
        return isHere ? Outcome.HERE : Outcome.GONE;
    }

    /** The row that is there. It lies in the lane's memory as rewritten rows do. */
    ImageFlyweight row() {
        return row;
    }

    /** Another lane may have asked for a row that is this lane's from here on. */
    void mayBeNewer(TableBinding table, ImageFlyweight image) {
        rows.latest().ifPresent(upTo -> newer.add(new Newer(table.plan().number(), KeyBound.copyOf(image), upTo)));
    }
}
