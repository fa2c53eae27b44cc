package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.util.List;

/**
 * What a task left at its source, at its target and in its data directory, and the means to remove it. While it is open no process can run the
 * task from that directory. Nothing is removed but by the methods that say so. Confined to one thread.
 */
public final class TaskRemains implements AutoCloseable {
    private final TaskDirectory directory;
    private final Kept target;
    private final List<Checkpoint> checkpoints;
    private final int ledgerEntries;
    private final List<TableId> tables;
    private final Source source;
    private final List<SourceRemnant> remnants;

    /** What is to be asked and told of a target, whatever its kind. */
    private interface Kept extends AutoCloseable {
        List<Checkpoint> checkpoints();

        int ledgerEntries();

        void removeCheckpoints();

        /** Those of some tables that are there. */
        List<TableId> there(List<TableId> tables);

        void drop(List<TableId> tables);

        @Override
        void close();
    }

    private record KeptTables(Target target) implements Kept {
        @Override
        public List<Checkpoint> checkpoints() {
            return target.control().checkpoints();
        }

        @Override
        public int ledgerEntries() {
            return (int) target.control().ledger().stream()
                    .filter(LedgerEntry::isChunk)
                    .count();
        }

        @Override
        public void removeCheckpoints() {
            target.control().remove();
        }

        @Override
        public List<TableId> there(List<TableId> tables) {
            return tables.stream()
                    .filter(table -> target.outline(table).isPresent())
                    .toList();
        }

        @Override
        public void drop(List<TableId> tables) {
            target.drop(tables);
        }

        @Override
        public void close() {
            target.close();
        }
    }

    private record KeptChanges(ChangeTarget target) implements Kept {
        @Override
        public List<Checkpoint> checkpoints() {
            return target.checkpoint().stream().toList();
        }

        @Override
        public int ledgerEntries() {
            return 0;
        }

        @Override
        public void removeCheckpoints() {
            target.remove();
        }

        @Override
        public List<TableId> there(List<TableId> tables) {
            return List.of();
        }

        @Override
        public void drop(List<TableId> tables) {
            throw new IllegalArgumentException("there are no tables: tables=" + tables);
        }

        @Override
        public void close() {
            target.close();
        }
    }

    private TaskRemains(TaskDirectory directory, Source source, Kept target, ChangeRequest request) {
        this.directory = directory;
        this.source = source;
        this.target = target;
        remnants = source.remnants(request);
        checkpoints = target.checkpoints();
        ledgerEntries = target.ledgerEntries();
        tables = target.there(directory.made());
    }

    /**
     * Looks.
     *
     * @throws io.millrace.error.MillraceException with DATA_DIRECTORY_LOCKED where the task runs
     */
    public static TaskRemains of(TaskSpec task, DataSource sourceServer, DataSource targetServer, Path dataDirectory) {
        TaskDirectory directory = new TaskDirectory(dataDirectory, task);
        Source source = Pipeline.openSource(sourceServer);
        Kept target = Pipeline.openChangeTarget(targetServer, task, dataDirectory)
                .<Kept>map(KeptChanges::new)
                .orElseGet(() -> new KeptTables(Pipeline.openTarget(targetServer, task)));
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

    /** Target tables that the task made, as its data directory knows, and that are there. */
    public List<TableId> tables() {
        return tables;
    }

    public boolean hasDirectory() {
        return directory.exists();
    }

    /** Drops the tables that the task made, with their rows. */
    public void removeTables() {
        if (!tables.isEmpty()) {
            target.drop(tables);
        }
    }

    /** Removes checkpoints and ledger, and what a task without them has noted of its structure: started again, the task begins anew. */
    public void removeCheckpoints() {
        target.removeCheckpoints();
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
