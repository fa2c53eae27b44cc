package io.millrace.pipeline;

import io.millrace.writer.Counters;

/**
 * Where a pipeline stood when it began, so that it counts on over its sessions. Immutable.
 *
 * @param statements that earlier sessions of this pipeline passed
 * @param restarts of this pipeline so far
 */
record Baseline(Counters counters, long loadedRows, long statements, long restarts) {}
