package io.millrace.reader.postgres.server;

import io.millrace.reader.postgres.connection.SqlSession;
import java.util.List;

/** What the replication protocol says of a server, and SQL does not. */
public final class Walsender {
    private Walsender() {}

    /**
     * Who the server is.
     *
     * @param system its identifier, which its standbys share
     * @param timeline that it writes or, as a standby, replays
     * @param end of its WAL, as it prints it
     */
    record Identity(long system, int timeline, String end) {}

    static Identity identity(SqlSession replication) {
        List<String> columns = replication.command("IDENTIFY_SYSTEM", "asking for the server's identity");
        return new Identity(
                Long.parseUnsignedLong(columns.get(0)), Integer.parseUnsignedInt(columns.get(1)), columns.get(2));
    }

    static int timeline(SqlSession replication) {
        return identity(replication).timeline();
    }

    /** The first timeline has none. */
    public static TimelineHistory history(SqlSession replication, int timeline) {
        return new TimelineHistory(
                timeline < 2
                        ? ""
                        : replication
                                .command("TIMELINE_HISTORY " + timeline, "asking for the timeline's history")
                                .get(1));
    }
}
