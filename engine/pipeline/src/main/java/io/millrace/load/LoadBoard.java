package io.millrace.load;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.LedgerEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares the work of a load out among its loaders, and tells the lanes of every change.
 *
 * <p>A loader takes a table of which a part is pending, finds where the part's first chunk ends, and opens it; from then on others may
 * take the same table, and so several chunks of one table are loading at once. While it looks, the others find the next table. What
 * lies before committed chunks (an earlier run left it, or it is the range that is loaded again) comes first, and is shared out alike.
 *
 * <p>Thread-safe: one lock, held for no longer than a view takes, never while a server is asked.
 */
final class LoadBoard {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBoard.class);

    private final LoadLedger ledger;
    private final LoadGate gate;
    private final NanoClock clock;
    private final long firstVersion;
    private int firstOpen; // tables before it have nothing left to take
    private final Map<TableId, Integer> loading = new HashMap<>();

    LoadBoard(LoadLedger ledger, LoadGate gate, NanoClock clock) {
        this.ledger = ledger;
        this.gate = gate;
        this.clock = clock;
        firstVersion = gate.view().version();
        for (TableProgress table : ledger.joining().tables()) {
            LOG.info(
                    "a table joins others that are loaded: it is loaded whole, behind all else, and changes wait meanwhile:"
                            + " table={}, target={}",
                    table.plan().source().table(),
                    table.plan().target().name());
        }
        for (TableProgress table : ledger.apart()) {
            LOG.warn(
                    "a table is loaded behind others that share its target: rows must not go from one to the other until it is:"
                            + " table={}, target={}",
                    table.plan().source().table(),
                    table.plan().target().name());
        }
    }

    /**
     * Something that nobody else has.
     *
     * @param tables more than one where they are loaded together; of each the same range
     * @param gap the number of a range before others; -1 of what lies behind all
     * @param needsEnd whether the source must be asked where the chunk ends
     * @param begin where the chunk begins, excluded
     * @param end of all that there is to take
     * @param rows how many it shall have
     */
    record Claim(
            List<TableProgress> tables,
            int gap,
            boolean needsEnd,
            Optional<KeyBound> begin,
            Optional<KeyBound> end,
            int rows) {
        TableProgress table() {
            return tables.get(0);
        }
    }

    /**
     * Whether a lane has not come yet to where it had stopped within a transaction, in a log that is filled anew: it cannot say what it had
     * left out there. Until then no chunk is opened for which lanes would wait: the log might be full before that lane has come so far.
     */
    boolean isAwaitingLanes() {
        return ledger.doesDrop() && !gate.isAcknowledged(firstVersion);
    }

    /** Empty where nothing is left to take at this moment. */
    synchronized Optional<Claim> take() {
        List<TableProgress> tables = ledger.tables();
        boolean isAwaitingLanes = isAwaitingLanes();
        for (int i = firstOpen; i < tables.size(); i++) {
            TableProgress table = tables.get(i);
            if (i == firstOpen && table.isComplete()) {
                firstOpen++;
                continue;
            }
            if (isAwaitingLanes && !table.isHeldByLanes()) {
                continue;
            }
            if (table.isJoining() && !ledger.joining().mayBegin()) {
                continue;
            }
            List<TableProgress> together = ledger.together(table);
            int gap = table.takeGap();
            if (gap >= 0) {
                together.stream().filter(other -> other != table).forEach(TableProgress::takeGap);
                ChunkList chunks = together.get(0).chunks();
                int chunk = chunks.indexOf(gap);
                return Optional.of(new Claim(
                        together,
                        gap,
                        together.get(0).isDivisible(gap),
                        chunks.lower(chunk),
                        chunks.upper(chunk),
                        together.get(0).size().rows()));
            }
            if (together.stream().allMatch(TableProgress::isEndFree)) {
                together.forEach(TableProgress::takeEnd);
                TableProgress first = together.get(0);
                return Optional.of(new Claim(
                        together,
                        -1,
                        !first.isWhole(),
                        first.chunks().end(),
                        Optional.empty(),
                        first.size().rows()));
            }
        }
        return Optional.empty();
    }

    /** The end was not found; anybody may try again. */
    synchronized void giveBack(Claim claim) {
        for (TableProgress table : claim.tables()) {
            if (claim.gap() < 0) {
                table.giveEndBack();
            } else {
                table.giveBack(claim.gap());
            }
        }
    }

    /** The chunk is loading from the view that is published here on. */
    synchronized Chunk open(Claim claim, Optional<KeyBound> upper) {
        int number = claim.gap();
        boolean isHeld = claim.table().isHeldByLanes();
        for (TableProgress table : claim.tables()) {
            table.started(clock.nanoTime());
            loading.merge(table.plan().source().table(), 1, Integer::sum);
            number = claim.gap() < 0 ? table.open(upper) : table.open(claim.gap(), upper);
        }
        if (claim.table().isJoining()) {
            ledger.joining().begin(claim.tables());
        }
        LoadView view = ledger.view();
        gate.publish(view);
        return new Chunk(claim.tables(), number, claim.begin(), upper, view.version(), isHeld);
    }

    /** The snapshot of a chunk that joins others is open: lanes go on to it. Returns where they are to stand. */
    synchronized JoinHold hold(SourcePosition watermark) {
        JoinHold hold = ledger.joining().opened(watermark);
        gate.publish(ledger.view());
        return hold;
    }

    /** A chunk stands at the target: an entry for each of its tables. */
    synchronized void done(Chunk chunk, List<LedgerEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            TableProgress table = chunk.tables().get(i);
            table.done(entries.get(i));
            loading.computeIfPresent(table.plan().source().table(), (name, count) -> count > 1 ? count - 1 : null);
        }
        if (chunk.isJoining()) {
            ledger.joining().done();
        }
        gate.publish(ledger.view());
    }

    /** So many rows took so long: the table's next chunks are of a fitting size. */
    synchronized void took(Chunk chunk, long rows, long nanos) {
        chunk.table().size().took(rows, nanos);
    }

    /** Lanes are told where the source is, now that every chunk is committed; returns where they are to come. */
    synchronized Settling settle(SourcePosition committed) {
        Settling settling = ledger.settle(committed);
        gate.publish(ledger.view());
        return settling;
    }

    /** Every chunk is committed; lanes are told up to where that matters to them: what the target's ledger says for good. */
    synchronized void over(List<LedgerEntry> entries) {
        ledger.ends(entries);
        gate.publish(ledger.view());
    }

    synchronized boolean isEnded() {
        return ledger.isEnded();
    }

    synchronized boolean isComplete() {
        return ledger.isComplete();
    }

    boolean doesDrop() {
        return ledger.doesDrop();
    }

    /**
     * How far each table is.
     *
     * @param inChunks rows of chunks that are not committed yet
     */
    synchronized List<LoadStatus.Table> tables(Map<TableId, Long> inChunks, Map<TableId, Long> estimates) {
        long now = clock.nanoTime();
        List<LoadStatus.Table> tables = new ArrayList<>();
        for (TableProgress each : ledger.tables()) {
            TableId name = each.plan().source().table();
            long rows = each.rows() + inChunks.getOrDefault(name, 0L);
            tables.add(new LoadStatus.Table(
                    name,
                    rows,
                    estimates.getOrDefault(name, -1L),
                    each.isComplete(),
                    loading.containsKey(name),
                    each.isComplete() ? 0 : each.rate(now, rows)));
        }
        return tables;
    }
}
