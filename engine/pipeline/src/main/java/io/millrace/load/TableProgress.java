package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.KeyOrder;
import io.millrace.writer.LedgerEntry;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;

/** The load's own account of one table's chunks, and the maker of its views. Guarded by the board. */
final class TableProgress {
    private static final int NONE = -1;

    private final TablePlan plan;
    private Optional<KeyOrder> order;
    private final ChunkList chunks = new ChunkList();
    private final Deque<Integer> gaps = new ArrayDeque<>(); // chunks of an earlier run that nobody has taken
    private final ChunkSize size = new ChunkSize();
    private ImageFlyweight[] uppers = new ImageFlyweight[8];
    private TableView view;
    private boolean isEndTaken;
    private boolean isHeld;
    private boolean isReloading;
    private boolean isWhole;
    private boolean isJoining;
    private long rows;
    private long startNanos;
    private long rowsBefore = NONE;

    TableProgress(TablePlan plan) {
        this.plan = plan;
        // Tables that are loaded together are one chunk to lanes, as are those whose rows lanes see under other keys.
        order = !plan.isGrouped() && !plan.isKeyChanged() && KeyOrder.isServersOrder(plan.source())
                ? Optional.of(KeyOrder.of(plan.source()))
                : Optional.empty();
    }

    TablePlan plan() {
        return plan;
    }

    ChunkList chunks() {
        return chunks;
    }

    ChunkSize size() {
        return size;
    }

    long rows() {
        return rows;
    }

    boolean isComplete() {
        return chunks.isComplete();
    }

    /**
     * Rows of an earlier load stand there, whose place its chunks take. Before the first chunk.
     *
     * @param isOrdered whether a range of the key is the same at the target
     */
    void reload(boolean isOrdered) {
        isReloading = true;
        isWhole = !isOrdered || order.isEmpty();
    }

    boolean isReloading() {
        return isReloading;
    }

    /** Whether all of it is one chunk: to be loaded together with others, or because no smaller range means the same at the target. */
    boolean isWhole() {
        return isWhole || plan.isGrouped();
    }

    /** Its target holds what other tables brought: it is one chunk, to lanes too, and what they pass meanwhile is what it shows. Before the first view. */
    void join() {
        isJoining = true;
        isWhole = true;
        order = Optional.empty();
    }

    boolean isJoining() {
        return isJoining;
    }

    /** Whether its chunk is open, and not committed; or somebody is about to open it. */
    boolean isBegun() {
        return isEndTaken || (chunks.count() > 0 && !isComplete());
    }

    /** Takes over a chunk of an earlier run; what lies between it and the one before is open, and to be read first. */
    void resume(LedgerEntry entry) {
        if (!chunks.end().equals(entry.lower())) {
            int free = chunks.count() == 0 ? 0 : chunks.number(chunks.count() - 1) + 1;
            if (chunks.isWhole() || entry.lower().isEmpty() || free >= entry.number()) {
                throw new MillraceException(
                        ErrorCode.INVARIANT,
                        "chunks of the ledger overlap: table=" + plan.source().table() + ", chunk=" + entry.number());
            }
            gaps.add(open(free, entry.lower()));
        }
        done(open(entry.number(), entry.upper()), entry);
    }

    /** A chunk of an earlier run that was not committed; -1 where there is none that nobody has. Until then it is pending. */
    int takeGap() {
        view = null;
        return gaps.isEmpty() ? NONE : gaps.poll();
    }

    /** Whether lanes let all changes of the table wait until its last chunk is committed, and so leave none out. */
    boolean isHeldByLanes() {
        return order.isEmpty() && chunks.doneCount() > 0;
    }

    /** Of two ends of its rows the one that comes first; where that is not known here, the first one that there is. */
    Optional<KeyBound> sooner(Optional<KeyBound> one, Optional<KeyBound> other) {
        if (one.isEmpty() || other.isEmpty() || order.isEmpty()) {
            return one.or(() -> other);
        }
        boolean isFirst = order.get()
                        .compare(
                                one.get().wrap(new ImageFlyweight()),
                                other.get().wrap(new ImageFlyweight()))
                <= 0;
        return isFirst ? one : other;
    }

    /** Whether there is a pending rest, and nobody looks for where its first chunk ends. */
    boolean isEndFree() {
        return !isHeld && !isEndTaken && !chunks.isWhole();
    }

    /** Nothing of it is loaded as long as this load lives, where nothing is yet. Before the first view. */
    void hold() {
        isHeld = chunks.count() == 0 && !plan.isGrouped();
    }

    /** The same of one that joins others, whatever it is loaded together with. */
    void putOff() {
        isHeld = true;
    }

    void takeEnd() {
        isEndTaken = true;
    }

    void giveEndBack() {
        isEndTaken = false;
    }

    /** Opens the chunk for which the end was taken. */
    int open(Optional<KeyBound> upper) {
        isEndTaken = false;
        return noteUpper(chunks.open(upper), upper);
    }

    private int open(int number, Optional<KeyBound> upper) {
        return noteUpper(chunks.open(number, upper), upper);
    }

    private int noteUpper(int chunk, Optional<KeyBound> upper) {
        if (chunk == uppers.length) {
            uppers = Arrays.copyOf(uppers, chunk << 1);
        }
        uppers[chunk] = upper.map(key -> key.wrap(new ImageFlyweight())).orElse(null);
        view = null;
        return chunk;
    }

    /** A chunk is committed. */
    void done(int chunk, LedgerEntry entry) {
        chunks.done(chunk, entry.watermark());
        rows += entry.rows();
        view = null;
    }

    /** Rates are those of this run, from its first chunk of the table on. */
    void started(long nanos) {
        if (rowsBefore == NONE) {
            rowsBefore = rows;
            startNanos = nanos;
        }
    }

    /** Rows a second in this run. */
    double rate(long nanos, long rowsNow) {
        long elapsed = nanos - startNanos;
        return rowsBefore == NONE || elapsed <= 0 ? 0 : (rowsNow - rowsBefore) * 1e9 / elapsed;
    }

    TableView view() {
        if (view == null) {
            SourcePosition[] all = chunks.watermarks();
            SourcePosition[] watermarks = order.isEmpty() && isComplete() ? chunks.leastWatermarks() : all;
            BitSet pending = new BitSet();
            gaps.forEach(pending::set);
            view = new TableView(order, uppers, watermarks, all, pending, chunks.count(), isComplete(), isHeld);
        }
        return view;
    }
}
