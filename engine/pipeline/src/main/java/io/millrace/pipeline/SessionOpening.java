package io.millrace.pipeline;

import io.millrace.ddl.DdlKind;
import io.millrace.dirty.DirtyRows;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.DirtyStore;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.lane.DirtyKeys;
import io.millrace.lane.Lane;
import io.millrace.lane.LaneLayout;
import io.millrace.lane.LaneSettings;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadLedger;
import io.millrace.load.LoadView;
import io.millrace.load.ReadLimit;
import io.millrace.mapping.TaskPlan;
import io.millrace.position.BinlogPosition;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.task.Consistency;
import io.millrace.task.DdlPolicy;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import io.millrace.writer.TargetTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a session, in the order in which each step may rely on the one before: what would stop the task is found before anything
 * is changed; rows that stood at the target before any row moves; the directory is ours before the task is taken over; the
 * position is taken before the log is made. May be tried again after any failure. Confined to one thread.
 */
final class SessionOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpening.class);
    /** What a loader may buffer: a statement's rows, and the driver's. */
    private static final long LOADER_BYTES = 16L << 20;

    private final TaskSpec task;
    private final Source source;
    private final Target target;
    private final TaskDirectory directory;
    private final LogOpener opener;
    private final StatementStep statements;
    private final MissingTables missing;
    private final Reloads reloads;
    private final RedoneLoads redone;
    private boolean doesAdmit = true;
    private boolean doesHold; // loads can begin anew
    private final NanoClock nanoClock;
    private final EpochClock epochClock;

    SessionOpening(
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
        this.directory = directory;
        this.opener = opener;
        statements = new StatementStep(task, target);
        missing = new MissingTables(task, target, directory);
        reloads = new Reloads(task, source, target, directory);
        redone = new RedoneLoads(task);
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
    }

    /** What carries statements out between sessions. */
    StatementStep statements() {
        return statements;
    }

    /** Begins a table's load anew with the next session. Returns whether that is possible, and new. */
    boolean redo(TableId table) {
        return doesHold && redone.add(table);
    }

    /** Tables of a plan that are another one at the source by now, or none. */
    Set<TableId> ahead(TaskPlan plan) {
        List<FollowedTable> planned = plan.tables().stream()
                .map(table -> FollowedTable.of(table.source()))
                .toList();
        FollowedShapes shapes = new FollowedShapes(planned, false, Set.of());
        shapes.over(source.tables(task.tables()), task.tables());
        return shapes.ahead();
    }

    /** The next session takes in what the catalog has and the task does not know; else only the first one does. */
    void admit() {
        doesAdmit = true;
    }

    /** Prepares the task, creates what is missing at the target, and takes the task over. */
    Session open() {
        ControlStore control = target.control();
        boolean isNew = control.checkpoints().isEmpty();
        FollowedShapes shapes = FollowedShapes.none();
        if (!isNew) {
            completeStatement(control);
            shapes = FollowedShapes.of(task, source, control, doesAdmit);
        }
        Preparation found = prepare(shapes);
        if (!shapes.isEmpty()) {
            requireAdmissible(shapes.lacking(found.tables()));
        }
        TaskPlan plan = found.plan();
        Set<TableId> fresh = task.has(Step.FULL) ? MissingTables.fresh(control, plan, isNew) : Set.of();
        StandingRows standing = StandingRows.of(task, found, isNew ? List.of() : control.ledger(), target);
        logFindings(standing.findings());
        Preparation.requireNoError(standing.findings());
        if (!isNew && task.has(Step.FULL)) {
            MissingTables.requireThere(found, fresh);
        }
        directory.lock();
        try {
            directory.claim(source, positions(control.checkpoints()));
            if (!isNew && task.has(Step.INCREMENTAL)) {
                source.admit(Preparation.request(task, found.selection()), fresh);
            }
            renewFollowedKeys(found, isNew);
            missing.create(found);
            if (!task.has(Step.FULL)) {
                missing.makePending();
            }
            control.prepare();
            if (isNew) {
                control.begin(shapes.with(found.tables()));
            } else {
                control.keep(shapes.lacking(found.tables()));
            }
            statements.follow(shapes.with(found.tables()));
            LaneLayout layout = new LaneLayout(laneCount(), plan.layoutVersion());
            Resumption resumption = Resumption.of(control, directory, opener, layout, () -> firstPosition(found));
            Session session = connect(control, found, standing, shapes, plan, layout, resumption);
            doesAdmit = false;
            return session;
        } catch (RuntimeException e) {
            directory.unlock();
            throw e;
        }
    }

    /** A table that was made while no process ran comes by the catalog, before its CREATE does. */
    private void requireAdmissible(List<FollowedTable> news) {
        for (FollowedTable table : news) {
            if (task.ddl(table.table()).of(DdlKind.CREATE_TABLE) == DdlPolicy.ERROR) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a selected table is new to the task: table=" + table.table()
                                + ", policy=error, kind=create_table");
            }
        }
    }

    /** What a process began that ended before it was done, or the session before this one: nobody else may run the task meanwhile. */
    private void completeStatement(ControlStore control) {
        if (!statements.isDue()) {
            return;
        }
        directory.lock();
        try {
            control.takeOver();
            statements.complete(this::settle);
            redone.clear();
        } finally {
            directory.unlock();
        }
    }

    private void settle(Set<TableId> emptied, Set<TableId> changed) {
        try (DirtyStore store = DirtyStore.open(directory.path())) {
            int gone = store.settle(emptied, DirtyState.OVERTAKEN);
            int lost = store.settle(changed, DirtyState.UNCERTAIN);
            if (gone + lost > 0) {
                LOG.warn("dirty rows before a statement: task={}, overtaken={}, uncertain={}", task.name(), gone, lost);
            }
        }
    }

    private void renewFollowedKeys(Preparation found, boolean isNew) {
        if (task.keyActions() != ForeignKeyActions.IGNORE) {
            Set<TableId> tables =
                    found.targets().stream().map(TargetTable::name).collect(Collectors.toUnmodifiableSet());
            new FollowedKeys(directory.path()).renew(found.unlogged(), tables, isNew);
        }
    }

    private static List<SourcePosition> positions(List<Checkpoint> checkpoints) {
        return checkpoints.stream().map(Checkpoint::position).toList();
    }

    /** For a task that only makes tables. */
    void createTables() {
        missing.create(prepare(FollowedShapes.none()));
        missing.makePending();
    }

    private Preparation prepare(FollowedShapes shapes) {
        Preparation found = Preparation.of(task, source, target, shapes);
        logFindings(found.findings());
        Preparation.requireNoError(found.findings());
        found.plan();
        return found;
    }

    private Session connect(
            ControlStore control,
            Preparation found,
            StandingRows standing,
            FollowedShapes shapes,
            TaskPlan plan,
            LaneLayout layout,
            Resumption resumption) {
        ChangeLog log = resumption.log();
        DirtyRows dirty = null;
        try {
            Checkpoint first = resumption.checkpoints().get(0);
            standing.empty(found, control, first.position(), first.epoch());
            doesHold = redone.arePossible(source, positions(resumption.checkpoints()));
            dirty = DirtyRows.open(directory.path(), task, row -> DirtyKeys.hashes(plan, row));
            if (task.has(Step.FULL)) {
                reloads.take(control, found, plan, resumption, dirty, doesDrop(resumption));
                if (doesHold) {
                    dirty.reloaded(redone.undo(control, plan, resumption.checkpoints(), shapes.ahead()));
                }
            }
            Optional<LoadLedger> ledger = ledger(control, plan, resumption, dirty);
            if (doesHold) {
                ledger.ifPresent(each -> each.hold(redone.held(shapes.ahead())));
            }
            List<Checkpoint> held = ledger.isPresent()
                    ? ofVersion(control, resumption.checkpoints(), layout.version())
                    : resumption.checkpoints();
            List<Checkpoint> checkpoints = task.has(Step.INCREMENTAL) ? held : List.of();
            LoadGate gate = new LoadGate(
                    checkpoints.size(),
                    ledger.map(LoadLedger::view).orElse(LoadView.NONE),
                    ledger.filter(LoadLedger::doesDrop).map(each -> log.durablePosition()));
            ReadLimit limit = new ReadLimit(
                    task.resources().rowsPerSecond(), task.resources().bytesPerSecond(), System::nanoTime);
            long epoch = resumption.checkpoints().get(0).epoch();
            DirtyRows opened = dirty;
            Optional<DdlRecord.At> done = statements.newestDone(held);
            Optional<FullLoad> load = ledger.map(each -> new FullLoad(
                    source,
                    target,
                    each,
                    gate,
                    epoch,
                    loaderCount(),
                    limit,
                    estimates(found.tables()),
                    opened,
                    StandingRows.mayStand(task),
                    nanoClock,
                    epochClock));
            Session.Parts parts = new Session.Parts(
                    task,
                    directory,
                    plan,
                    layout,
                    log,
                    gate,
                    load,
                    Optional.of(dirty),
                    checkpoints.isEmpty()
                            ? Optional.empty()
                            : Optional.of(source.changes(changes(found, shapes, log, checkpoints))),
                    limit);
            return new Session(
                            parts,
                            control,
                            (session, start, isStrict) ->
                                    lane(session, plan, found, start, isStrict).behind(StatementStep.done(done, start)),
                            checkpoints,
                            epochClock)
                    .with(PartitionKeeper.of(task, found.targets(), target, epochClock));
        } catch (RuntimeException e) {
            log.close();
            if (dirty != null) {
                dirty.close();
            }
            throw e;
        }
    }

    /** Where the log has nothing beyond the lanes, the stream begins where they stand, and the shapes of the plan hold there. */
    private ChangeRequest changes(
            Preparation found, FollowedShapes shapes, ChangeLog log, List<Checkpoint> checkpoints) {
        ChangeRequest request = Preparation.request(task, found.selection());
        Checkpoint lane = checkpoints.get(0);
        boolean isPassed = Session.haveMet(checkpoints)
                && lane.rowsIntoTransaction() == 0
                && lane.position().text().equals(log.durablePosition().text());
        // A task that begins in the past, or at its file's beginning, begins before what the catalog has.
        boolean isOfPast = task.start()
                        .filter(start -> !(start instanceof StartPosition.Now))
                        .isPresent()
                || lane.position() instanceof BinlogPosition;
        return isPassed && (!shapes.isEmpty() || !isOfPast)
                ? request.with(found.tables().stream()
                        .map(TableDetails::schema)
                        .filter(schema -> shapes.isEmpty() || shapes.has(schema.table())) // others may be made later
                        .toList())
                : request;
    }

    /** A load keeps its lanes; but tables that were added may tie rows otherwise, and lanes that have met may go on so. */
    private static List<Checkpoint> ofVersion(ControlStore control, List<Checkpoint> held, int layoutVersion) {
        if (held.stream().allMatch(each -> each.layoutVersion() == layoutVersion) || !Session.haveMet(held)) {
            return held;
        }
        List<Checkpoint> next = held.stream()
                .map(each -> new Checkpoint(
                        each.lane(),
                        each.laneCount(),
                        layoutVersion,
                        each.epoch(),
                        each.logId(),
                        each.logIndex(),
                        each.position(),
                        each.lastTransaction(),
                        each.rowsIntoTransaction(),
                        each.counters()))
                .toList();
        control.replace(held, next);
        return next;
    }

    private boolean isByTransaction() {
        return task.delivery().consistency() == Consistency.TRANSACTION;
    }

    /** Whole transactions in their order have one lane. */
    private int laneCount() {
        return isByTransaction() ? 1 : task.resources().writeConcurrency();
    }

    /** Each has a connection to the target of its own, and buffers of its own. */
    private int loaderCount() {
        int asked =
                Math.min(task.resources().readConcurrency(), task.resources().writeConcurrency());
        int roomy = (int) Math.min(asked, Math.max(1, task.resources().memoryBytes() / LOADER_BYTES));
        if (roomy < asked) {
            LOG.warn(
                    "memory is not enough for as many chunks at once as the task asks for: asked={}, loaders={}, memory={}",
                    asked,
                    roomy,
                    task.resources().memoryBytes());
        }
        return roomy;
    }

    private Lane lane(Session session, TaskPlan plan, Preparation found, Checkpoint start, boolean isStrict) {
        LaneSettings settings = LaneSettings.of(
                        task.delivery().batchRows(),
                        task.delivery().batchBytes(),
                        task.delivery().flushInterval().toNanos())
                .withTransactions(isByTransaction())
                .withMemoryBytes(task.resources().memoryBytes() / laneCount());
        return new Lane(
                        plan,
                        session.view(),
                        target.laneWriter(start.lane(), found.unlogged(), found.told()),
                        start,
                        session.gate(),
                        session.moves(),
                        isStrict,
                        session.backlogEnd(),
                        settings,
                        session.dirty(),
                        nanoClock,
                        epochClock)
                .countInto(session.activity());
    }

    private static void logFindings(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.severity() == Finding.Severity.WARNING) {
                LOG.warn("{}: subject={}, fix={}", finding.message(), finding.subject(), finding.fix());
            }
        }
    }

    /** The catalog must be the same before and after the position is taken (EXACTNESS 15). */
    private SourcePosition firstPosition(Preparation preparation) {
        StartPosition start = task.start().orElse(new StartPosition.Now());
        if (task.has(Step.INCREMENTAL)) {
            SourceStart.prepare(start, source, Preparation.request(task, preparation.selection()));
        }
        SourcePosition position = task.has(Step.FULL) ? source.loadPosition() : SourceStart.of(start, source);
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

    /** What is loaded; empty where nothing is to be, or all of it lies behind every lane. */
    private Optional<LoadLedger> ledger(ControlStore control, TaskPlan plan, Resumption resumption, DirtyRows dirty) {
        if (!task.has(Step.FULL)) {
            return Optional.empty();
        }
        List<LedgerEntry> entries = control.ledger();
        dirty.forgetChunksBut(entries);
        LoadLedger ledger = LoadLedger.of(
                plan, entries, doesDrop(resumption), mayJoin(resumption), table -> target.isOrdered(table.target()));
        boolean isPassed = ledger.isBehind(
                positions(resumption.checkpoints()), resumption.log().prepared());
        if (isPassed && task.has(Step.INCREMENTAL) && target.pending().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ledger);
    }

    /** Positions of files do not tell which transactions a snapshot shows. */
    private boolean mayJoin(Resumption resumption) {
        return task.has(Step.INCREMENTAL)
                && positions(resumption.checkpoints()).stream().noneMatch(BinlogPosition.class::isInstance);
    }

    /** Of a binlog's newest file no watermark contains anything; an LSN says nothing of what a snapshot sees. */
    private static boolean doesDrop(Resumption resumption) {
        return resumption.checkpoints().stream()
                .noneMatch(each ->
                        each.position() instanceof BinlogPosition || each.position() instanceof PostgresPosition);
    }

    private static Map<TableId, Long> estimates(List<TableDetails> tables) {
        Map<TableId, Long> estimates = new HashMap<>();
        tables.forEach(table -> estimates.put(table.schema().table(), table.estimatedRows()));
        return estimates;
    }
}
