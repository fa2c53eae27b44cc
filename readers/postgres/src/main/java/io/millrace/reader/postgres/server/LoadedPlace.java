package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import java.util.OptionalLong;

/**
 * How far chunks have seen a primary, and on which timeline. A primary that dies may have shown to a chunk what its standby never received:
 * those rows are at the target, and the stream of the promoted standby never takes them back. A standby shows only what it has replayed,
 * so that its own promotion keeps it.
 *
 * <p>One for a source, for the life of its process. Thread-safe.
 */
public final class LoadedPlace {
    private int timeline;
    private long lsn;

    /** A chunk's snapshot saw nothing behind this LSN. */
    public synchronized void reached(int ofTimeline, long place) {
        if (timeline != ofTimeline || Long.compareUnsigned(place, lsn) > 0) {
            timeline = ofTimeline;
            lsn = place;
        }
    }

    /** Whether chunks were read on another timeline. */
    public synchronized boolean isOfAnother(int thanTimeline) {
        return timeline != 0 && timeline != thanTimeline;
    }

    /**
     * Proves that the server had all that chunks have seen.
     *
     * @param now the server's timeline
     * @param history of that
     */
    public synchronized void require(int now, TimelineHistory history) {
        if (!isOfAnother(now)) {
            return;
        }
        OptionalLong end = history.endOf(timeline);
        if (end.isEmpty() || Long.compareUnsigned(lsn, end.getAsLong()) > 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the new primary never had what was loaded from the old one: from="
                            + (end.isEmpty() ? "unknown" : PostgresPosition.lsnText(end.getAsLong())) + ", to="
                            + PostgresPosition.lsnText(lsn) + ", timeline=" + timeline + ", now=" + now);
        }
    }
}
