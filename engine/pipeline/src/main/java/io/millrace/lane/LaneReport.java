package io.millrace.lane;

import io.millrace.ddl.DdlEvent;
import io.millrace.lane.batch.LaneBatch;
import io.millrace.lane.count.Tally;
import io.millrace.lane.row.LaneCursor;
import io.millrace.lane.row.RowRouter;
import io.millrace.lane.row.StatementBarrier;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.util.Optional;

/** What a lane tells others of itself. Written by the lane alone; readable by every thread. */
final class LaneReport {
    private final LaneBatch batch;
    private final RowRouter router;
    private final Tally tally;
    private final TargetOutage outage;
    private final long backlogEnd;
    private long backlog = -1;
    private long repeatedInBacklog;
    private long appliedBytes;
    private volatile LaneStatus status;
    private volatile Optional<DdlEvent> barrier = Optional.empty();
    private volatile int barrierNumber;
    private volatile long statements;

    /** @param backlogEnd where the log ended at the session's start */
    LaneReport(LaneBatch batch, RowRouter router, Tally tally, TargetOutage outage, long backlogEnd) {
        this.batch = batch;
        this.router = router;
        this.tally = tally;
        this.outage = outage;
        this.backlogEnd = backlogEnd;
    }

    LaneStatus status() {
        return status;
    }

    Optional<DdlEvent> barrier() {
        return barrier;
    }

    int barrierNumber() {
        return barrierNumber;
    }

    long statements() {
        return statements;
    }

    /** What was counted in when the log's end at the session's start was passed. */
    void noteBacklog() {
        if (backlog < 0
                && router.cursor().nextIndex() >= backlogEnd
                && !router.keyChanges().isHolding()) {
            backlog = tally.changesIn();
            repeatedInBacklog = router.repeated();
        }
    }

    /** So much of the log is at the target. */
    void applied(long bytes) {
        appliedBytes += bytes;
    }

    /** The lane stands before a statement. */
    void met(StatementBarrier met) {
        barrierNumber = met.number();
        barrier = met.statement();
    }

    void publishWhenMoved(Checkpoint committed, boolean isFinished) {
        if (status.nextIndex() != router.cursor().nextIndex() || status.oldestCommitMicros() != 0) {
            publish(committed, isFinished);
        }
    }

    void publish(Checkpoint committed, boolean isFinished) {
        statements = router.barrier().passed();
        LaneCursor cursor = router.cursor();
        boolean isAllApplied = batch.isEmpty() && !router.isHeldUp();
        Counters counters = isAllApplied ? tally.counters(committed.counters()) : committed.counters();
        status = new LaneStatus(
                committed,
                isAllApplied ? cursor.position() : committed.position(),
                counters,
                isAllApplied ? cursor.nextIndex() : committed.logIndex(),
                isAllApplied ? 0 : router.oldestCommitMicros(),
                new LaneStatus.Inflow(backlog, router.repeated() - repeatedInBacklog, counters.changesIn()),
                appliedBytes,
                outage.text(),
                outage.sinceMillis(),
                isFinished);
    }
}
