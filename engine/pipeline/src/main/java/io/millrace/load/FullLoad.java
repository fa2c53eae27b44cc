package io.millrace.load;

import io.millrace.dirty.DirtyRows;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.StructureItem;
import io.millrace.writer.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads all tables by several {@link ChunkLoader}s, and does what follows when they are through.
 *
 * <pre>
 * state      entered                       meaning                                     leaves to
 * LOADING    at first                      loaders work                                SETTLING
 * SETTLING   all chunks are committed      wait until lanes are behind all they show   ENDING
 * ENDING     lanes are                     note where the load ends, and tell lanes    STRUCTURE
 * STRUCTURE  they were told                wait until all have passed it; make keys    OVER
 * OVER       all is made                   nothing to do
 * </pre>
 *
 * <p>Until the load has ended it reads the rows that lanes lack, too ({@link RowsAgain}).
 *
 * <p>Steppable by hand; confined to one thread, but for {@link #stop} and the glances; each loader is stepped by a thread of its own,
 * or by the same. An outage of source or target is retried for as long as it lasts.
 */
public final class FullLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FullLoad.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LAST_PAUSE_NANOS = 30_000_000_000L;

    private enum State {
        LOADING,
        SETTLING,
        ENDING,
        STRUCTURE,
        OVER
    }

    private final LoadConnections connections;
    private final LoadBoard board;
    private final LoadGate gate;
    private final long epoch;
    private final List<ChunkLoader> loaders = new ArrayList<>();
    private final Map<TableId, Long> estimates;
    private final NanoClock clock;
    private final long startNanos;
    private final long rowsBefore;

    private State state = State.LOADING;
    private long retryAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private final RowReader rows;
    private Settling settling; // null: not asked for yet
    private long readWhenSettling;
    private Deque<StructureItem> pending; // null: not asked for yet
    private volatile String waitingFor = "";
    private volatile boolean isOver;
    private volatile boolean isAwaitingEnd;

    /**
     * A load that goes on where the ledger ends.
     *
     * @param gate whose first view is the ledger's
     * @param epoch of this process at the target
     * @param loaderCount how many chunks are loaded at once
     * @param limit of reading
     * @param estimates the source's own row counts
     * @param dirty where rows go that cannot be written
     * @param mayStand whether chunks write over rows that stand under their keys
     */
    public FullLoad(
            Source source,
            Target target,
            LoadLedger ledger,
            LoadGate gate,
            long epoch,
            int loaderCount,
            ReadLimit limit,
            Map<TableId, Long> estimates,
            DirtyRows dirty,
            boolean mayStand,
            NanoClock clock,
            EpochClock epochClock) {
        this.gate = gate;
        this.epoch = epoch;
        this.estimates = Map.copyOf(estimates);
        this.clock = clock;
        connections = new LoadConnections(source, target, mayStand);
        board = new LoadBoard(ledger, gate, clock);
        rows = new RowReader(connections, gate.rowsAgain());
        for (int i = 0; i < loaderCount; i++) {
            loaders.add(new ChunkLoader(
                    board, gate, connections, epoch, limit, new DirtyLoad(dirty, epochClock), clock, epochClock));
        }
        startNanos = clock.nanoTime();
        retryAt = startNanos;
        rowsBefore = status().rows();
    }

    /** Whoever steps the load steps these, too. */
    public List<ChunkLoader> loaders() {
        return List.copyOf(loaders);
    }

    /** Whether all chunks are committed, lanes are past them, and keys and indexes are made; from any thread. */
    public boolean isOver() {
        return isOver;
    }

    /** Whether it goes on when lanes have come to where the source is; from any thread. */
    public boolean isAwaitingLanes() {
        return isAwaitingEnd || loaders.stream().anyMatch(ChunkLoader::isAwaitingLanes);
    }

    /** A glance; from any thread. */
    public LoadStatus status() {
        Map<TableId, Long> inChunks = new HashMap<>();
        String heldUpBy = waitingFor;
        for (ChunkLoader loader : loaders) {
            loader.reading().ifPresent(table -> inChunks.merge(table, loader.rowsInChunk(), Long::sum));
            heldUpBy = heldUpBy.isEmpty() ? loader.waitingFor() : heldUpBy;
        }
        List<LoadStatus.Table> tables = board.tables(inChunks, estimates);
        long rows = tables.stream().mapToLong(LoadStatus.Table::rows).sum();
        long elapsed = clock.nanoTime() - startNanos;
        double rate = elapsed <= 0 ? 0 : (rows - rowsBefore) * 1e9 / elapsed;
        return new LoadStatus(tables, rows, heldUpBy, rate, isOver);
    }

    /** Ends the work at the next row; what is committed stays. From any thread. */
    public void stop() {
        loaders.forEach(ChunkLoader::stop);
    }

    /** One step of what is not a loader's. Returns 0 where there was nothing to do yet. */
    public int doWork() {
        if (state == State.OVER || clock.nanoTime() - retryAt < 0) {
            return 0;
        }
        try {
            if (rows.isAsked()) {
                return readRow();
            }
            int work = switch (state) {
                case LOADING -> loading();
                case SETTLING -> settling();
                case ENDING -> ending();
                case STRUCTURE -> structure();
                case OVER -> 0;
            };
            if (work > 0) {
                pauseNanos = FIRST_PAUSE_NANOS;
            }
            return work;
        } catch (MillraceException e) {
            onFailure(e);
            return 1;
        }
    }

    private int readRow() {
        if (rows.read()) {
            waitingFor = "";
            return 1;
        }
        waitingFor = "the source to show what it has sent";
        retryAt = clock.nanoTime() + SnapshotPatience.PAUSE_NANOS;
        return 0;
    }

    private int loading() {
        if (!board.isComplete()) {
            return 0;
        }
        state = board.isEnded() ? State.STRUCTURE : State.SETTLING;
        return 1;
    }

    /** Behind the load's end no row is read again: what lanes have at the target is then what the source had at their places. */
    private int settling() {
        long read = gate.rowsAgain().count();
        if (settling == null || read != readWhenSettling) {
            settling = board.settle(connections.committed());
            readWhenSettling = read;
        }
        isAwaitingEnd = !gate.haveAllSettled(settling) || rows.isAsked();
        if (isAwaitingEnd) {
            waitingFor = "lanes to come to where the source was";
            return 0;
        }
        state = State.ENDING;
        return 1;
    }

    private int ending() {
        connections.end(epoch);
        List<LedgerEntry> entries = connections.ledger();
        board.over(entries);
        if (!board.isEnded()) {
            throw new MillraceException(
                    ErrorCode.INVARIANT, "the ledger lacks the end of a load: entries=" + entries.size());
        }
        state = State.STRUCTURE;
        return 1;
    }

    /** Indexes and keys, one a step, once every row is where it belongs (EXACTNESS 40). */
    private int structure() {
        if (pending == null) {
            isAwaitingEnd = !gate.haveAllPassed();
            if (isAwaitingEnd) {
                waitingFor = "lanes to pass the load's end";
                return 0;
            }
            pending = new ArrayDeque<>(connections.pending());
        }
        rows.close();
        if (pending.isEmpty()) {
            waitingFor = "";
            state = State.OVER;
            isOver = true;
            return 1;
        }
        waitingFor = "the target to make keys and indexes: left=" + pending.size();
        connections.make(pending.peek());
        pending.remove();
        return 1;
    }

    /** Confined to the thread that steps it. */
    @Override
    public void close() {
        rows.close();
    }

    private void onFailure(MillraceException e) {
        pending = null;
        rows.close();
        if (e.code().retry() != Retry.BACKOFF) {
            throw e;
        }
        waitingFor = e.display();
        LOG.warn("load pauses: {}, pauseMillis={}", e.display(), pauseNanos / 1_000_000L);
        retryAt = clock.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LAST_PAUSE_NANOS, pauseNanos << 1);
    }
}
