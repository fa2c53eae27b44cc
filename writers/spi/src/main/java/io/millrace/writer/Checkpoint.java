package io.millrace.writer;

import io.millrace.position.SourcePosition;
import java.util.UUID;

/**
 * How far a lane has come: a row at the target, compared and set in the transaction that brings it there. Immutable.
 *
 * @param lane from 0
 * @param laneCount how many lanes share the task's rows (EXACTNESS 23: one numbered version with {@code layoutVersion})
 * @param layoutVersion counts the changes of lane count, hash version, key columns and pins
 * @param epoch counts the processes that took the task over; the newest fences off all others
 * @param logId the change log whose index this is
 * @param logIndex where the lane goes on reading
 * @param position all source transactions that the lane has passed wholly
 * @param lastTransaction hex of the last one's {@link io.millrace.position.TransactionId}, or empty
 * @param rowsIntoTransaction rows passed of the transaction that goes on at {@code logIndex}; 0 between transactions
 * @param counters since the task's beginning
 */
public record Checkpoint(
        int lane,
        int laneCount,
        int layoutVersion,
        long epoch,
        UUID logId,
        long logIndex,
        SourcePosition position,
        String lastTransaction,
        long rowsIntoTransaction,
        Counters counters) {}
