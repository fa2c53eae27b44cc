package io.millrace.pipeline.run;

import io.millrace.dirty.DirtyRows;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.lane.count.TableActivity;
import io.millrace.lane.row.KeyMoves;
import io.millrace.lane.table.LaneLayout;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadView;
import io.millrace.load.ReadLimit;
import io.millrace.mapping.Positions;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.status.TableCounts;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of a running task, made and connected, without a thread: whoever steps them owns them. {@code SessionOpening} makes it.
 */
public final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Parts parts;
    private final Optional<ControlStore> control;
    private final LaneMaker maker;
    private final List<Follower> lanes = new ArrayList<>();
    private final long backlogEnd;
    private LoadGate gate;
    private KeyMoves moves;
    private long backlogPassed = -1;
    private long repeatedPassed;
    private final TableActivity activity;
    private Optional<PartitionKeeper> partitions = Optional.empty();
    private final Optional<DelayedLog> delayed;
    private Optional<SourcePosition> acknowledged = Optional.empty();

    /**
     * What a session is made of. All of it is its own, but for source and target.
     *
     * @param layout as the task says; lanes may still be of another
     * @param load where there is something to load, or a load's end to be passed
     * @param dirty of a task with a target
     * @param reader where changes are followed
     * @param limit of the load and of that reader
     */
    public record Parts(
            TaskSpec task,
            TaskDirectory directory,
            TaskPlan plan,
            LaneLayout layout,
            ChangeLog log,
            LoadGate gate,
            Optional<FullLoad> load,
            Optional<DirtyRows> dirty,
            Optional<ChangeReader> reader,
            ReadLimit limit) {}

    /** Makes a lane that goes on at a checkpoint. */
    @FunctionalInterface
    public interface LaneMaker {
        Follower lane(Session session, Checkpoint start, boolean isStrict);
    }

    /**
     * A session over parts that are ready.
     *
     * @param checkpoints of the lanes; empty where no changes are followed
     */
    public Session(Parts parts, ControlStore control, LaneMaker lanes, List<Checkpoint> checkpoints, EpochClock clock) {
        this.parts = parts;
        delayed = delayed(parts, checkpoints, clock);
        this.control = Optional.of(control);
        maker = lanes;
        gate = parts.gate();
        moves = new KeyMoves(checkpoints.size());
        backlogEnd = parts.log().durableIndex();
        activity = new TableActivity(parts.plan().tables().size());
        checkpoints.forEach(checkpoint ->
                this.lanes.add(lanes.lane(this, checkpoint, parts.load().isEmpty())));
    }

    /** A session whose changes go to a consumer, which goes on at its checkpoint. */
    public Session(Parts parts, Checkpoint held, Function<ChangeLog, Follower> follower, EpochClock clock) {
        this.parts = parts;
        delayed = delayed(parts, List.of(held), clock);
        Follower consumer = follower.apply(view());
        control = Optional.empty();
        maker = (session, start, isStrict) -> consumer;
        gate = parts.gate();
        moves = new KeyMoves(0);
        backlogEnd = parts.log().durableIndex();
        activity = new TableActivity(0);
        lanes.add(consumer);
    }

    private static Optional<DelayedLog> delayed(Parts parts, List<Checkpoint> checkpoints, EpochClock clock) {
        long delayMillis = parts.task().delivery().delay().toMillis();
        if (delayMillis == 0 || checkpoints.isEmpty()) {
            return Optional.empty();
        }
        ChangeReader reader = parts.reader().orElseThrow();
        long from = checkpoints.stream().mapToLong(Checkpoint::logIndex).min().orElseThrow();
        return Optional.of(new DelayedLog(
                parts.log(), from, delayMillis, () -> clock.time() + reader.clockOffsetMicros() / 1_000));
    }

    /** The log as lanes may read it: later than it is written, where the task says so. */
    public ChangeLog view() {
        return delayed.isPresent() ? delayed.get() : parts.log();
    }

    /** What holds changes back; empty where nothing does. */
    Optional<DelayedLog> delayed() {
        return delayed;
    }

    /** The gate of the lanes that are made now. */
    public LoadGate gate() {
        return gate;
    }

    /** Where the lanes that are made now meet over key changes. */
    public KeyMoves moves() {
        return moves;
    }

    /** Of a task with a target. */
    public DirtyRows dirty() {
        return parts.dirty().orElseThrow();
    }

    /** Where the log ended when the session began. */
    public long backlogEnd() {
        return backlogEnd;
    }

    /** Whether rows are shared out otherwise than the task says, and can be shared out anew: a load keeps its lanes. */
    public boolean isLayoutDue() {
        if (lanes.isEmpty() || control.isEmpty()) {
            return false;
        }
        Checkpoint held = lanes.get(0).status().committed();
        boolean isSame = held.laneCount() == parts.layout().laneCount()
                && held.layoutVersion() == parts.layout().version();
        if (held.layoutVersion() != parts.layout().version() && !haveMet()) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    "rows are tied otherwise at the target than when the task was cut short: layout="
                            + parts.layout().version() + ", checkpoints=" + held.layoutVersion());
        }
        if (!isSame && parts.load().isPresent()) {
            LOG.warn(
                    "write_concurrency changes at the first start behind the load: lanes={}, later={}",
                    held.laneCount(),
                    parts.layout().laneCount());
            return false;
        }
        return !isSame;
    }

    private boolean haveMet() {
        return haveMet(lanes.stream().map(lane -> lane.status().committed()).toList());
    }

    /** Whether lanes stand at one place. */
    public static boolean haveMet(List<Checkpoint> checkpoints) {
        Checkpoint first = checkpoints.get(0);
        return checkpoints.stream()
                .allMatch(each -> each.logIndex() == first.logIndex()
                        && each.rowsIntoTransaction() == first.rowsIntoTransaction()
                        && each.position().equals(first.position()));
    }

    /** Shares rows out by the task's layout. All lanes have met and are closed. */
    public void changeLayout() {
        List<Checkpoint> held =
                lanes.stream().map(lane -> lane.status().committed()).toList();
        Counters sum = held.stream().map(Checkpoint::counters).reduce(Counters.ZERO, Counters::plus);
        Checkpoint met = held.get(0);
        List<Checkpoint> next = new ArrayList<>();
        for (int lane = 0; lane < parts.layout().laneCount(); lane++) {
            next.add(new Checkpoint(
                    lane,
                    parts.layout().laneCount(),
                    parts.layout().version(),
                    met.epoch(),
                    met.logId(),
                    met.logIndex(),
                    met.position(),
                    met.lastTransaction(),
                    met.rowsIntoTransaction(),
                    lane == 0 ? sum : Counters.ZERO));
        }
        control.orElseThrow().replace(held, next);
        carryInflow();
        LOG.info("lanes changed: before={}, now={}", held.size(), next.size());
        gate = new LoadGate(next.size(), LoadView.NONE);
        moves = new KeyMoves(next.size());
        lanes.clear();
        next.forEach(checkpoint -> lanes.add(maker.lane(this, checkpoint, true)));
    }

    private void carryInflow() {
        if (backlogPassed >= 0
                || lanes.stream().anyMatch(lane -> lane.status().inflow().backlog() < 0)) {
            return;
        }
        backlogPassed = lanes.stream()
                .mapToLong(lane -> lane.status().inflow().backlog())
                .sum();
        repeatedPassed = lanes.stream()
                .mapToLong(lane -> lane.status().inflow().repeated())
                .sum();
    }

    /** What each lane has counted. */
    public List<LaneStatus.Inflow> inflows() {
        return lanes.stream().map(lane -> lane.status().inflow()).toList();
    }

    /**
     * Row changes that are in the log and not yet at the target: what had been counted in at the end that the log had when the
     * session began, and all that the reader wrote since, without what it wrote again, less what is counted in now.
     *
     * @param inflows of the lanes, asked before {@code written}
     * @param written row changes of all transactions that the reader committed to the log in this session
     * @return -1 until every lane has passed that end
     */
    public long inFlight(List<LaneStatus.Inflow> inflows, long written) {
        long due = written + Math.max(0, backlogPassed) - repeatedPassed;
        for (LaneStatus.Inflow inflow : inflows) {
            if (backlogPassed < 0 && inflow.backlog() < 0) {
                return -1;
            }
            due += (backlogPassed < 0 ? inflow.backlog() : 0) - inflow.repeated() - inflow.done();
        }
        return due;
    }

    /** The same with somebody who keeps partitions ready. */
    public Session with(Optional<PartitionKeeper> keeper) {
        partitions = keeper;
        return this;
    }

    /** Empty where no table is divided by ranges. */
    Optional<PartitionKeeper> partitions() {
        return partitions;
    }

    TaskPlan plan() {
        return parts.plan();
    }

    ChangeLog log() {
        return parts.log();
    }

    public List<Follower> lanes() {
        return lanes;
    }

    public Optional<FullLoad> load() {
        return parts.load();
    }

    /** Of all that the task reads. */
    public ReadLimit limit() {
        return parts.limit();
    }

    /** Empty where the task follows no changes. */
    Optional<ChangeReader> reader() {
        return parts.reader();
    }

    /** Lets the log go of what every lane has committed. */
    public void retain() {
        long least = Long.MAX_VALUE;
        for (Follower lane : lanes) {
            least = Math.min(least, lane.status().committed().logIndex());
        }
        if (!lanes.isEmpty()) {
            parts.log().retainFrom(least);
        }
    }

    /** Changes applied, by table. */
    public TableActivity activity() {
        return activity;
    }

    /** The same with the tables' names, for any thread and beyond the session's end. */
    Supplier<List<TableCounts>> tableCounts() {
        TableActivity counts = activity;
        List<TablePlan> tables = control.isPresent() ? parts.plan().tables() : List.of();
        return () -> tables.stream()
                .map(table -> new TableCounts(
                        table.source().table(),
                        counts.inserts(table.number()),
                        counts.updates(table.number()),
                        counts.deletes(table.number())))
                .toList();
    }

    /** Tells the source what it need not keep for us any more. */
    void acknowledge() {
        parts.reader()
                .ifPresent(reader -> Acknowledgement.of(
                                committed(),
                                parts.log().durablePosition(),
                                Acknowledgement.holdBytes(
                                        parts.task().delivery().holdAtSourceBytes(), reader.holdLimitBytes()))
                        .ifPresent(position -> {
                            reader.acknowledge(position);
                            boolean isBehind = acknowledged
                                    .filter(told -> Positions.covers(told, position))
                                    .isPresent();
                            acknowledged = isBehind ? acknowledged : Optional.of(position);
                        }));
    }

    private List<SourcePosition> committed() {
        return lanes.stream().map(lane -> lane.status().committed().position()).toList();
    }

    /** What the source was told; empty where it keeps nothing for us. */
    Optional<SourcePosition> acknowledged() {
        return acknowledged;
    }

    /** Whether the source may have forgotten what the target lacks. */
    boolean isLogOnlyCopy() {
        return Acknowledgement.isOnlyCopy(acknowledged, committed());
    }

    /** Closes the log and what no thread owns; lanes and load are closed by whoever steps them. */
    @Override
    public void close() {
        parts.reader().ifPresent(ChangeReader::close);
        parts.log().close();
        parts.dirty().ifPresent(DirtyRows::close);
        parts.directory().unlock();
    }
}
