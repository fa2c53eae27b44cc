package io.millrace.reader;

import java.time.Duration;
import java.util.Optional;

/**
 * What a task wants of a source's changes. Where to start is the sink's position.
 *
 * @param taskName names the reader to the server and in logs
 * @param serverId the id under which the reader registers; unique among the server's readers
 * @param selection whose rows are kept
 * @param heartbeat how often an idle server shall say that it lives; three missed ones end the connection
 * @param slot of a PostgreSQL source; empty for one that is named after the task
 * @param publication of a PostgreSQL source; empty for one that is named after the task
 * @param isTwoPhase whether a PostgreSQL source sends what is prepared at its PREPARE
 */
public record ChangeRequest(
        String taskName,
        long serverId,
        TableSelection selection,
        Duration heartbeat,
        Optional<String> slot,
        Optional<String> publication,
        boolean isTwoPhase) {
    /** With names that are derived. */
    public ChangeRequest(String taskName, long serverId, TableSelection selection, Duration heartbeat) {
        this(taskName, serverId, selection, heartbeat, Optional.empty(), Optional.empty(), false);
    }
}
