package io.millrace.pipeline.run;

import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a source that keeps its log for us may forget: everything that the target has committed; and where it would hold more than
 * the task allows, everything that is durable in our log, which then is its only copy (EXACTNESS 14). Pure.
 */
final class Acknowledgement {
    private Acknowledgement() {}

    /**
     * The place to acknowledge; empty where the source keeps nothing for its readers.
     *
     * @param committed of the lanes' checkpoints
     * @param durable of the log
     * @param holdBytes what the source may hold of what the target lacks
     */
    static Optional<SourcePosition> of(List<SourcePosition> committed, SourcePosition durable, long holdBytes) {
        if (committed.isEmpty() || !(durable instanceof PostgresPosition log)) {
            return Optional.empty();
        }
        PostgresPosition least = log;
        for (SourcePosition each : committed) {
            if (!(each instanceof PostgresPosition lane)) {
                return Optional.empty();
            }
            least = least.covers(lane) ? lane : least;
        }
        return Optional.of(log.lsn() - least.lsn() > holdBytes ? log : least);
    }

    /**
     * What the source may hold: no more than half of that at which it would give up what it keeps, so that a target which is down, however
     * long, loses nothing; but what the task says without bounds is without bounds.
     *
     * @param asked of the task
     * @param limit of the source; empty where it has none
     */
    static long holdBytes(long asked, OptionalLong limit) {
        return asked == Long.MAX_VALUE || limit.isEmpty() ? asked : Math.min(asked, limit.getAsLong() / 2);
    }

    /** Whether what was acknowledged goes beyond what the target has: then our log is the only copy of what lies between. */
    static boolean isOnlyCopy(Optional<SourcePosition> acknowledged, List<SourcePosition> committed) {
        return acknowledged.isPresent()
                && acknowledged.get() instanceof PostgresPosition told
                && committed.stream().anyMatch(each -> each instanceof PostgresPosition lane && !lane.covers(told));
    }
}
