package io.millrace.load;

import io.millrace.dirty.DirtyRows;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.StructureItem;
import io.millrace.writer.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads all tables, chunk by chunk, one at a time.
 *
 * <pre>
 * state        entered                                meaning                                     leaves to
 * NEXT         at first, and after each chunk         find the next chunk's upper end, tell lanes ACKNOWLEDGE, ENDING
 * ACKNOWLEDGE  lanes were told                        wait until all lanes drop nothing of it     SNAPSHOT
 * SNAPSHOT     they do                                open a snapshot that has all they dropped   COPY (same step), SNAPSHOT
 * RECONCILE    a chunk failed by an outage            ask the ledger whether it stands            NEXT, SNAPSHOT
 * ENDING       all chunks are committed               tell lanes where the load ends              STRUCTURE
 * STRUCTURE    they were told                         wait until all have passed it; make keys    OVER
 * OVER         all is made                            nothing to do
 * </pre>
 *
 * <p>Tables of a group are one chunk, under a snapshot that is exact (EXACTNESS 40, decision 0006).
 *
 * <p>Steppable by hand; confined to one thread, but for {@link #stop} and {@link #status}. An outage of source or target is
 * retried for as long as it lasts; the chunk then is read anew, with a new snapshot, for the same range.
 */
public final class FullLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FullLoad.class);
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LAST_PAUSE_NANOS = 30_000_000_000L;
    private static final long SETTLE_NANOS = 10_000_000L;
    private static final long LONGEST_SETTLE_NANOS = 300_000_000_000L;

    private enum State {
        NEXT,
        ACKNOWLEDGE,
        SNAPSHOT,
        RECONCILE,
        ENDING,
        STRUCTURE,
        OVER
    }

    private final Source source;
    private final Target target;
    private final LoadLedger ledger;
    private final LoadGate gate;
    private final long epoch;
    private final Map<TableId, Long> estimates;
    private final NanoClock clock;
    private final DirtyLoad dirty;
    private final ChunkBuffer buffer = new ChunkBuffer();
    private final ChunkSize size = new ChunkSize();

    private State state = State.NEXT;
    private ChunkReader reader;
    private ChunkWriter writer;
    private TableProgress table;
    private List<TableProgress> group = List.of(); // with the table; empty where it is loaded by itself
    private final List<LedgerEntry> entries = new ArrayList<>(); // of the group, as read
    private Optional<KeyBound> upper = Optional.empty();
    private long announcedVersion;
    private long retryAt;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long settlingSince;
    private boolean isCommitInDoubt;
    private Deque<StructureItem> pending; // null: not asked for yet
    private volatile String waitingFor = "";
    private volatile LoadStatus status;

    /**
     * A load that goes on where the ledger ends.
     *
     * @param gate whose first view is the ledger's
     * @param epoch of this process at the target
     * @param estimates the source's own row counts
     * @param dirty where rows go that cannot be written
     */
    public FullLoad(
            Source source,
            Target target,
            LoadLedger ledger,
            LoadGate gate,
            long epoch,
            Map<TableId, Long> estimates,
            DirtyRows dirty,
            NanoClock clock,
            EpochClock epochClock) {
        this.source = source;
        this.target = target;
        this.ledger = ledger;
        this.gate = gate;
        this.epoch = epoch;
        this.estimates = Map.copyOf(estimates);
        this.dirty = new DirtyLoad(dirty, epochClock);
        this.clock = clock;
        retryAt = clock.nanoTime();
        status = statusNow();
    }

    /** Whether all chunks are committed, lanes are past them, and keys and indexes are made; from any thread. */
    public boolean isOver() {
        return status.isOver();
    }

    /** A glance; from any thread. */
    public LoadStatus status() {
        LoadStatus last = status;
        long inChunk = buffer.rows();
        if (inChunk == 0 && last.waitingFor().equals(waitingFor)) {
            return last;
        }
        List<LoadStatus.Table> tables = new ArrayList<>();
        for (LoadStatus.Table each : last.tables()) {
            boolean isCurrent = last.current().filter(each.source()::equals).isPresent();
            tables.add(
                    isCurrent
                            ? new LoadStatus.Table(
                                    each.source(), each.rows() + inChunk, each.estimatedRows(), each.isComplete())
                            : each);
        }
        return new LoadStatus(tables, last.rows() + inChunk, last.current(), waitingFor, last.isOver());
    }

    /** Ends the work at the next row; what is committed stays. From any thread. */
    public void stop() {
        buffer.stop();
    }

    /** One step. Returns 0 where there was nothing to do yet. */
    public int doWork() {
        if (state == State.OVER || clock.nanoTime() - retryAt < 0) {
            return 0;
        }
        try {
            int work = switch (state) {
                case NEXT -> next();
                case ACKNOWLEDGE -> acknowledge();
                case SNAPSHOT -> snapshot();
                case RECONCILE -> reconcile();
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

    private int next() {
        Optional<TableProgress> next = ledger.next();
        if (next.isEmpty()) {
            state = State.ENDING;
            retryAt = clock.nanoTime() + FIRST_PAUSE_NANOS;
            return 1;
        }
        table = next.get();
        group = table.plan().isGrouped() ? ledger.groupOf(table) : List.of();
        status = statusNow();
        upper = group.isEmpty()
                ? reader().boundary(table.plan().source(), table.lower(), size.rows())
                : Optional.empty();
        announce();
        return 1;
    }

    private void announce() {
        LoadView view = group.isEmpty() ? ledger.loading(table, upper) : ledger.loading(group);
        announcedVersion = view.version();
        gate.publish(view);
        settlingSince = clock.nanoTime();
        state = State.ACKNOWLEDGE;
    }

    private int acknowledge() {
        if (!gate.isAcknowledged(announcedVersion)) {
            waitingFor = "lanes";
            return 0;
        }
        waitingFor = "";
        settlingSince = clock.nanoTime();
        state = State.SNAPSHOT;
        return 1;
    }

    private int snapshot() {
        Optional<SourcePosition> opened = group.isEmpty() ? Optional.of(reader().begin()) : reader().beginExact();
        if (opened.isEmpty()) {
            settle("a moment at which the source commits nothing");
            return 0;
        }
        SourcePosition watermark = opened.get();
        if (ledger.doesDrop() && !gate.isContainedIn(watermark)) {
            reader.end();
            settle("source to show what it has sent");
            return 0;
        }
        waitingFor = "";
        if (group.isEmpty()) {
            copy(watermark);
        } else {
            copyGroup(watermark);
        }
        return 1;
    }

    /** The source has sent what it does not show yet (EXACTNESS 34), or is in the midst of commits. */
    private void settle(String what) {
        waitingFor = what;
        long waited = clock.nanoTime() - settlingSince;
        if (waited > LONGEST_SETTLE_NANOS) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "no snapshot could be used: waitingFor=" + what + ", table="
                            + table.plan().source().table() + ", seconds=" + waited / 1_000_000_000L);
        }
        retryAt = clock.nanoTime() + SETTLE_NANOS;
    }

    private void copy(SourcePosition watermark) {
        TablePlan plan = table.plan();
        long started = clock.nanoTime();
        ChunkWriter bulk = writer();
        buffer.begin(bulk);
        beginDirty(plan, table.doneCount(), watermark);
        bulk.begin(plan.target());
        long rows = reader.read(plan.source(), table.lower(), upper, buffer);
        reader.end();
        requireSame(plan, rows);
        bulk.flush();
        LedgerEntry entry = new LedgerEntry(
                plan.source().table(),
                table.doneCount(),
                table.lower(),
                upper,
                watermark,
                LoadLedger.shape(plan),
                rows - dirty.refusedInTable());
        dirty.store(List.of(entry));
        isCommitInDoubt = true;
        bulk.commit(entry, epoch);
        size.took(rows, clock.nanoTime() - started);
        done(entry);
    }

    /** All of them or none: under one snapshot, in one transaction, so that nothing has to be undone after a failure. */
    private void copyGroup(SourcePosition watermark) {
        entries.clear();
        ChunkWriter bulk = writer();
        for (TableProgress each : group) {
            TablePlan plan = each.plan();
            table = each;
            status = statusNow();
            beginDirty(plan, 0, watermark);
            if (entries.isEmpty()) {
                bulk.begin(plan.target());
            } else {
                bulk.proceed(entries.get(entries.size() - 1), plan.target());
            }
            buffer.begin(bulk);
            long rows = reader.read(plan.source(), Optional.empty(), Optional.empty(), buffer);
            requireSame(plan, rows);
            bulk.flush();
            entries.add(new LedgerEntry(
                    plan.source().table(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    watermark,
                    LoadLedger.shape(plan),
                    rows - dirty.refusedInTable()));
        }
        reader.end();
        LedgerEntry last = entries.get(entries.size() - 1);
        dirty.store(entries);
        isCommitInDoubt = true;
        bulk.commit(last, epoch);
        done(last);
    }

    private void beginDirty(TablePlan plan, int chunk, SourcePosition watermark) {
        if (group.isEmpty() || entries.isEmpty()) {
            dirty.begin();
        }
        dirty.table(plan, chunk, watermark);
    }

    private void requireSame(TablePlan plan, long rows) {
        if (rows != buffer.rows()) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "chunk counts differ: table=" + plan.source().table() + ", read=" + rows + ", written="
                            + buffer.rows());
        }
    }

    private void done(LedgerEntry entry) {
        isCommitInDoubt = false;
        dirty.committed();
        if (group.isEmpty()) {
            table.done(entry);
        } else {
            for (int i = 0; i < group.size(); i++) {
                group.get(i).done(entries.get(i));
            }
        }
        buffer.clear();
        status = statusNow();
        gate.publish(ledger.view());
        state = State.NEXT;
    }

    private int reconcile() {
        TableId name = table.plan().source().table();
        Optional<LedgerEntry> committed = target.control().ledger().stream()
                .filter(entry -> entry.source().equals(name) && entry.number() == table.doneCount())
                .findFirst();
        if (committed.isPresent()) {
            done(committed.get());
        } else {
            settlingSince = clock.nanoTime();
            state = State.SNAPSHOT;
        }
        return 1;
    }

    private int ending() {
        gate.publish(ledger.over(source.committedPosition()));
        state = State.STRUCTURE;
        status = statusNow();
        return 1;
    }

    /** Indexes and keys, one a step, once every row is where it belongs (EXACTNESS 40). */
    private int structure() {
        if (pending == null) {
            if (!gate.haveAllPassed()) {
                waitingFor = "lanes to pass the load's end";
                return 0;
            }
            replace();
            pending = new ArrayDeque<>(target.pending());
        }
        if (pending.isEmpty()) {
            waitingFor = "";
            state = State.OVER;
            status = statusNow();
            return 1;
        }
        waitingFor = "the target to make keys and indexes: left=" + pending.size();
        PendingStructure.make(target, pending.peek());
        pending.remove();
        return 1;
    }

    private void onFailure(MillraceException e) {
        boolean isOutage = e.code().retry() == Retry.BACKOFF;
        // A chunk whose first commit was under way fails on its own rows.
        boolean mayStand = isCommitInDoubt && state == State.SNAPSHOT && e.code() != ErrorCode.TARGET_FENCED;
        buffer.clear();
        replace();
        pending = null;
        boolean isDirty = e.code() == ErrorCode.DIRTY_LIMIT && state == State.SNAPSHOT && dirty.mayLeaveOut();
        if (!isOutage && !isDirty && !(mayStand && isInLedger())) {
            throw e;
        }
        if (isDirty) {
            dirty.leaveOut();
        }
        if (state == State.SNAPSHOT) {
            state = State.RECONCILE;
        }
        waitingFor = e.display();
        LOG.warn("load pauses: {}, pauseMillis={}", e.display(), pauseNanos / 1_000_000L);
        retryAt = clock.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LAST_PAUSE_NANOS, pauseNanos << 1);
    }

    private boolean isInLedger() {
        TableId name = table.plan().source().table();
        return target.control().ledger().stream()
                .anyMatch(entry -> entry.source().equals(name) && entry.number() == table.doneCount());
    }

    private LoadStatus statusNow() {
        List<LoadStatus.Table> tables = new ArrayList<>();
        long rows = 0;
        for (TableProgress each : ledger.tables()) {
            TableId name = each.plan().source().table();
            tables.add(new LoadStatus.Table(name, each.rows(), estimates.getOrDefault(name, -1L), each.isComplete()));
            rows += each.rows();
        }
        Optional<TableId> current = Optional.ofNullable(table)
                .filter(each -> !each.isComplete())
                .map(each -> each.plan().source().table());
        return new LoadStatus(tables, rows, current, waitingFor, state == State.OVER);
    }

    private ChunkReader reader() {
        if (reader == null) {
            reader = source.chunks();
        }
        return reader;
    }

    private ChunkWriter writer() {
        if (writer == null) {
            writer = target.chunkWriter();
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
