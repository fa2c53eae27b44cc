package io.millrace.pipeline.directory;

import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;

/** Opens a task's change log: the real one, or a test's. */
@FunctionalInterface
public interface LogOpener {
    ChangeLog open(LogSettings settings);
}
