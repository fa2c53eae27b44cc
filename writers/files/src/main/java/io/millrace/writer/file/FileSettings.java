package io.millrace.writer.file;

import io.millrace.datasource.DataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What a data source of type file says. Immutable.
 *
 * @param directory where the files are; absent for standard output
 * @param rotateBytes length at which a file is closed and the next one begun
 * @param rotateAfter age of a file's first line at which that is done, too
 * @param syncInterval between two syncs, at the most, while changes come
 */
record FileSettings(
        Path directory,
        boolean isStandardOutput,
        Compression compression,
        long rotateBytes,
        Duration rotateAfter,
        Duration syncInterval) {
    static FileSettings of(DataSource dataSource) {
        Map<String, String> options = dataSource.options();
        String path = options.get("path");
        return new FileSettings(
                Path.of(path),
                path.equals("-"),
                Compression.of(options.get("compression")),
                Long.parseLong(options.get("rotate_bytes")),
                Duration.ofMillis(Long.parseLong(options.get("rotate_millis"))),
                Duration.ofMillis(Long.parseLong(options.get("sync_millis"))));
    }
}
