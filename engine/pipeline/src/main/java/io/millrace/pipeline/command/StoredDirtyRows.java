package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.dirty.DirtyRow;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.DirtyStore;
import io.millrace.dirty.StoredRow;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.schema.TableSchema;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The stored dirty rows of a task that does not run, to look at, to write, and to throw away. While it is open by {@link #locked} no
 * process can run the task from that directory. Confined to one thread.
 */
public final class StoredDirtyRows implements AutoCloseable {
    private static final int ROWS_A_TRANSACTION = 500;

    private final TaskSpec task;
    private final Optional<TaskDirectory> lock;
    private final DirtyStore store;

    /**
     * What became of rows.
     *
     * @param written they are at the target
     * @param overtaken a later change of their key is, so they were dropped
     * @param left they stay in the store, each with why
     */
    public record Replay(List<Long> written, List<Long> overtaken, List<Left> left) {}

    /** A row that stays in the store. */
    public record Left(long number, String reason) {}

    private StoredDirtyRows(TaskSpec task, Optional<TaskDirectory> lock, DirtyStore store) {
        this.task = task;
        this.lock = lock;
        this.store = store;
    }

    /** To look at them only: the task may run meanwhile. */
    public static StoredDirtyRows look(TaskSpec task, Path dataDirectory) {
        return new StoredDirtyRows(task, Optional.empty(), DirtyStore.look(dataDirectory));
    }

    /**
     * To change them.
     *
     * @throws MillraceException with DATA_DIRECTORY_LOCKED where the task runs
     */
    public static StoredDirtyRows locked(TaskSpec task, Path dataDirectory) {
        TaskDirectory directory = new TaskDirectory(dataDirectory, task);
        if (!directory.exists()) {
            return look(task, dataDirectory);
        }
        directory.lock();
        try {
            return new StoredDirtyRows(task, Optional.of(directory), DirtyStore.open(dataDirectory));
        } catch (RuntimeException e) {
            directory.unlock();
            throw e;
        }
    }

    /** In the order in which they were stored. */
    public List<StoredRow> rows() {
        return store.rows();
    }

    /** A row with its images. */
    public DirtyRow read(StoredRow row) {
        return store.read(row.number()).orElseThrow();
    }

    /** Throws rows away. */
    public void discard(Collection<Long> numbers) {
        if (!numbers.isEmpty()) {
            store.remove(numbers);
        }
    }

    /**
     * Writes rows through the task as it is now, in the order in which they were stored, and takes those that are written or overtaken
     * out of the store. A kill in between leaves rows that are written in the store; writing them again changes nothing.
     */
    public Replay replay(DataSource targetServer, Predicate<StoredRow> which) {
        List<StoredRow> rows = store.rows().stream().filter(which).toList();
        List<Long> overtaken = rows.stream()
                .filter(row -> row.state() == DirtyState.OVERTAKEN)
                .map(StoredRow::number)
                .toList();
        List<Left> left = new ArrayList<>();
        List<Long> written = new ArrayList<>();
        try (Target target = Pipeline.openTarget(targetServer, task)) {
            Map<TableSchema, TargetTable> tables = new HashMap<>();
            ReplayBatch batch = new ReplayBatch();
            try (LaneWriter writer = target.laneWriter(0)) {
                for (StoredRow row : rows) {
                    Optional<String> reason = reasonToLeave(row);
                    if (reason.isPresent()) {
                        left.add(new Left(row.number(), reason.get()));
                    } else if (row.state() == DirtyState.OPEN) {
                        TargetTable table = tables.computeIfAbsent(row.head().schema(), schema -> plan(target, schema));
                        batch.add(row.number(), read(row), table);
                        if (batch.runCount() == ROWS_A_TRANSACTION) {
                            batch = write(writer, batch, written, left);
                        }
                    }
                }
                write(writer, batch, written, left);
            }
        } finally {
            List<Long> gone = new ArrayList<>(written);
            gone.addAll(overtaken);
            discard(gone);
        }
        return new Replay(written, overtaken, left);
    }

    private Optional<String> reasonToLeave(StoredRow row) {
        if (row.state() == DirtyState.UNCERTAIN) {
            return Optional.of("what it should be by now cannot be told");
        }
        if (!task.tables().isSelected(row.head().schema().table())) {
            return Optional.of("the task does not take its table");
        }
        boolean isRemoval =
                row.head().operation() == RunOperation.DELETE || row.head().operation() == RunOperation.REKEY;
        if (isRemoval && row.state() == DirtyState.OPEN && task.keyActions() == ForeignKeyActions.APPLY) {
            return Optional.of("foreign keys may act on it, which only a running task carries out");
        }
        boolean isMarked = row.head().operation() == RunOperation.MARK;
        if (isMarked && task.dmlOf(row.head().schema().table()).mark().isEmpty()) {
            return Optional.of("the task marks no deletes of its table any more");
        }
        return Optional.empty();
    }

    private TargetTable plan(Target target, TableSchema schema) {
        TargetTable table = Preparation.marked(task, schema.table(), target.plan(schema, task.wanted(schema)));
        TargetState state = target.inspect(table);
        List<Finding> findings = new ArrayList<>(state.findings());
        Preparation.requireNoError(findings);
        TargetTable written = table.without(state.computed());
        // Of a table that a rule names others may have the target too: a row that stands there may be theirs.
        return task.mapped(schema.table()).isByRule() ? written.shared(written.columns()) : written;
    }

    /** In one transaction with the first lane's checkpoint, which stays as it is: a task that runs elsewhere is not overwritten. */
    private static ReplayBatch write(LaneWriter writer, ReplayBatch batch, List<Long> written, List<Left> left) {
        while (!batch.isEmpty()) {
            Checkpoint standing = writer.checkpoint();
            try {
                writer.apply(batch, standing, standing);
                written.addAll(batch.numbers());
                break;
            } catch (MillraceException e) {
                List<ReplayBatch.Refused> refused = batch.takeRefused();
                if (e.code() != ErrorCode.DIRTY_LIMIT || refused.isEmpty()) {
                    throw e;
                }
                refused.forEach(
                        each -> left.add(new Left(each.number(), each.why().reason())));
            }
        }
        return new ReplayBatch();
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            lock.ifPresent(TaskDirectory::unlock);
        }
    }
}
