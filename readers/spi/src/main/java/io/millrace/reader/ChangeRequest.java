package io.millrace.reader;

import java.time.Duration;

/**
 * What a task wants of a source's changes. Where to start is the sink's position.
 *
 * @param taskName names the reader to the server and in logs
 * @param serverId the id under which the reader registers; unique among the server's readers
 * @param selection whose rows are kept
 * @param heartbeat how often an idle server shall say that it lives; three missed ones end the connection
 */
public record ChangeRequest(String taskName, long serverId, TableSelection selection, Duration heartbeat) {}
