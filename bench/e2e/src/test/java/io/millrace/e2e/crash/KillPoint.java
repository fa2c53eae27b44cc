package io.millrace.e2e.crash;

/** Where a process, or the target's server, is killed. */
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
    TARGET_KILLED
}
