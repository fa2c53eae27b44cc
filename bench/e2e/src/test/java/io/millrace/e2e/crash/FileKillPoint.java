package io.millrace.e2e.crash;

/** Where a process that writes files is killed. */
enum FileKillPoint {
    /** Lines stand in a file behind its checkpoint, and perhaps a part of one. */
    LINES,
    /** A thread is in the kernel's sync of the file. */
    SYNC,
    /** The file is synced, and the checkpoint behind it not begun. */
    CHECKPOINT,
    /** A file is closed with its checkpoint, and the next one not made. */
    ROTATION,
    /** As {@link #LINES}, and what the disk then holds of the log is less than the files have. */
    LOG_BEHIND
}
