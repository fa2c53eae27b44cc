package io.millrace.wal.mapped;

import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.DiskFiles;
import io.millrace.wal.file.JvmFlags;

/** Opens change logs. */
public final class ChangeLogs {
    private ChangeLogs() {}

    /**
     * Opens a task's log, or makes it. After any end of the process or the machine the log is first repaired: what was not
     * wholly written is left behind, and writing goes on in a new file.
     *
     * @throws io.millrace.error.MillraceException with JVM_FLAG_MISSING, DATA_DIRECTORY_LOCKED, DATA_DIRECTORY_UNUSABLE,
     *     LOG_FOREIGN, LOG_DAMAGED or LOG_SYNC_FAILED
     */
    public static ChangeLog open(LogSettings settings) {
        JvmFlags.check();
        return MappedChangeLog.open(settings, LogLimits.DEFAULT, new DiskFiles());
    }
}
