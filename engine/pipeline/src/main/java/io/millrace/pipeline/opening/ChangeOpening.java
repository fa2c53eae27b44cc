package io.millrace.pipeline.opening;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.mapping.NameCheck;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.consumer.ChangeLane;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.run.Session;
import io.millrace.pipeline.run.Supervisor;
import io.millrace.pipeline.statement.ToldStatements;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.task.NameCase;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.ChangeWriter;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.TypeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Makes a session whose changes go, one by one and in the source's order, to a target that has no tables. May be tried again after
 * any failure. Owns the target. Confined to one thread.
 */
public final class ChangeOpening implements Supervisor.Destination {
    private final TaskSpec task;
    private final Source source;
    private final ChangeTarget target;
    private final TaskDirectory directory;
    private final LogOpener opener;
    private final Set<String> skipped;

    /**
     * Of a task.
     *
     * @param skipped where statements stand that a person asks to pass
     */
    public ChangeOpening(
            TaskSpec task,
            Source source,
            ChangeTarget target,
            TaskDirectory directory,
            LogOpener opener,
            Set<String> skipped) {
        this.task = task;
        this.source = source;
        this.target = target;
        this.directory = directory;
        this.opener = opener;
        this.skipped = skipped;
    }

    /** Why the task cannot be one of such a target; a key that is accepted is obeyed. */
    public static void requireFitting(TaskSpec task) {
        if (!task.steps().equals(Set.of(Step.INCREMENTAL))) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a target of this type takes changes only: key=steps, expected=[incremental]");
        }
        if (!task.types().equals(TypeOptions.DEFAULT)) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a target of this type has no types to choose: key=types");
        }
        if (task.target().isAppend()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a target of this type gets every change as it is: key=target.write_mode");
        }
        if (task.hasRowPolicies()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a target of this type gets every change: key=dml or conflicts");
        }
        boolean isOfColumns = task.mapping().nameCase() != NameCase.KEEP
                || !task.mapping().typeRules().isEmpty()
                || task.tables().rules().stream()
                        .anyMatch(rule -> !rule.columns().isEmpty());
        if (isOfColumns) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a target of this type has the source's columns: key=mapping.case, mapping.type_rules or"
                            + " tables[].columns");
        }
        if (task.tables().rules().stream().anyMatch(rule -> rule.partition().isPresent())) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a target of this type has no partitions: key=tables[].partition");
        }
        if (!task.transforms().isEmpty()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a target of this type takes rows as they are: key=transforms, mapping.add");
        }
        if (task.target().isReplica()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a target of this type has no sessions: key=target.session");
        }
        ToldStatements.requireFitting(task);
    }

    @Override
    public void createTables() {
        requireFitting(task);
    }

    @Override
    public Session open() {
        requireFitting(task);
        List<TableDetails> tables = FollowerStart.tables(task, source);
        ChangeRequest request = Preparation.request(task, task.tables());
        List<Finding> findings = new ArrayList<>(source.check(tables, request));
        findings.addAll(NameCheck.of(
                task, tables.stream().map(table -> table.schema().table()).toList()));
        findings.addAll(target.check());
        Preparation.requireNoError(findings);
        directory.lock();
        try {
            return open(request);
        } catch (RuntimeException e) {
            directory.unlock();
            throw e;
        }
    }

    private Session open(ChangeRequest request) {
        ChangeWriter writer = target.writer();
        try {
            Optional<Checkpoint> held = target.checkpoint();
            directory.claim(source, held.map(Checkpoint::position).stream().toList());
            if (held.isEmpty()) {
                SourceStart.prepare(task.start().orElse(new StartPosition.Now()), source, request);
            }
            ChangeLog log = FollowerStart.log(task, source, directory, opener, held);
            try {
                Checkpoint start = FollowerStart.checkpoint(held, log);
                writer.checkpoint(start);
                return session(request, writer, log, start);
            } catch (RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private Session session(ChangeRequest request, ChangeWriter writer, ChangeLog log, Checkpoint start) {
        Session.Parts parts = FollowerStart.parts(task, directory, log, source.changes(request));
        return new Session(
                parts,
                start,
                view -> new ChangeLane(
                        task::targetOf,
                        new ToldStatements(task, skipped),
                        view,
                        writer,
                        start,
                        log.durableIndex(),
                        target.syncInterval().toNanos(),
                        SystemNanoClock.INSTANCE,
                        SystemEpochClock.INSTANCE),
                SystemEpochClock.INSTANCE);
    }

    @Override
    public void close() {
        target.close();
    }
}
