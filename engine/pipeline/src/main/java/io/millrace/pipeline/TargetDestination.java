package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.mapping.TaskPlan;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Target;
import java.util.Optional;
import java.util.Set;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Changes go to a target. Owns it. */
final class TargetDestination implements Supervisor.Destination {
    private final Target target;
    private final SessionOpening opening;

    TargetDestination(TaskSpec task, Source source, Target target, TaskDirectory directory, LogOpener opener) {
        this.target = target;
        opening = new SessionOpening(
                task, source, target, directory, opener, SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE);
    }

    @Override
    public Session open() {
        return opening.open();
    }

    @Override
    public boolean redo(TableId table) {
        return opening.redo(table);
    }

    @Override
    public Set<TableId> ahead(TaskPlan plan) {
        return opening.ahead(plan);
    }

    @Override
    public void requireStatement(DdlEvent event) {
        opening.statements().require(event);
    }

    @Override
    public void admit() {
        opening.admit();
    }

    @Override
    public void begin(MetStatement statement) {
        opening.statements().begin(statement);
    }

    /** A person asks to pass the statement at that place. */
    TargetDestination skipping(Optional<String> place) {
        place.ifPresent(opening.statements()::skip);
        return this;
    }

    @Override
    public void createTables() {
        opening.createTables();
    }

    @Override
    public void close() {
        target.close();
    }
}
