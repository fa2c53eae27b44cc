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
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The load's own account of one table's chunks, and the maker of its views. Guarded by the board. */
final class TableProgress {
    private static final int NONE = -1;

    private final TablePlan plan;
    private Optional<KeyOrder> order;
    private final ChunkList chunks = new ChunkList();
    private final Deque<Integer> gaps = new ArrayDeque<>(); // numbers of chunks before others that nobody has taken
    private final Set<Integer> taken = new HashSet<>(); // of those of which somebody looks for an end
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

    /**
     * Takes over a chunk of an earlier run; what lies between it and the one before is to be read first, in as many chunks as the ledger has
     * numbers for between the two.
     */
    void resume(LedgerEntry entry) {
        if (!chunks.end().equals(entry.lower())) {
            int free = chunks.count() == 0 ? 0 : chunks.number(chunks.count() - 1) + 1;
            int gap = entry.number() - 1;
            if (chunks.isWhole() || entry.lower().isEmpty() || free > gap) {
                throw new MillraceException(
                        ErrorCode.INVARIANT,
                        "chunks of the ledger overlap: table=" + plan.source().table() + ", chunk=" + entry.number());
            }
            openNumbered(gap, entry.lower());
            gaps.add(gap);
        }
        openNumbered(entry.number(), entry.upper());
        done(entry);
    }

    /** The number of a range that lies before chunks of an earlier run; -1 where there is none that nobody has. Until it is opened it is pending. */
    int takeGap() {
        if (gaps.isEmpty()) {
            return NONE;
        }
        taken.add(gaps.peek());
        return gaps.poll();
    }

    /** Whether one that was taken may be read in parts: another chunk is left for the rest. */
    boolean isDivisible(int gap) {
        return !isWhole() && order.isPresent() && chunks.isDivisible(chunks.indexOf(gap));
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

    /** The same of a gap that was taken: it is the next to be. */
    void giveBack(int gap) {
        taken.remove(gap);
        gaps.addFirst(gap);
    }

    /** Opens the chunk for which the end was taken. Returns its number. */
    int open(Optional<KeyBound> upper) {
        isEndTaken = false;
        int chunk = chunks.open(upper);
        noteUpper(chunk, upper);
        return chunks.number(chunk);
    }

    /** Opens a gap that was taken, up to an end within it: what lies behind that is left. Returns the number of what is open. */
    int open(int gap, Optional<KeyBound> upper) {
        int chunk = chunks.indexOf(gap);
        if (chunks.upper(chunk).equals(upper)) {
            taken.remove(gap);
            view = null;
            return gap;
        }
        giveBack(gap);
        ImageFlyweight[] apart =
                new ImageFlyweight[Math.max(uppers.length, chunks.count() + 1)]; // views share the other
        System.arraycopy(uppers, 0, apart, 0, chunk);
        System.arraycopy(uppers, chunk, apart, chunk + 1, chunks.count() - chunk);
        uppers = apart;
        chunks.divide(chunk, upper);
        noteUpper(chunk, upper);
        return chunks.number(chunk);
    }

    private void openNumbered(int number, Optional<KeyBound> upper) {
        noteUpper(chunks.open(number, upper), upper);
    }

    private void noteUpper(int chunk, Optional<KeyBound> upper) {
        if (chunk == uppers.length) {
            uppers = Arrays.copyOf(uppers, chunk << 1);
        }
        uppers[chunk] = upper.map(key -> key.wrap(new ImageFlyweight())).orElse(null);
        view = null;
    }

    /** A chunk is committed. */
    void done(LedgerEntry entry) {
        chunks.done(chunks.indexOf(entry.number()), entry.watermark());
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
            gaps.forEach(gap -> pending.set(chunks.indexOf(gap)));
            taken.forEach(gap -> pending.set(chunks.indexOf(gap)));
            view = new TableView(order, uppers, watermarks, all, pending, chunks.count(), isComplete(), isHeld);
        }
        return view;
    }
}
