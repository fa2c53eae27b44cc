package io.millrace.pipeline.opening;

import io.millrace.lane.Lane;
import io.millrace.lane.LaneSettings;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.run.Session;
import io.millrace.task.Consistency;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.Target;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/** How many lanes a task has, and each of them. Immutable. */
record TaskLanes(TaskSpec task, Target target, NanoClock nanoClock, EpochClock epochClock) {
    /** Whole transactions in their order have one lane. */
    int count() {
        return isByTransaction() ? 1 : task.resources().writeConcurrency();
    }

    private boolean isByTransaction() {
        return task.delivery().consistency() == Consistency.TRANSACTION;
    }

    /**
     * One that goes on at its checkpoint, with a connection of its own.
     *
     * @param skipped places of transactions whose rows nobody wants
     */
    Lane lane(
            Session session,
            TaskPlan plan,
            Preparation found,
            Checkpoint start,
            boolean isStrict,
            Set<String> skipped) {
        LaneSettings settings = LaneSettings.of(
                        task.delivery().batchRows(),
                        task.delivery().batchBytes(),
                        task.delivery().flushInterval().toNanos())
                .withTransactions(isByTransaction())
                .withMemoryBytes(task.resources().memoryBytes() / count());
        return new Lane(
                        plan,
                        session.view(),
                        target.laneWriter(start.lane(), found.unlogged(), found.told()),
                        start,
                        session.gate(),
                        session.moves(),
                        isStrict,
                        session.backlogEnd(),
                        settings,
                        session.dirty(),
                        nanoClock,
                        epochClock)
                .countInto(session.activity())
                .skipping(skipped);
    }

    /** A load keeps its lanes; but tables that were added may tie rows otherwise, and lanes that have met may go on so. */
    static List<Checkpoint> ofVersion(ControlStore control, List<Checkpoint> held, int layoutVersion) {
        if (held.stream().allMatch(each -> each.layoutVersion() == layoutVersion) || !Session.haveMet(held)) {
            return held;
        }
        List<Checkpoint> next = held.stream()
                .map(each -> new Checkpoint(
                        each.lane(),
                        each.laneCount(),
                        layoutVersion,
                        each.epoch(),
                        each.logId(),
                        each.logIndex(),
                        each.position(),
                        each.lastTransaction(),
                        each.rowsIntoTransaction(),
                        each.counters()))
                .toList();
        control.replace(held, next);
        return next;
    }
}
