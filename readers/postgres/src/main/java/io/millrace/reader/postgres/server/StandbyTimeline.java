package io.millrace.reader.postgres.server;

import io.millrace.reader.postgres.connection.SqlSession;

/**
 * The timeline of a standby, which changes beneath its streams: when its primary was replaced, and when it is promoted itself. A stream
 * goes on over both, so it has to be asked, over a walsender of its own. A primary's timeline is for good, and nothing is asked.
 *
 * <p>Confined to the stream's thread, but for {@link #abort}.
 */
public final class StandbyTimeline implements AutoCloseable {
    private final SqlSession walsender; // null: a primary
    private int timeline;

    private StandbyTimeline(SqlSession walsender) {
        this.walsender = walsender;
    }

    /** For one stream, made before anything else is asked: what is a primary then has its timeline for good. */
    public static StandbyTimeline of(SqlSession questions) {
        boolean isStandby = new ServerPositions(questions).isStandby();
        return new StandbyTimeline(isStandby ? questions.replicationBeside("timeline") : null);
    }

    /** What was found when the stream's position was verified. */
    public void begin(int verified) {
        timeline = verified;
    }

    public int timeline() {
        return timeline;
    }

    /** Asks again; whether it has changed. */
    public boolean hasChanged() {
        if (walsender == null) {
            return false;
        }
        int before = timeline;
        timeline = Walsender.timeline(walsender);
        return timeline != before;
    }

    /** From any thread. */
    public void abort() {
        if (walsender != null) {
            walsender.abort();
        }
    }

    @Override
    public void close() {
        if (walsender != null) {
            walsender.close();
        }
    }
}
