package io.millrace.pipeline.run;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * Holds the two sides of the account together while a pipeline runs: lanes never count more than the reader wrote; and once they
 * say that they have passed all of the log, and say so for a while, nothing that the reader wrote may be unaccounted for. Confined to
 * the supervisor.
 */
final class ConservationCheck {
    /** So long both sides must stand still: they are read one after the other, while both may move. */
    private static final long STEADY_MILLIS = 3_000;

    private long written = -1;
    private long inFlight;
    private long sinceMillis;
    private long unaccounted;

    /** Changes that were read, are not counted, and wait nowhere; 0 where all is well. */
    long unaccounted() {
        return unaccounted;
    }

    /**
     * Looks at the account.
     *
     * @param isAllPassed whether every lane has passed all that is in the log, and all of that is durable
     * @param nowWritten row changes that the reader committed to the log
     * @param nowInFlight those that lanes have not counted; -1 while that is unknown
     * @throws MillraceException with COUNTS_DO_NOT_CONSERVE
     */
    void look(long nowMillis, boolean isAllPassed, long nowWritten, long nowInFlight) {
        if (nowInFlight < -1) {
            throw new MillraceException(
                    ErrorCode.COUNTS_DO_NOT_CONSERVE,
                    "lanes counted more than was written: written=" + nowWritten + ", inFlight=" + nowInFlight);
        }
        boolean isSteady = isAllPassed && nowInFlight > 0 && nowWritten == written && nowInFlight == inFlight;
        written = nowWritten;
        inFlight = nowInFlight;
        if (!isSteady) {
            sinceMillis = nowMillis;
            unaccounted = 0;
            return;
        }
        unaccounted = nowInFlight;
        if (nowMillis - sinceMillis >= STEADY_MILLIS) {
            throw new MillraceException(
                    ErrorCode.COUNTS_DO_NOT_CONSERVE,
                    "changes were read that no lane has counted: changes=" + nowInFlight + ", written=" + nowWritten);
        }
    }
}
