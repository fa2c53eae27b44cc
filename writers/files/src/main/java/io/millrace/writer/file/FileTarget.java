package io.millrace.writer.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.ChangeWriter;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.SystemNanoClock;

/** A directory of files, or standard output. Holds nothing between calls. */
final class FileTarget implements ChangeTarget {
    private final String task;
    private final FileSettings settings;
    private final Path stateDirectory;

    FileTarget(String task, FileSettings settings, Path stateDirectory) {
        this.task = task;
        this.settings = settings;
        this.stateDirectory = stateDirectory;
    }

    private CheckpointFile checkpoints() {
        return new CheckpointFile(
                settings.isStandardOutput()
                        ? stateDirectory.resolve("stdout.checkpoint")
                        : settings.directory().resolve(task + ".checkpoint"));
    }

    @Override
    public String describe() {
        return settings.isStandardOutput() ? "standard output" : "files in " + settings.directory();
    }

    @Override
    public TargetTable plan(TableSchema source, TableId name) {
        List<TargetColumn> columns = new ArrayList<>();
        for (Column column : source.columns()) {
            columns.add(
                    new TargetColumn(column.name(), ChangeJson.encoding(column), column.nullable(), columns.size()));
        }
        return new TargetTable(name, source, columns, source.key());
    }

    @Override
    public List<Finding> check() {
        if (settings.isStandardOutput()) {
            return List.of();
        }
        Path existing = settings.directory().toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing != null && Files.isDirectory(existing) && Files.isWritable(existing)) {
            return List.of();
        }
        return List.of(new Finding(
                Severity.ERROR,
                ErrorCode.TARGET_FILE,
                settings.directory().toString(),
                "the directory cannot be written: path=" + settings.directory(),
                ErrorCode.TARGET_FILE.advice()));
    }

    @Override
    public Optional<Checkpoint> checkpoint() {
        return checkpoints().read().map(CheckpointFile.Standing::checkpoint);
    }

    @Override
    public Duration syncInterval() {
        return settings.syncInterval();
    }

    @Override
    public ChangeWriter writer() {
        return new FileChangeWriter(
                settings.isStandardOutput()
                        ? new StandardOutput(checkpoints())
                        : FileSeries.open(settings, task, checkpoints(), SystemNanoClock.INSTANCE, FileSync.DISK));
    }

    @Override
    public void remove() {
        checkpoints().remove();
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }
}
