package io.millrace.pipeline;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.lane.Lane;
import io.millrace.lane.LaneLayout;
import io.millrace.lane.LaneSettings;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadLedger;
import io.millrace.load.LoadView;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.Counters;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of a running task, made and connected, without a thread: whoever steps them owns them. Built in the order in which
 * each step may rely on the one before: what would stop the task is found before anything is changed, rows that stood at the
 * target before any row moves, the position before the log.
 */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final TaskSpec task;
    private final Source source;
    private final Target target;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final Preparation preparation;
    private final TaskPlan plan;
    private final ChangeLog log;
    private final List<Lane> lanes = new ArrayList<>();
    private final ControlStore control;
    private final LaneLayout layout;
    private LoadGate gate;
    private final Optional<FullLoad> load;
    private final Optional<ChangeReader> reader;

    private Session(
            TaskSpec task,
            Source source,
            Target target,
            TaskDirectory directory,
            LogOpener opener,
            NanoClock nanoClock,
            EpochClock epochClock) {
        this.task = task;
        this.source = source;
        this.target = target;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        control = target.control();
        boolean isNew = control.checkpoints().isEmpty();
        Preparation found = Preparation.of(task, source, target);
        logFindings(found.findings());
        Preparation.requireNoError(found.findings());
        plan = found.plan();
        if (isNew && task.has(Step.FULL)) {
            requireEmpty(found);
        }
        directory.claim(source.identity());
        createMissing(found);
        preparation = found;
        layout = new LaneLayout(task.resources().writeConcurrency(), plan.layoutVersion());
        Resumption resumption = Resumption.of(control, directory, opener, layout, this::firstPosition);
        log = resumption.log();
        try {
            LoadLedger ledger = ledger(resumption);
            if (ledger != null && !ledger.isComplete()) {
                requireUntied(ledger);
            }
            boolean hasLanes = task.has(Step.INCREMENTAL);
            int laneCount = hasLanes ? resumption.checkpoints().size() : 0;
            LoadGate shared = new LoadGate(laneCount, ledger == null ? LoadView.NONE : ledger.view());
            gate = shared;
            load = Optional.ofNullable(ledger)
                    .map(each -> new FullLoad(
                            source,
                            target,
                            each,
                            shared,
                            resumption.checkpoints().get(0).epoch(),
                            estimates(found.tables()),
                            nanoClock));
            if (hasLanes) {
                for (Checkpoint checkpoint : resumption.checkpoints()) {
                    lanes.add(lane(checkpoint, ledger == null));
                }
            }
            reader = hasLanes
                    ? Optional.of(source.changes(Preparation.request(task, found.selection())))
                    : Optional.empty();
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Prepares a task, creates what is missing at the target, and takes the task over. */
    static Session open(
            TaskSpec task,
            Source source,
            Target target,
            TaskDirectory directory,
            LogOpener opener,
            NanoClock nanoClock,
            EpochClock epochClock) {
        return new Session(task, source, target, directory, opener, nanoClock, epochClock);
    }

    private static void logFindings(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.severity() == Finding.Severity.WARNING) {
                LOG.warn("{}: subject={}, fix={}", finding.message(), finding.subject(), finding.fix());
            }
        }
    }

    private static void requireEmpty(Preparation found) {
        List<TableId> occupied = found.targets().stream()
                .map(TargetTable::name)
                .filter(name -> found.states().get(name).hasRows())
                .toList();
        if (!occupied.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TARGET_ROWS_EXIST, "target tables hold rows before the load: tables=" + occupied);
        }
    }

    private void createMissing(Preparation found) {
        for (TargetTable table : found.targets()) {
            TargetState state = found.states().get(table.name());
            if (state.exists()) {
                continue;
            }
            if (!task.has(Step.STRUCTURE)) {
                throw new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING, "the target has no such table: table=" + table.name());
            }
            target.create(table);
            LOG.info("created: table={}", table.name());
        }
    }

    /** The catalog must be the same before and after the position is taken (EXACTNESS 15). */
    private SourcePosition firstPosition() {
        SourcePosition position = task.has(Step.FULL)
                ? source.loadPosition()
                : startPosition(task.start().orElse(new StartPosition.Now()));
        List<TableDetails> now = source.tables(preparation.selection());
        boolean isSame = now.size() == preparation.tables().size();
        for (int i = 0; isSame && i < now.size(); i++) {
            isSame = now.get(i).schema().hasShapeOf(preparation.tables().get(i).schema());
        }
        if (!isSame) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH, "tables changed while the task began: task=" + task.name());
        }
        return position;
    }

    private SourcePosition startPosition(StartPosition start) {
        if (start instanceof StartPosition.At at) {
            return at.position();
        }
        return start instanceof StartPosition.Earliest ? source.earliestPosition() : source.committedPosition();
    }

    /** What is loaded, or null where nothing is to be, or all of it lies behind every lane. */
    private LoadLedger ledger(Resumption resumption) {
        if (!task.has(Step.FULL)) {
            return null;
        }
        List<LedgerEntry> entries = control.ledger();
        boolean doesDrop =
                resumption.checkpoints().stream().noneMatch(each -> each.position() instanceof BinlogPosition);
        LoadLedger ledger = LoadLedger.of(plan, entries, doesDrop);
        boolean isPassed = ledger.isComplete()
                && resumption.checkpoints().stream().allMatch(each -> ledger.isPassed(each.position()));
        return isPassed && task.has(Step.INCREMENTAL) ? null : ledger;
    }

    private void requireUntied(LoadLedger ledger) {
        List<TableId> tied = plan.tables().stream()
                .filter(TablePlan::isTied)
                .map(table -> table.source().table())
                .filter(name -> !ledger.hasBegun(name))
                .toList();
        if (!tied.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.TABLE_REFUSED,
                    "the target ties rows by further unique or foreign keys, which a load cannot keep yet: tables="
                            + tied);
        }
    }

    private static Map<TableId, Long> estimates(List<TableDetails> tables) {
        Map<TableId, Long> estimates = new HashMap<>();
        tables.forEach(table -> estimates.put(table.schema().table(), table.estimatedRows()));
        return estimates;
    }

    private Lane lane(Checkpoint start, boolean isStrict) {
        LaneSettings settings = LaneSettings.of(
                task.delivery().batchRows(),
                task.delivery().batchBytes(),
                task.delivery().flushInterval().toNanos());
        return new Lane(
                plan, log, target.laneWriter(start.lane()), start, gate, isStrict, settings, nanoClock, epochClock);
    }

    /** Whether rows are shared out otherwise than the task says, and can be shared out anew: a load keeps its lanes. */
    boolean isLayoutDue() {
        if (lanes.isEmpty()) {
            return false;
        }
        Checkpoint held = lanes.get(0).status().committed();
        boolean isSame = held.laneCount() == layout.laneCount() && held.layoutVersion() == layout.version();
        if (held.layoutVersion() != layout.version() && !haveMet()) {
            throw new MillraceException(
                    ErrorCode.TARGET_TABLE_MISMATCH,
                    "rows are tied otherwise at the target than when the task was cut short: layout=" + layout.version()
                            + ", checkpoints=" + held.layoutVersion());
        }
        if (!isSame && load.isPresent()) {
            LOG.warn(
                    "write_concurrency changes at the first start behind the load: lanes={}, later={}",
                    held.laneCount(),
                    layout.laneCount());
            return false;
        }
        return !isSame;
    }

    private boolean haveMet() {
        Checkpoint first = lanes.get(0).status().committed();
        return lanes.stream()
                .map(lane -> lane.status().committed())
                .allMatch(each -> each.logIndex() == first.logIndex()
                        && each.rowsIntoTransaction() == first.rowsIntoTransaction()
                        && each.position().equals(first.position()));
    }

    /** Shares rows out by the task's layout. All lanes have met and are closed. */
    void changeLayout() {
        List<Checkpoint> held =
                lanes.stream().map(lane -> lane.status().committed()).toList();
        Counters sum = held.stream().map(Checkpoint::counters).reduce(Counters.ZERO, Counters::plus);
        Checkpoint met = held.get(0);
        List<Checkpoint> next = new ArrayList<>();
        for (int lane = 0; lane < layout.laneCount(); lane++) {
            next.add(new Checkpoint(
                    lane,
                    layout.laneCount(),
                    layout.version(),
                    met.epoch(),
                    met.logId(),
                    met.logIndex(),
                    met.position(),
                    met.lastTransaction(),
                    met.rowsIntoTransaction(),
                    lane == 0 ? sum : Counters.ZERO));
        }
        control.replace(held, next);
        LOG.info("lanes changed: before={}, now={}", held.size(), next.size());
        gate = new LoadGate(next.size(), LoadView.NONE);
        lanes.clear();
        next.forEach(checkpoint -> lanes.add(lane(checkpoint, true)));
    }

    TaskPlan plan() {
        return plan;
    }

    ChangeLog log() {
        return log;
    }

    List<Lane> lanes() {
        return lanes;
    }

    Optional<FullLoad> load() {
        return load;
    }

    /** Empty where the task follows no changes. */
    Optional<ChangeReader> reader() {
        return reader;
    }

    Source source() {
        return source;
    }

    /** Lets the log go of what every lane has committed. */
    void retain() {
        long least = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            least = Math.min(least, lane.status().committed().logIndex());
        }
        if (!lanes.isEmpty()) {
            log.retainFrom(least);
        }
    }

    /** Closes the log and what no thread owns; lanes and load are closed by whoever steps them. */
    @Override
    public void close() {
        reader.ifPresent(ChangeReader::close);
        log.close();
    }
}
