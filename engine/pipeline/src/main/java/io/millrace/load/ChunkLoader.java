package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.RowScope;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.transform.ImageRewriter;
import io.millrace.transform.RowContext;
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
    private static final long SETTLE_NANOS = 10_000_000L;
    private static final long LONGEST_SETTLE_NANOS = 300_000_000_000L;
    private static final int MOST_DOUBTS = 10_000;

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
    private final DirtyLoad dirty;
    private final NanoClock clock;
    private final EpochClock epochClock;
    private final ChunkBuffer buffer;
    private final List<LedgerEntry> entries = new ArrayList<>(); // of the chunk's tables, as read

    private State state = State.NEXT;
    private ChunkReader reader;
    private ChunkWriter writer;
    private Chunk chunk;
    private long retryAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long settlingSince;
    private SourcePosition opened; // of JOIN
    private JoinHold hold;
    private int doubts;
    private boolean isCommitInDoubt;
    private int walked; // rows of the chunk, where its end was walked to
    private boolean isRaw; // the chunk's rows go undecoded
    private boolean isDecoded; // they shall not, for one was refused
    private volatile String waitingFor = "";
    private volatile TableId reading;
    private volatile boolean isAwaitingLanes;

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
        this.epochClock = epochClock;
        buffer = new ChunkBuffer(limit);
        this.board = board;
        this.gate = gate;
        this.connections = connections;
        this.epoch = epoch;
        this.dirty = dirty;
        this.clock = clock;
        retryAt = clock.nanoTime();
    }

    /** Ends the work at the next row; what is committed stays. From any thread. */
    void stop() {
        buffer.stop();
    }

    /** What holds it up, for people; else empty. From any thread. */
    String waitingFor() {
        return waitingFor;
    }

    /** Whether lanes are waited for that must come to where the source is. From any thread. */
    boolean isAwaitingLanes() {
        return isAwaitingLanes;
    }

    /** The table of which rows are read; empty where none is. From any thread. */
    Optional<TableId> reading() {
        return Optional.ofNullable(reading);
    }

    /** Rows of that table that are not committed yet. From any thread. */
    long rowsInChunk() {
        return buffer.rows();
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
        walked = taken.get().needsEnd() ? board.rows(taken.get()) : 0;
        chunk = board.open(taken.get(), end(taken.get()));
        doubts = 0;
        settlingSince = clock.nanoTime();
        state = State.ACKNOWLEDGE;
        return 1;
    }

    private Optional<KeyBound> end(LoadBoard.Claim claim) {
        if (!claim.needsEnd()) {
            return Optional.empty();
        }
        boolean isFound = false;
        try {
            Optional<KeyBound> begin = board.begin(claim);
            Optional<KeyBound> end = Optional.empty();
            for (TableProgress each : claim.tables()) {
                end = each.sooner(end, reader().boundary(each.plan().source(), begin, walked));
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
        settlingSince = clock.nanoTime();
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
            settle("a moment at which the source commits nothing");
            return 0;
        }
        if (mayLack() && !gate.isContainedIn(watermark.get())) {
            reader.end();
            settle("source to show what it has sent");
            return 0;
        }
        waitingFor = "";
        if (chunk.isJoining()) {
            requireExact();
            opened = watermark.get();
            hold = board.hold(opened);
            state = State.JOIN;
        } else {
            copy(watermark.get());
        }
        return 1;
    }

    /** Lanes bring the target to where the snapshot is, and the chunk adds to it what it lacks of that very moment. */
    private int join() {
        isAwaitingLanes = !gate.doAllStand(hold);
        if (gate.isInDoubt(hold)) {
            isAwaitingLanes = false;
            state = State.SNAPSHOT;
            reader.end();
            doubt();
            return 0;
        }
        if (isAwaitingLanes) {
            waitingFor = "lanes to apply what the snapshot shows";
            return 0;
        }
        waitingFor = "";
        state = State.SNAPSHOT;
        copy(opened);
        return 1;
    }

    private void requireExact() {
        if (!reader.isExact()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "a table joins others that are loaded, and a standby does not tell which transactions a snapshot holds: table="
                            + chunk.table().plan().source().table() + ", required=a primary");
        }
    }

    /** A commit that was written before the snapshot, and shown after it, stands between what it shows. */
    private void doubt() {
        waitingFor = "a moment at which the source commits nothing";
        if (++doubts > MOST_DOUBTS) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "no snapshot could be used: waitingFor=" + waitingFor + ", table="
                            + chunk.table().plan().source().table() + ", attempts=" + MOST_DOUBTS);
        }
        retryAt = clock.nanoTime() + SETTLE_NANOS;
    }

    /** The source has sent what it does not show yet (EXACTNESS 34), or is in the midst of commits. */
    private void settle(String what) {
        waitingFor = what;
        long waited = clock.nanoTime() - settlingSince;
        if (waited > LONGEST_SETTLE_NANOS) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "no snapshot could be used: waitingFor=" + what + ", table="
                            + chunk.table().plan().source().table() + ", seconds=" + waited / 1_000_000_000L);
        }
        retryAt = clock.nanoTime() + SETTLE_NANOS;
    }

    /** All tables of the chunk or none: under one snapshot, in one transaction, so that nothing has to be undone after a failure. */
    private void copy(SourcePosition watermark) {
        long started = clock.nanoTime();
        entries.clear();
        dirty.begin();
        long all = 0;
        ChunkWriter bulk = writer();
        if (chunk.isReload()) {
            bulk.replace(chunk.childrenFirst(), chunk.lower(), chunk.upper());
        }
        for (TableProgress each : chunk.tables()) {
            TablePlan plan = each.plan();
            if (entries.isEmpty()) {
                bulk.begin(plan.target());
            } else {
                bulk.proceed(entries.get(entries.size() - 1), plan.target());
            }
            dirty.table(plan, chunk.number(), watermark);
            buffer.begin(bulk, rewriter(plan, watermark));
            reading = plan.source().table();
            long rows = read(plan, bulk);
            requireSame(plan, rows);
            all += rows;
            bulk.flush();
            entries.add(new LedgerEntry(
                    plan.source().table(),
                    chunk.number(),
                    chunk.lower(),
                    chunk.upper(),
                    watermark,
                    LoadLedger.shape(plan),
                    rows - buffer.filtered() - dirty.refusedInTable()));
        }
        reader.end();
        dirty.store(entries);
        isCommitInDoubt = true;
        bulk.commit(entries.get(entries.size() - 1), epoch);
        // Of rows that the source leaves out a chunk may have few, however many it went by; of several tables each is
        // as long.
        long ofEach = all / chunk.tables().size();
        long passed = chunk.upper().isPresent() ? Math.max(walked, ofEach) : ofEach;
        board.took(chunk, passed, clock.nanoTime() - started);
        done();
    }

    private ImageRewriter rewriter(TablePlan plan, SourcePosition watermark) {
        return plan.transform()
                .map(rows -> rows.rewriter(RowContext.ofLoad(watermark.text(), epochClock)))
                .orElse(null);
    }

    /** Undecoded, where source and target speak of the same bytes and rows stay as they are. */
    private long read(TablePlan plan, ChunkWriter bulk) {
        LoadScope scope = LoadScope.of(plan, reader);
        isRaw = !isDecoded
                && scope.doRowsStay()
                && !dirty.isLeavingOut()
                && reader.rawForm(plan.source(), scope.raw().columns())
                        .filter(bulk::openRaw)
                        .isPresent();
        if (isRaw) {
            return reader.readRaw(plan.source(), scope.raw(), chunk.lower(), chunk.upper(), buffer);
        }
        // Rows that are stored are kept whole, for whoever writes them later may want columns that are left out now.
        RowScope rows = dirty.isLeavingOut()
                ? new RowScope(
                        RowScope.all(plan.source()).columns(), scope.rows().where())
                : scope.rows();
        return reader.read(plan.source(), rows, chunk.lower(), chunk.upper(), buffer);
    }

    private void requireSame(TablePlan plan, long rows) {
        if (rows != buffer.rows()) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "chunk counts differ: table=" + plan.source().table() + ", read=" + rows + ", written="
                            + buffer.rows());
        }
    }

    private void done() {
        isCommitInDoubt = false;
        dirty.committed();
        readNothing();
        board.done(chunk, entries);
        chunk = null;
        isDecoded = false;
        state = State.NEXT;
    }

    private void readNothing() {
        reading = null;
        buffer.clear();
    }

    private int reconcile() {
        List<LedgerEntry> standing = isCommitInDoubt ? standing() : List.of();
        if (standing.isEmpty()) {
            settlingSince = clock.nanoTime();
            state = State.SNAPSHOT;
        } else {
            entries.clear(); // an earlier snapshot may be the one that was committed
            entries.addAll(standing);
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
        readNothing();
        replace();
        if (!isOutage && !(mayStand && !standing().isEmpty())) {
            if (e.code() != ErrorCode.DIRTY_LIMIT || !mayTryOtherwise()) {
                throw e;
            }
            settlingSince = clock.nanoTime();
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
        if (isRaw && !isDecoded) {
            isDecoded = true;
            return true;
        }
        if (state != State.SNAPSHOT || !dirty.mayLeaveOut()) {
            return false;
        }
        dirty.leaveOut();
        return true;
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
        writer.leaveOut(dirty.isLeavingOut() ? dirty : null);
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
