package io.millrace.e2e.crash;

/**
 * What a {@link NumberedWorkload} is made of.
 *
 * @param isMinimal whether the source leaves unsent what a change leaves as it is
 * @param hasBadEvents whether the target refuses some of its rows
 * @param doesTruncate whether it has a table that is emptied now and then
 * @param hasComputed whether the source computes columns of {@code account}
 */
record WorkloadTraits(
        CrashSource source, boolean isMinimal, boolean hasBadEvents, boolean doesTruncate, boolean hasComputed) {}
