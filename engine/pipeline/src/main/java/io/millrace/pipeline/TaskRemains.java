package io.millrace.pipeline;

import io.millrace.datasource.DataSource;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.util.List;

/**
 * What a task left at its source, at its target and in its data directory, and the means to remove it. While it is open no process can run the
 * task from that directory. Nothing is removed but by the methods that say so. Confined to one thread.
 */
public final class TaskRemains implements AutoCloseable {
    private final TaskDirectory directory;
    private final Target target;
    private final ControlStore control;
    private final List<Checkpoint> checkpoints;
    private final int ledgerEntries;
    private final List<TableId> tables;
    private final Source source;
    private final List<SourceRemnant> remnants;

    private TaskRemains(TaskDirectory directory, Source source, Target target, ChangeRequest request) {
        this.directory = directory;
        this.source = source;
        this.target = target;
        remnants = source.remnants(request);
        control = target.control();
        checkpoints = control.checkpoints();
        ledgerEntries = checkpoints.isEmpty() ? 0 : control.ledger().size();
        tables = directory.made();
    }

    /**
     * Looks.
     *
     * @throws io.millrace.error.MillraceException with DATA_DIRECTORY_LOCKED where the task runs
     */
    public static TaskRemains of(TaskSpec task, DataSource sourceServer, DataSource targetServer, Path dataDirectory) {
        TaskDirectory directory = new TaskDirectory(dataDirectory, task);
        Source source = Pipeline.openSource(sourceServer);
        Target target = Pipeline.openTarget(targetServer, task);
        try {
            if (directory.exists()) {
                directory.lock();
            }
            return new TaskRemains(directory, source, target, Preparation.request(task, task.tables()));
        } catch (RuntimeException e) {
            try (source;
                    target) {
                directory.unlock();
            }
            throw e;
        }
    }

    /** What the task made at its source. */
    public List<SourceRemnant> remnants() {
        return remnants;
    }

    /** Removes one of {@link #remnants}. */
    public void remove(SourceRemnant remnant) {
        source.remove(remnant);
    }

    /** The task's checkpoints at the target, one a lane. */
    public int checkpoints() {
        return checkpoints.size();
    }

    /** Chunks of the full load that the ledger at the target names. */
    public int ledgerEntries() {
        return ledgerEntries;
    }

    /** Target tables that the task made, as its data directory knows. */
    public List<TableId> tables() {
        return tables;
    }

    public boolean hasDirectory() {
        return directory.exists();
    }

    /** Drops the tables that the task made, with their rows. */
    public void removeTables() {
        tables.forEach(target::drop);
    }

    /** Removes checkpoints and ledger: started again, the task begins anew. */
    public void removeCheckpoints() {
        if (!checkpoints.isEmpty()) {
            control.remove();
        }
    }

    /** Removes the data directory with the change log. */
    public void removeDirectory() {
        if (directory.exists()) {
            directory.remove();
        }
    }

    @Override
    public void close() {
        try (source;
                target) {
            directory.unlock();
        }
    }
}
