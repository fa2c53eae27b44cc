package io.millrace.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A disk that fills up, or whose force fails, when a test says so. Thread-safe. */
final class FaultyFiles implements LogFiles {
    volatile long freeBytes = Long.MAX_VALUE;
    volatile boolean isForceFailing;

    private final DiskFiles disk = new DiskFiles();

    @Override
    public synchronized void allocate(Path path, FileChannel channel, long offset, int length) throws IOException {
        if (freeBytes < length) {
            throw new IOException("No space left on device");
        }
        freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : length;
        disk.allocate(path, channel, offset, length);
    }

    @Override
    public void force(Path path, FileChannel channel) throws IOException {
        if (isForceFailing) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }
}
