package io.millrace.pipeline.opening;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.run.Session;
import io.millrace.pipeline.run.Supervisor;
import io.millrace.pipeline.statement.MetStatement;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes go to a target. Owns it. */
public final class TargetDestination implements Supervisor.Destination {
    private static final Logger LOG = LoggerFactory.getLogger(TargetDestination.class);

    private final Target target;
    private final SessionOpening opening;

    public TargetDestination(TaskSpec task, Source source, Target target, TaskDirectory directory, LogOpener opener) {
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

    /** A person asks to pass what stands at these places. */
    public TargetDestination skipping(Set<String> places) {
        places.forEach(opening.statements()::skip);
        return this;
    }

    @Override
    public void createTables() {
        opening.createTables();
    }

    /** The rows are there, so an outage now is no failure of the task. */
    @Override
    public void passIdentities(TaskPlan plan) {
        List<Finding> findings = new ArrayList<>();
        try {
            int moved = target.passIdentities(
                    plan.tables().stream().map(TablePlan::target).toList(), findings);
            if (moved > 0) {
                LOG.info("sequences were moved behind replicated numbers: sequences={}", moved);
            }
        } catch (MillraceException e) {
            LOG.warn("sequences may stand behind replicated numbers until the task ends again: {}", e.display());
        }
        findings.forEach(
                finding -> LOG.warn("{}: subject={}, fix={}", finding.message(), finding.subject(), finding.fix()));
    }

    @Override
    public void close() {
        target.close();
    }
}
