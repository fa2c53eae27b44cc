package io.millrace.pipeline;

import io.millrace.reader.Source;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Target;
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
    public void createTables() {
        opening.createTables();
    }

    @Override
    public void close() {
        target.close();
    }
}
