package io.millrace.reader;

import java.util.OptionalLong;

/**
 * What a source keeps of its log for a task, and for how long it will. Immutable.
 *
 * @param name as the server calls it
 * @param walStatus as the server calls it: {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param isActive whether a connection reads it
 * @param isLost whether it is of no use any more
 * @param retainedBytes of log that the server keeps for it
 * @param bytesToLoss that the server may still write before it gives the slot up; empty where nothing bounds it
 * @param writtenBytes of log that the server has ever written: by its growth bytes become time
 */
public record SlotGlance(
        String name,
        String walStatus,
        boolean isActive,
        boolean isLost,
        long retainedBytes,
        OptionalLong bytesToLoss,
        long writtenBytes) {}
