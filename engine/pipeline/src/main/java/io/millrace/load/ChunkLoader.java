package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one chunk after the other, over a source connection and a target connection of its own.
 *
 * <pre>
 * state        entered                           meaning                                            leaves to
 * NEXT         at first, and after each chunk    take a chunk, find its upper end, tell lanes       ACKNOWLEDGE
 * ACKNOWLEDGE  lanes were told                   wait until all lanes drop nothing of it            SNAPSHOT
 * SNAPSHOT     they do                           open a snapshot that has all they dropped, copy    NEXT, SNAPSHOT, RECONCILE, JOIN
 * JOIN         a snapshot of tables that join    wait until all lanes stand where it was opened,    NEXT, SNAPSHOT, RECONCILE
 *              others is open                    copy
 * RECONCILE    a chunk failed by an outage       ask the ledger whether it stands                   NEXT, SNAPSHOT
 * </pre>
 *
 * <p>Tables of a group are one chunk, under a snapshot that is exact (EXACTNESS 40, decision 0006). Tables that share a target are read range by
 * range under one snapshot (decision 0033); what joins others that are loaded, whole, while lanes stand (decision 0045).
 *
 * <p>Steppable by hand; confined to one thread, but for {@link #stop} and the glances. An outage of source or target is retried
 * for as long as it lasts; the chunk then is read anew, with a new snapshot, for the same range.
 */
public final class ChunkLoader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkLoader.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LAST_PAUSE_NANOS = 30_000_000_000L;
    private static final String QUIET_MOMENT = "a moment at which the source commits nothing";

    private enum State {
        NEXT,
        ACKNOWLEDGE,
        SNAPSHOT,
        JOIN,
        RECONCILE
    }

    private final LoadBoard board;
    private final LoadGate gate;
    private final LoadConnections connections;
    private final long epoch;
    private final NanoClock clock;
    private final ChunkCopy copy;
    private final SnapshotPatience patience;
    private final JoinStand stand;

    private State state = State.NEXT;
    private ChunkReader reader;
    private ChunkWriter writer;
    private Chunk chunk;
    private long retryAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean isCommitInDoubt;
    private int walked; // rows of the chunk, where its end was walked to
    private volatile String waitingFor = "";

    /** @param epoch of this process at the target */
    ChunkLoader(
            LoadBoard board,
            LoadGate gate,
            LoadConnections connections,
            long epoch,
            ReadLimit limit,
            DirtyLoad dirty,
            NanoClock clock,
            EpochClock epochClock) {
        this.board = board;
        this.gate = gate;
        this.connections = connections;
        this.epoch = epoch;
        this.clock = clock;
        copy = new ChunkCopy(limit, dirty, epochClock);
        patience = new SnapshotPatience(clock);
        stand = new JoinStand(board, gate);
        retryAt = clock.nanoTime();
    }

    /** Ends the work at the next row; what is committed stays. From any thread. */
    void stop() {
        copy.stop();
    }

    /** What holds it up, for people; else empty. From any thread. */
    String waitingFor() {
        return waitingFor;
    }

    /** Whether lanes are waited for that must come to where the source is. From any thread. */
    boolean isAwaitingLanes() {
        return stand.isAwaited();
    }

    /** The table of which rows are read; empty where none is. From any thread. */
    Optional<TableId> reading() {
        return copy.reading();
    }

    /** Rows of that table that are not committed yet. From any thread. */
    long rowsInChunk() {
        return copy.rowsInTable();
    }

    /** One step. Returns 0 where there was nothing to do yet. */
    public int doWork() {
        if (clock.nanoTime() - retryAt < 0) {
            return 0;
        }
        try {
            int work = switch (state) {
                case NEXT -> next();
                case ACKNOWLEDGE -> acknowledge();
                case SNAPSHOT -> snapshot();
                case JOIN -> join();
                case RECONCILE -> reconcile();
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

    private int next() {
        Optional<LoadBoard.Claim> taken = board.take();
        if (taken.isEmpty()) {
            waitingFor = board.isAwaitingLanes() ? "lanes to come to where they had stopped" : "";
            if (board.isComplete()) {
                replace();
            }
            return 0;
        }
        LoadBoard.Claim claim = taken.get();
        Optional<KeyBound> end = claim.needsEnd() ? end(claim) : claim.end();
        walked = claim.needsEnd() && !end.equals(claim.end()) ? claim.rows() : 0;
        chunk = board.open(claim, end);
        patience.begin();
        state = State.ACKNOWLEDGE;
        return 1;
    }

    /** So many rows on, but not behind what there is to take. */
    private Optional<KeyBound> end(LoadBoard.Claim claim) {
        boolean isFound = false;
        try {
            Optional<KeyBound> end = claim.end();
            for (TableProgress each : claim.tables()) {
                end = each.sooner(end, reader().boundary(each.plan().source(), claim.begin(), claim.rows()));
            }
            isFound = true;
            return end;
        } finally {
            if (!isFound) {
                board.giveBack(claim);
            }
        }
    }

    /** Where lanes leave nothing out, there is nothing to wait for. */
    private int acknowledge() {
        if (mayLack() && !gate.isAcknowledged(chunk.version())) {
            waitingFor = "lanes";
            return 0;
        }
        waitingFor = "";
        patience.again();
        state = State.SNAPSHOT;
        return 1;
    }

    /** Whether lanes may have left changes out that the chunk must show. */
    private boolean mayLack() {
        return board.doesDrop() && !chunk.isHeld();
    }

    private int snapshot() {
        Optional<SourcePosition> watermark = chunk.isExact() ? reader().beginExact() : Optional.of(reader().begin());
        if (watermark.isEmpty()) {
            settle(QUIET_MOMENT);
            return 0;
        }
        if (mayLack() && !gate.isContainedIn(watermark.get())) {
            reader.end();
            settle("source to show what it has sent");
            return 0;
        }
        waitingFor = "";
        if (chunk.isJoining()) {
            stand.open(chunk, reader, watermark.get());
            state = State.JOIN;
        } else {
            copy(watermark.get());
        }
        return 1;
    }

    /** Lanes bring the target to where the snapshot is, and the chunk adds to it what it lacks of that very moment. */
    private int join() {
        return switch (stand.ask()) {
            case COMING -> {
                waitingFor = "lanes to apply what the snapshot shows";
                yield 0;
            }
            case IN_DOUBT -> {
                // A commit that was written before the snapshot, and shown after it, stands between what it shows.
                state = State.SNAPSHOT;
                reader.end();
                waitingFor = QUIET_MOMENT;
                patience.doubts(waitingFor, chunk);
                retryAt = clock.nanoTime() + SnapshotPatience.PAUSE_NANOS;
                yield 0;
            }
            case THERE -> {
                waitingFor = "";
                state = State.SNAPSHOT;
                copy(stand.opened());
                yield 1;
            }
        };
    }

    /** The source has sent what it does not show yet (EXACTNESS 34), or is in the midst of commits. */
    private void settle(String what) {
        waitingFor = what;
        patience.lacks(what, chunk);
        retryAt = clock.nanoTime() + SnapshotPatience.PAUSE_NANOS;
    }

    private void copy(SourcePosition watermark) {
        long started = clock.nanoTime();
        ChunkWriter bulk = writer();
        copy.run(chunk, reader, bulk, watermark);
        reader.end();
        copy.storeRefused();
        isCommitInDoubt = true;
        bulk.commit(copy.entries().get(copy.entries().size() - 1), epoch);
        board.took(chunk, copy.passed(chunk, walked), clock.nanoTime() - started);
        done();
    }

    private void done() {
        isCommitInDoubt = false;
        copy.committed();
        board.done(chunk, copy.entries());
        chunk = null;
        state = State.NEXT;
    }

    private int reconcile() {
        List<LedgerEntry> standing = isCommitInDoubt ? standing() : List.of();
        if (standing.isEmpty()) {
            patience.again();
            state = State.SNAPSHOT;
        } else {
            copy.stands(standing); // an earlier snapshot may be the one that was committed
            done();
        }
        return 1;
    }

    /** The chunk's entries as they stand in the ledger, in the order of its tables; empty where they do not. */
    private List<LedgerEntry> standing() {
        List<LedgerEntry> ledger = connections.ledger();
        List<LedgerEntry> standing = new ArrayList<>();
        for (TableProgress each : chunk.tables()) {
            TableId name = each.plan().source().table();
            ledger.stream()
                    .filter(entry -> entry.source().equals(name) && entry.number() == chunk.number())
                    .forEach(standing::add);
        }
        return standing;
    }

    private void onFailure(MillraceException e) {
        boolean isOutage = e.code().retry() == Retry.BACKOFF;
        // A chunk whose first commit was under way fails on its own rows.
        boolean mayStand = isCommitInDoubt && state == State.SNAPSHOT && e.code() != ErrorCode.TARGET_FENCED;
        copy.rest();
        replace();
        if (!isOutage && !(mayStand && !standing().isEmpty())) {
            if (e.code() != ErrorCode.DIRTY_LIMIT || !mayTryOtherwise()) {
                throw e;
            }
            patience.again();
            return;
        }
        if (state == State.SNAPSHOT) {
            state = State.RECONCILE;
        }
        waitingFor = e.display();
        LOG.warn("load pauses: {}, pauseMillis={}", e.display(), pauseNanos / 1_000_000L);
        retryAt = clock.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LAST_PAUSE_NANOS, pauseNanos << 1);
    }

    /** A chunk that failed for its rows is read once more: decoded, so that rows are named; then without those that are refused. */
    private boolean mayTryOtherwise() {
        return copy.mayDecode() || (state == State.SNAPSHOT && copy.mayLeaveOut());
    }

    private ChunkReader reader() {
        if (reader == null) {
            reader = connections.reader();
        }
        return reader;
    }

    private ChunkWriter writer() {
        if (writer == null) {
            writer = connections.writer();
        }
        return writer;
    }

    private void replace() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }

    @Override
    public void close() {
        replace();
    }
}
