package io.millrace.pipeline;

import io.millrace.ddl.DdlEvent;
import io.millrace.mapping.TaskPlan;
import io.millrace.reader.Source;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Target;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Changes go to a target. Owns it. */
final class TargetDestination implements Supervisor.Destination {
    private final Target target;
    private final SessionOpening opening;
    private final StatementStep statements;

    TargetDestination(TaskSpec task, Source source, Target target, TaskDirectory directory, LogOpener opener) {
        this.target = target;
        statements = new StatementStep(task, target);
        opening = new SessionOpening(
                task, source, target, directory, opener, SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE);
    }

    @Override
    public Session open() {
        return opening.open();
    }

    @Override
    public void requireStatement(DdlEvent event, TaskPlan plan) {
        statements.require(event, plan);
    }

    @Override
    public void begin(MetStatement statement) {
        statements.begin(statement);
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
