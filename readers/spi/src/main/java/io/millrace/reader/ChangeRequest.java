package io.millrace.reader;

import io.millrace.schema.TableSchema;
import java.time.Duration;
import java.util.List;
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
 * @param shapes that tables have at the sink's position, where anybody knows: the catalog may be further on. What the log tells of a table
 *     is newer
 */
public record ChangeRequest(
        String taskName,
        long serverId,
        TableSelection selection,
        Duration heartbeat,
        Optional<String> slot,
        Optional<String> publication,
        boolean isTwoPhase,
        List<TableSchema> shapes) {
    public ChangeRequest {
        shapes = List.copyOf(shapes);
    }

    /** Where nobody knows more than the catalog. */
    public ChangeRequest(
            String taskName,
            long serverId,
            TableSelection selection,
            Duration heartbeat,
            Optional<String> slot,
            Optional<String> publication,
            boolean isTwoPhase) {
        this(taskName, serverId, selection, heartbeat, slot, publication, isTwoPhase, List.of());
    }

    /** With names that are derived. */
    public ChangeRequest(String taskName, long serverId, TableSelection selection, Duration heartbeat) {
        this(taskName, serverId, selection, heartbeat, Optional.empty(), Optional.empty(), false);
    }

    /** The same where these shapes hold at the sink's position. */
    public ChangeRequest with(List<TableSchema> known) {
        return new ChangeRequest(taskName, serverId, selection, heartbeat, slot, publication, isTwoPhase, known);
    }
}
