package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.directory.FollowedKeys;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.opening.SourceStart;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.schema.TableId;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Moves a task that has a position to another one, for its next start: changes between the two are skipped or repeated, which is
 * why a person has to agree. The log of the old position is removed. Confined to one thread.
 */
public final class StartElsewhere {
    private final TaskSpec task;
    private final Source source;
    private final ControlStore control;
    private final TaskDirectory directory;

    private StartElsewhere(TaskSpec task, Source source, ControlStore control, TaskDirectory directory) {
        this.task = task;
        this.source = source;
        this.control = control;
        this.directory = directory;
    }

    /**
     * Moves the task.
     *
     * @param isAgreed whether changes may be skipped or repeated
     * @return whether the task has a position; where not, nothing is changed, and its {@code start} decides
     * @throws MillraceException with USAGE where it would skip or repeat changes and that is not agreed to; INVALID_VALUE
     *     where its full load is not over
     */
    public static boolean move(
            TaskSpec task,
            DataSource sourceServer,
            DataSource targetServer,
            Path dataDirectory,
            StartPosition start,
            boolean isAgreed) {
        TaskDirectory directory = new TaskDirectory(dataDirectory, task);
        Optional<ChangeTarget> changes = Pipeline.openChangeTarget(targetServer, task, dataDirectory);
        if (changes.isPresent()) {
            try (ChangeTarget target = changes.get()) {
                if (target.checkpoint().isEmpty()) {
                    return false;
                }
            }
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a task with such a target begins elsewhere only anew: option=--start, target="
                            + targetServer.name());
        }
        try (Source source = Pipeline.openSource(sourceServer);
                Target target = Pipeline.openTarget(targetServer, task)) {
            ControlStore control = target.control();
            List<Checkpoint> found = control.checkpoints();
            if (found.isEmpty()) {
                return false;
            }
            directory.lock();
            try {
                new StartElsewhere(task, source, control, directory).move(found, start, isAgreed);
            } finally {
                directory.unlock();
            }
            return true;
        }
    }

    private void move(List<Checkpoint> found, StartPosition start, boolean isAgreed) {
        SourcePosition next = SourceStart.of(start, source);
        if (found.stream().allMatch(each -> each.position().equals(next))) {
            return;
        }
        requireLoaded();
        if (!isAgreed) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "changes would be skipped or repeated, add --yes to agree: position="
                            + found.get(0).position().text() + ", start=" + next.text());
        }
        List<Checkpoint> held = control.takeOver();
        control.replace(held, held.stream().map(each -> moved(each, next)).toList());
        control.prepare();
        control.begin(source.tables(task.tables()).stream() // statements up to there are passed over, too
                .map(table -> FollowedTable.of(table.schema()))
                .toList());
        directory.dropLog();
        new FollowedKeys(directory.path()).forget();
    }

    /** A chunk is judged by its own watermark, which a position elsewhere says nothing about. */
    private void requireLoaded() {
        if (!task.has(Step.FULL)) {
            return;
        }
        Set<TableId> loaded = control.ledger().stream()
                .filter(entry -> entry.upper().isEmpty())
                .map(LedgerEntry::source)
                .collect(Collectors.toSet());
        for (TableDetails table : source.tables(task.tables())) {
            if (!table.schema().key().isEmpty()
                    && !loaded.contains(table.schema().table())) {
                throw new MillraceException(
                        ErrorCode.INVALID_VALUE,
                        "the full load is not over: table=" + table.schema().table());
            }
        }
    }

    /** Of a log that is nobody's: the task then makes a new one from the position. */
    private static Checkpoint moved(Checkpoint held, SourcePosition next) {
        return new Checkpoint(
                held.lane(),
                held.laneCount(),
                held.layoutVersion(),
                held.epoch(),
                new UUID(0, 0),
                0,
                next,
                "",
                0,
                held.counters());
    }
}
