package io.millrace.wal.mapped;

import io.millrace.position.MySqlGtids;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogTailer;
import io.millrace.wal.file.DiskFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A log with small files in which chains lie, and how tests read it. */
final class ChainLog {
    static final int FILE_BYTES = 64 << 10;

    private ChainLog() {}

    static ChangeLog open(Path path, long quotaBytes, Retention.Clock clock) {
        LogSettings settings =
                new LogSettings(path, quotaBytes, FILE_BYTES, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw");
        return MappedChangeLog.open(settings, TestLimits.SMALL, new DiskFiles(), clock);
    }

    /** A PREPARE that was copied forward is told again. */
    static List<String> once(Journal journal) {
        Set<String> prepares = new HashSet<>();
        return journal.lines.stream()
                .filter(line -> !line.startsWith("prepare") || prepares.add(line))
                .toList();
    }

    /** Reads all, so that the place is one between transactions. */
    static long read(LogTailer tailer, Journal journal) {
        while (tailer.poll(journal, 100) > 0) {
            tailer.release();
        }
        return tailer.nextIndex();
    }
}
