package io.millrace.pipeline.opening;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.consumer.ChangeConsumer;
import io.millrace.pipeline.consumer.ConsumerFile;
import io.millrace.pipeline.consumer.ConsumerLane;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.run.Session;
import io.millrace.pipeline.run.Supervisor;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;

/** Makes a session whose changes go to a consumer. May be tried again after any failure. Confined to one thread. */
public final class ConsumerOpening implements Supervisor.Destination {
    private final TaskSpec task;
    private final Source source;
    private final ChangeConsumer consumer;
    private final TaskDirectory directory;
    private final LogOpener opener;
    private final NanoClock clock;

    public ConsumerOpening(
            TaskSpec task,
            Source source,
            ChangeConsumer consumer,
            TaskDirectory directory,
            LogOpener opener,
            NanoClock clock) {
        this.task = task;
        this.source = source;
        this.consumer = consumer;
        this.directory = directory;
        this.opener = opener;
        this.clock = clock;
    }

    @Override
    public void createTables() {
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "a consumer has no tables: key=steps");
    }

    @Override
    public void close() {
        // The consumer is the embedder's.
    }

    @Override
    public Session open() {
        if (task.has(Step.FULL) || !task.has(Step.INCREMENTAL)) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a consumer follows changes only: key=steps, expected=incremental");
        }
        if (task.target().isAppend()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a consumer gets every change as it is: key=target.write_mode");
        }
        if (task.hasRowPolicies()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a consumer gets every change: key=dml or conflicts");
        }
        if (!task.transforms().isEmpty()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a consumer takes rows as they are: key=transforms, mapping.add");
        }
        boolean hasStatementPolicies = !task.ddl().said().isEmpty()
                || task.ddl().isLenient()
                || task.tables().rules().stream().anyMatch(rule -> rule.ddl().isPresent());
        if (hasStatementPolicies) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "a consumer is told of every statement: key=ddl or ddl_mode");
        }
        List<TableDetails> tables = FollowerStart.tables(task, source);
        ChangeRequest request = Preparation.request(task, task.tables());
        Preparation.requireNoError(source.check(tables, request));
        directory.lock();
        try {
            ConsumerFile file = new ConsumerFile(directory.path());
            Optional<Checkpoint> held = file.read();
            directory.claim(source, held.map(Checkpoint::position).stream().toList());
            if (held.isEmpty()) {
                SourceStart.prepare(task.start().orElse(new StartPosition.Now()), source, request);
            }
            ChangeLog log = FollowerStart.log(task, source, directory, opener, held);
            Checkpoint start = FollowerStart.checkpoint(held, log);
            file.write(start);
            return session(file, log, start, request);
        } catch (RuntimeException e) {
            directory.unlock();
            throw e;
        }
    }

    private Session session(ConsumerFile file, ChangeLog log, Checkpoint start, ChangeRequest request) {
        try {
            Session.Parts parts = FollowerStart.parts(task, directory, log, source.changes(request));
            return new Session(
                    parts,
                    start,
                    view -> new ConsumerLane(consumer, file, view, start, log.durableIndex(), clock),
                    SystemEpochClock.INSTANCE);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }
}
