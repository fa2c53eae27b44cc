package io.millrace.pipeline.status;

/**
 * A part of a pipeline that has work and does not get on with it.
 *
 * @param stage {@code source}, {@code log}, {@code lane}, {@code load}
 * @param thread that should do the work
 * @param sinceMillis since when, milliseconds since 1970
 * @param waiting what waits, for people
 */
public record Stall(String stage, String thread, long sinceMillis, String waiting) {}
