package io.millrace.reader.postgres;

import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.StreamHearing;
import io.millrace.reader.postgres.server.StandbyTimeline;

/**
 * The sessions of one stream, which {@link PostgresReader#run} opens and closes. Confined to the stream's thread, but for {@link #abort}.
 *
 * @param questions to the catalog
 * @param replication over which the walsender streams
 * @param hearing when that was last heard
 * @param timeline of a standby, over a walsender of its own
 */
record StreamConnection(SqlSession questions, SqlSession replication, StreamHearing hearing, StandbyTimeline timeline) {
    /** From any thread: whatever waits for the server fails. */
    void abort() {
        replication.abort();
        questions.abort();
        timeline.abort();
    }
}
