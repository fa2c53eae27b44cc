package io.millrace.reader;

/**
 * A glance at a reader of changes.
 *
 * @param isStreaming whether events arrive now
 * @param events received since the start
 * @param bytes received since the start
 * @param lastCommitMicros the source's commit time of the last transaction, 0 where there was none
 * @param lastHeardMillis when the source was last heard of, milliseconds since 1970
 */
public record ChangeStatus(boolean isStreaming, long events, long bytes, long lastCommitMicros, long lastHeardMillis) {}
