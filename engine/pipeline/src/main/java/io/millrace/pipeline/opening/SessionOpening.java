package io.millrace.pipeline.opening;

import io.millrace.ddl.DdlKind;
import io.millrace.dirty.DirtyRows;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.DirtyStore;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.lane.DirtyKeys;
import io.millrace.lane.table.LaneLayout;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadLedger;
import io.millrace.load.LoadView;
import io.millrace.load.ReadLimit;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.check.FollowedShapes;
import io.millrace.pipeline.check.MissingTables;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.directory.FollowedKeys;
import io.millrace.pipeline.directory.LeftTables;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.Resumption;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.reload.RedoneLoads;
import io.millrace.pipeline.reload.Reloads;
import io.millrace.pipeline.reload.StandingRows;
import io.millrace.pipeline.run.PartitionKeeper;
import io.millrace.pipeline.run.Session;
import io.millrace.pipeline.run.StatementStep;
import io.millrace.pipeline.statement.RowsLeft;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.DdlPolicy;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import io.millrace.writer.Target;
import io.millrace.writer.TargetTable;
import java.util.List;
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
public final class SessionOpening {
    private static final Logger LOG = LoggerFactory.getLogger(SessionOpening.class);

    private final TaskSpec task;
    private final Source source;
    private final Target target;
    private final TaskDirectory directory;
    private final LogOpener opener;
    private final StatementStep statements;
    private final MissingTables missing;
    private final Reloads reloads;
    private final RedoneLoads redone;
    private final TaskLanes lanes;
    private final LoadOpening loads;
    private final EpochClock epochClock;
    private boolean doesAdmit = true;
    private boolean doesHold; // loads can begin anew
    private Set<TableId> spared = Set.of(); // targets whose rows are not those of the plan's tables alone

    public SessionOpening(
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
        lanes = new TaskLanes(task, target, nanoClock, epochClock);
        loads = new LoadOpening(task, source, target, nanoClock, epochClock);
        this.epochClock = epochClock;
    }

    /** What carries statements out between sessions. */
    StatementStep statements() {
        return statements;
    }

    /** Begins a table's load anew with the next session. Returns whether that is possible, and new. */
    boolean redo(TableId table) {
        return doesHold && !spared.contains(task.targetOf(table)) && redone.add(table);
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
    public Session open() {
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
        StandingRows standing =
                StandingRows.of(task, found, isNew ? List.of() : reloads.standing(control, plan), target);
        logFindings(standing.findings());
        Preparation.requireNoError(standing.findings());
        if (!isNew && task.has(Step.FULL)) {
            MissingTables.requireThere(found, fresh);
        }
        directory.lock();
        try {
            directory.claim(source, Resumption.positions(control.checkpoints()));
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
            List<LeftRows> left = control.leftRows();
            statements.follow(shapes.with(found.tables()), left);
            spared = new RowsLeft(task, left, shapes.with(found.tables())).targets();
            LaneLayout layout = new LaneLayout(lanes.count(), plan.layoutVersion());
            Resumption resumption =
                    Resumption.of(control, directory, opener, layout, () -> SourceStart.first(task, source, found));
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
            int gone = store.settle(emptied, DirtyState.OVERTAKEN).size();
            int lost = store.settle(changed, DirtyState.UNCERTAIN).size();
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
            doesHold = redone.arePossible(source, resumption.positions());
            dirty = DirtyRows.open(directory.path(), task, row -> DirtyKeys.hashes(plan, row));
            if (task.has(Step.FULL)) {
                LeftTables.note(task, control, first.position(), first.epoch());
                reloads.take(control, found, plan, resumption, dirty, LoadOpening.doesDrop(resumption));
                if (doesHold) {
                    dirty.reloaded(redone.undo(control, plan, resumption.checkpoints(), shapes.ahead(), spared));
                }
            }
            Optional<LoadLedger> ledger = loads.ledger(control, plan, resumption, dirty);
            if (doesHold) {
                ledger.ifPresent(each -> each.hold(redone.held(shapes.ahead())));
            }
            List<Checkpoint> held = ledger.isPresent()
                    ? TaskLanes.ofVersion(control, resumption.checkpoints(), layout.version())
                    : resumption.checkpoints();
            List<Checkpoint> checkpoints = task.has(Step.INCREMENTAL) ? held : List.of();
            LoadGate gate = new LoadGate(
                    checkpoints.size(),
                    ledger.map(LoadLedger::view).orElse(LoadView.NONE),
                    ledger.filter(LoadLedger::doesDrop).map(each -> log.durablePosition()));
            ReadLimit limit = new ReadLimit(
                    task.resources().rowsPerSecond(), task.resources().bytesPerSecond(), System::nanoTime);
            DirtyRows opened = dirty;
            Optional<DdlRecord.At> done = statements.newestDone(held);
            Optional<FullLoad> load =
                    ledger.map(each -> loads.load(each, gate, first.epoch(), limit, found.tables(), opened));
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
                            : Optional.of(source.changes(SourceStart.request(task, found, shapes, log, checkpoints))),
                    limit);
            return new Session(
                            parts,
                            control,
                            (session, start, isStrict) -> lanes.lane(
                                            session, plan, found, start, isStrict, statements.skipped())
                                    .behind(StatementStep.done(done, start)),
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

    private static void logFindings(List<Finding> findings) {
        for (Finding finding : findings) {
            if (finding.severity() == Finding.Severity.WARNING) {
                LOG.warn("{}: subject={}, fix={}", finding.message(), finding.subject(), finding.fix());
            }
        }
    }
}
