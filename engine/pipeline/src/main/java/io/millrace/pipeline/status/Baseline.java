package io.millrace.pipeline.status;

import io.millrace.writer.Counters;

/**
 * Where a pipeline stood when it began, and what it has done since, so that it counts on over its sessions. Immutable.
 *
 * @param counters at its beginning
 * @param loadedRows that earlier sessions of this pipeline loaded
 * @param statements that earlier sessions of this pipeline passed
 * @param restarts of this pipeline so far
 */
public record Baseline(Counters counters, long loadedRows, long statements, long restarts) {}
