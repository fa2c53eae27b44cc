package io.millrace.load;

import io.millrace.position.SourcePosition;

/**
 * Where lanes come to once every chunk is committed and before the load ends: behind all that a chunk, or a row that was read again, may show.
 * Immutable and thread-safe.
 *
 * @param number counts those of a load, from 1
 * @param chunksEnd behind all that chunks may show: from there on a row at the target is what it was at the source, unless it was read again
 *     later
 * @param goal behind all that rows may show which were read again, too
 */
public record Settling(int number, SourcePosition chunksEnd, SourcePosition goal) {}
