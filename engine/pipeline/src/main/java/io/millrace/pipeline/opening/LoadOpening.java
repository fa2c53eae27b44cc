package io.millrace.pipeline.opening;

import io.millrace.dirty.DirtyRows;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadLedger;
import io.millrace.load.LoadRest;
import io.millrace.load.ReadLimit;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.Resumption;
import io.millrace.pipeline.reload.StandingRows;
import io.millrace.position.BinlogPosition;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a session loads, and by how many loaders. Immutable. */
record LoadOpening(TaskSpec task, Source source, Target target, NanoClock nanoClock, EpochClock epochClock) {
    private static final Logger LOG = LoggerFactory.getLogger(LoadOpening.class);
    /** What a loader may buffer: a statement's rows, and the driver's. */
    private static final long LOADER_BYTES = 16L << 20;

    /** What is loaded; empty where nothing is to be, or all of it lies behind every lane. */
    Optional<LoadLedger> ledger(ControlStore control, TaskPlan plan, Resumption resumption, DirtyRows dirty) {
        if (!task.has(Step.FULL)) {
            return Optional.empty();
        }
        List<LedgerEntry> entries = control.ledger();
        dirty.forgetChunksBut(entries);
        LoadLedger ledger = LoadLedger.of(
                plan, entries, doesDrop(resumption), mayJoin(resumption), table -> target.isOrdered(table.target()));
        boolean isPassed =
                ledger.isBehind(resumption.positions(), resumption.log().prepared());
        if (isPassed && task.has(Step.INCREMENTAL) && target.pending().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ledger);
    }

    /** Positions of files do not tell which transactions a snapshot shows. */
    private boolean mayJoin(Resumption resumption) {
        return task.has(Step.INCREMENTAL)
                && resumption.positions().stream().noneMatch(BinlogPosition.class::isInstance);
    }

    /** Of a binlog's newest file no watermark contains anything; an LSN says nothing of what a snapshot sees. */
    static boolean doesDrop(Resumption resumption) {
        return resumption.positions().stream()
                .noneMatch(each -> each instanceof BinlogPosition || each instanceof PostgresPosition);
    }

    /** The load of what a ledger lacks. */
    FullLoad load(
            LoadLedger ledger, LoadGate gate, long epoch, ReadLimit limit, List<TableDetails> tables, DirtyRows dirty) {
        return new FullLoad(
                source,
                target,
                ledger,
                gate,
                epoch,
                loaderCount(),
                limit,
                estimates(ledger, tables),
                dirty,
                StandingRows.mayStand(task),
                nanoClock,
                epochClock);
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

    /** Of a table of which a part is loaded again, of that part. */
    private Map<TableId, Long> estimates(LoadLedger ledger, List<TableDetails> tables) {
        Map<TableId, Long> estimates = new HashMap<>();
        tables.forEach(table -> estimates.put(table.schema().table(), table.estimatedRows()));
        Map<TablePlan, LoadRest> parts = new HashMap<>(ledger.again());
        parts.values().removeIf(LoadRest::isAll);
        if (!parts.isEmpty()) {
            try (ChunkReader reader = source.chunks()) {
                parts.forEach((table, rest) -> {
                    long left = rest.estimate(table.source(), reader);
                    estimates.put(table.source().table(), left < 0 ? -1 : rest.loadedRows() + left);
                });
            }
        }
        return estimates;
    }
}
