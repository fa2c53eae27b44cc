package io.millrace.pipeline;

import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.lane.Follower;
import io.millrace.load.ChunkLoader;
import io.millrace.load.FullLoad;
import io.millrace.load.ReadMeter;
import io.millrace.mapping.Positions;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.opening.SessionOpening;
import io.millrace.pipeline.run.CountingSink;
import io.millrace.pipeline.run.LayoutChange;
import io.millrace.pipeline.run.Session;
import io.millrace.task.Consistency;
import io.millrace.task.DeliverySpec;
import io.millrace.task.DirtyLimit;
import io.millrace.task.DmlSpec;
import io.millrace.task.ResourceSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskSpec;
import io.millrace.task.Transforms;
import io.millrace.writer.Counters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A whole task over a model source and a model target, stepped by hand in one thread with a clock of its own, so that one seed
 * replays one history, crashes included.
 */
public final class ModelRig {
    final Random random;
    public final ModelSource source;
    public final ModelTarget target;
    final Path directory;
    public TaskSpec task;
    public MemoryLog log;
    public CountingSink sink;
    public Session session;
    public boolean logAfterDrop;
    /** How many documents the log may hold before the reader waits. */
    long mostDocuments = Long.MAX_VALUE;

    private DmlSpec dml = DmlSpec.UNSAID;
    private Transforms transforms = Transforms.NONE;
    private TaskDirectory files;
    public long nanos = 1;
    /** What happens once, when somebody next asks for the time: in the midst of a step. */
    public Optional<Runnable> beforeTime = Optional.empty();

    public ModelRig(Random random, Path directory) {
        this.random = random;
        this.directory = directory;
        source = new ModelSource(random);
        target = new ModelTarget(random);
        task = task(2, Step.STRUCTURE, Step.FULL, Step.INCREMENTAL);
    }

    public static TaskSpec task(int lanes, Step first, Step... others) {
        return task(lanes, Consistency.ROW, first, others);
    }

    public static TaskSpec task(int lanes, Consistency consistency, Step first, Step... others) {
        TaskSpec.Builder builder = TaskSpec.builder("model")
                .source("a")
                .target("b")
                .tables("shop.*")
                .steps(first, others)
                .delivery(new DeliverySpec(Duration.ofMillis(200), 7, 1 << 20).withConsistency(consistency))
                .resources(ResourceSpec.defaults().withReadConcurrency(4).withWriteConcurrency(lanes));
        boolean needsStart = first == Step.INCREMENTAL
                || (others.length > 0 && first == Step.STRUCTURE && others[0] == Step.INCREMENTAL);
        if (needsStart) {
            builder.start(new StartPosition.Earliest());
        }
        return builder.build();
    }

    public void add(ModelTable table) {
        source.add(table);
        target.knows(table);
    }

    /** Opens a session on what stands, through outages of the target in its midst. */
    public void open() {
        double failures = target.failures;
        target.failures = target.openingFailures;
        for (int attempt = 1; ; attempt++) {
            try {
                openOnce();
                break;
            } catch (MillraceException e) {
                if (e.code().retry() != Retry.BACKOFF || attempt == 1_000) {
                    throw e;
                }
            }
        }
        target.failures = failures;
        sink = new CountingSink(log.sink(), new ReadMeter(session.limit(), () -> false));
        changeLayout();
    }

    private void openOnce() {
        files = new TaskDirectory(directory, task);
        session = new SessionOpening(
                        task,
                        source,
                        target,
                        files,
                        settings -> {
                            if (log == null) {
                                log = new MemoryLog(settings.start(), random);
                                return log;
                            }
                            if (logAfterDrop && log.isDropped()) {
                                log = new MemoryLog(settings.start(), random);
                                return log;
                            }
                            return log.reopened();
                        },
                        this::nanoTime,
                        () -> nanos / 1_000_000)
                .open();
    }

    private long nanoTime() {
        Optional<Runnable> due = beforeTime;
        beforeTime = Optional.empty();
        due.ifPresent(Runnable::run);
        return nanos;
    }

    private void changeLayout() {
        if (!session.isLayoutDue()) {
            return;
        }
        LayoutChange change = LayoutChange.ofStarted(session.lanes());
        for (int i = 0; i < 200_000 && !change.hasMet(); i++) {
            pump(3, false);
            log.sync();
            nanos += 50_000_000;
            session.lanes().get(random.nextInt(session.lanes().size())).doWork();
            session.load().ifPresent(this::stepLoad);
            change.doWork();
        }
        if (!change.hasMet()) {
            throw new AssertionError("lanes do not meet: "
                    + session.lanes().stream().map(Follower::status).toList());
        }
        session.lanes().forEach(Follower::close);
        session.changeLayout();
    }

    /** A session, in which so many things happen; it is not over. */
    public void live(int steps) {
        open();
        for (int i = 0; i < steps; i++) {
            step(true);
        }
    }

    /** The process ends at once; files and target stay, and the log too unless it is lost. */
    public void crash(boolean isLogLost) {
        log.sync();
        if (isLogLost) {
            log = null;
        }
        session = null;
        source.forgetChains();
        files.unlock();
    }

    /** Anything that may happen next. */
    public void step(boolean doesMutate) {
        nanos += random.nextInt(20_000_000);
        switch (random.nextInt(doesMutate ? 9 : 6)) {
            case 0 -> pump(1 + random.nextInt(4), random.nextInt(10) == 0);
            case 1 -> log.syncSome();
            case 2 -> source.settle();
            case 3 ->
                session.load().ifPresent(load -> {
                    for (int i = random.nextInt(4) == 0 ? 8 : 1; i > 0; i--) { // lanes stand still meanwhile
                        stepLoad(load);
                    }
                });
            case 4, 5 ->
                session.lanes().get(random.nextInt(session.lanes().size())).doWork();
            default -> source.mutate(6);
        }
    }

    /** The reader, while the log has room. */
    private void pump(int transactions, boolean isCut) {
        session.retain();
        boolean isFull = log.held() >= mostDocuments;
        if (mostDocuments < Long.MAX_VALUE) {
            log.full(isFull);
        }
        if (!isFull) {
            source.pump(sink, transactions, isCut);
        }
    }

    /** One of the loaders, or what is nobody's. */
    private void stepLoad(FullLoad load) {
        int which = random.nextInt(load.loaders().size() + 1);
        if (which == load.loaders().size()) {
            load.doWork();
        } else {
            load.loaders().get(which).doWork();
        }
    }

    private static int stepAll(FullLoad load) {
        int work = load.doWork();
        for (ChunkLoader loader : load.loaders()) {
            work += loader.doWork();
        }
        return work;
    }

    /** The task with other lanes from the next session on. */
    void lanes(int count) {
        change(task.dirtyLimit(), count);
    }

    /** The task with another limit from the next session on. */
    void dirtyLimit(DirtyLimit limit) {
        change(limit, task.resources().writeConcurrency());
    }

    /** The task with other policies from the next session on. */
    void dml(DmlSpec policies) {
        dml = policies;
        change(task.dirtyLimit(), task.resources().writeConcurrency());
    }

    /** The task with what becomes of rows from the next session on. */
    void transforms(Transforms steps) {
        transforms = steps;
        change(task.dirtyLimit(), task.resources().writeConcurrency());
    }

    /** The task with every change as a row from the next session on. */
    void append() {
        change(task.target().appending(), task.dirtyLimit(), task.resources().writeConcurrency());
    }

    private void change(DirtyLimit limit, int lanes) {
        change(task.target(), limit, lanes);
    }

    private void change(TargetSpec to, DirtyLimit limit, int lanes) {
        TaskSpec old = task;
        task = new TaskSpec(
                old.name(),
                old.description(),
                old.source(),
                to,
                old.steps(),
                old.start(),
                old.tables(),
                old.mapping(),
                transforms,
                old.types(),
                old.keyActions(),
                dml,
                old.conflicts(),
                old.ddl(),
                limit,
                old.delivery(),
                old.resources().withWriteConcurrency(lanes),
                old.restart(),
                old.alerts());
    }

    /** Goes on without new changes until source and target should be equal. */
    public void drain() {
        target.failures = 0;
        source.isFailing = false;
        source.settleAll();
        for (int i = 0; i < 200_000; i++) {
            pump(10, false);
            log.sync();
            nanos += 50_000_000;
            int work = session.load().map(ModelRig::stepAll).orElse(0);
            for (Follower lane : session.lanes()) {
                work += lane.doWork();
            }
            if (work == 0 && isEnd()) {
                return;
            }
        }
        throw new AssertionError("no end: load=" + session.load().map(FullLoad::status) + ", lanes="
                + session.lanes().stream().map(Follower::status).toList());
    }

    private boolean isEnd() {
        return session.load().map(FullLoad::isOver).orElse(true)
                && session.lanes().stream()
                        .allMatch(lane -> Positions.covers(lane.status().reached(), source.committedPosition())
                                && lane.status().outage().isEmpty());
    }

    /** Ends lanes as a stop does, so that their checkpoints stand. */
    public void finish() {
        if (session.load().filter(load -> !load.isOver()).isPresent()) {
            session.lanes().forEach(Follower::loadStopped);
        }
        session.lanes().forEach(lane -> lane.finish(0));
        for (int i = 0; i < 100_000 && !session.lanes().stream().allMatch(Follower::isFinished); i++) {
            nanos += 50_000_000;
            session.lanes().forEach(Follower::doWork);
        }
    }

    Counters counters() {
        return session.lanes().stream().map(lane -> lane.status().counters()).reduce(Counters.ZERO, Counters::plus);
    }

    /** Every table at the target must be what it is at the source. */
    public Optional<String> difference() {
        for (ModelTable table : source.tables.values()) {
            var there = target.tables.get(table.schema().table());
            if (!table.rows.equals(there)) {
                return Optional.of(table.schema().table() + ": source=" + table.rows + ", target=" + there);
            }
        }
        return Optional.empty();
    }
}
