package io.millrace.e2e.crash;

/** Where a process that writes to a server, or that server, is killed. */
enum KillPoint {
    /** A lane has sent a batch, and its COMMIT is under way. */
    COMMIT_SENT,
    /** The target has committed a batch, and the lane does not know yet. */
    COMMIT_DONE,
    /** As either, and other lanes have committed since. */
    BETWEEN_LANES,
    /** As the first, and the COMMIT arrives when the next process asks where the lane stands. */
    COMMIT_LATE,
    /** All lanes stand at a statement: its intent, the statement, its end, or the answer to one of them, is under way. */
    STATEMENT,
    /** The target has refused rows of a batch, and the lane is looking for those that it may not write. */
    DIRTY_ROWS,
    /** The server that is to commit, or has, with SIGKILL; the process goes on by itself. */
    TARGET_KILLED,
    /** As {@link #STATEMENT}: a table is to be emptied, among rows. */
    TRUNCATION,
    /** New rows of a batch are under way by COPY or LOAD DATA. */
    BULK,
    /** As within a commit, and what the disk then holds of the log, and of all else that the task keeps, is less than lanes have committed. */
    LOG_BEHIND
}
