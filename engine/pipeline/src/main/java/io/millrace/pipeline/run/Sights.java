package io.millrace.pipeline.run;

import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.load.LoadStatus;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Vitals;
import io.millrace.wal.LogStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a watchdog sees of a session's parts: which of them have work, and by what it can be told that they do it. Confined to the
 * supervisor.
 *
 * <pre>
 * stage    has work while                                              does it while
 * source   the source has committed what is not in the log; it         events or bytes come
 *          streams, and the log has room
 * log      what the reader committed is in no lane's reach, and        bytes or forces count on
 *          lanes wait
 * lane     it is behind the log and nothing holds it back, or the      it takes steps
 *          target has its batch
 * load     a table is not loaded                                       it takes steps, or rows come
 * </pre>
 */
final class Sights {
    private final Session session;
    private final Optional<SourceLoop> sourceLoop;

    Sights(Session session, Optional<SourceLoop> sourceLoop) {
        this.session = session;
        this.sourceLoop = sourceLoop;
    }

    /**
     * All parts that have a thread.
     *
     * @param lanes in the order of the session's
     */
    List<Watchdog.Sight> of(
            PipelineStatus status, Optional<Worker> source, List<Worker> lanes, List<Worker> loads, String logThread) {
        List<Watchdog.Sight> sights = new ArrayList<>();
        LogStatus log = session.log().status();
        source.ifPresent(worker -> sights.add(source(status.vitals(), log, worker)));
        sights.add(new Watchdog.Sight(
                "log",
                logThread,
                isAwaited(status, log) ? "what was read to be durable" : "",
                log.forcedBytes() + log.forces()));
        boolean isLoading = !loads.isEmpty() && !areAllLoaded();
        for (int i = 0; i < lanes.size() && i < session.lanes().size(); i++) {
            sights.add(lane(session.lanes().get(i), lanes.get(i), isLoading));
        }
        if (!loads.isEmpty()) {
            sights.add(load(loads, isLoading));
        }
        return sights;
    }

    private Watchdog.Sight source(Vitals vitals, LogStatus log, Worker worker) {
        long progress =
                vitals.reader().map(reader -> reader.events() + reader.bytes()).orElse(0L) + log.appendedBytes();
        boolean isStreaming =
                sourceLoop.filter(loop -> loop.readerStatus().isStreaming()).isPresent();
        boolean isBehind = vitals.sourceLagMillis().orElse(0) > 0;
        String waiting = isStreaming && isBehind && !log.isFull() ? "what the source has committed" : "";
        return new Watchdog.Sight("source", worker.name(), waiting, progress);
    }

    private boolean isAwaited(PipelineStatus status, LogStatus log) {
        return status.inFlight() > 0 && !log.isFull() && haveAllPassed();
    }

    private boolean haveAllPassed() {
        long durable = session.log().durableIndex();
        return session.lanes().stream().allMatch(lane -> lane.status().nextIndex() >= durable);
    }

    private boolean areAllLoaded() {
        return session.load()
                .map(load -> load.status().tables().stream().allMatch(LoadStatus.Table::isComplete))
                .orElse(true);
    }

    private Watchdog.Sight lane(Follower lane, Worker worker, boolean isLoading) {
        LaneStatus status = lane.status();
        String waiting = "";
        if (lane.applyingSinceMillis() != 0) {
            waiting = "a batch, for the target's answer";
        } else if (!isLoading
                && status.outage().isEmpty()
                && lane.barrier().isEmpty()
                && status.nextIndex() < session.view().durableIndex()) {
            waiting = "changes in the log";
        }
        return new Watchdog.Sight("lane", worker.name(), waiting, worker.steps());
    }

    /** One sight of all: a loader has nothing to do while others read the last chunks. */
    private Watchdog.Sight load(List<Worker> workers, boolean isLoading) {
        LoadStatus status = session.load().orElseThrow().status();
        String waiting = !isLoading
                ? ""
                : status.waitingFor().isEmpty() ? "rows to be loaded" : "rows to be loaded, for " + status.waitingFor();
        long steps = workers.stream().mapToLong(Worker::steps).sum();
        return new Watchdog.Sight("load", workers.get(0).name(), waiting, steps + status.rows());
    }
}
