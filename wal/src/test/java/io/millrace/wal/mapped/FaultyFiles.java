package io.millrace.wal.mapped;

import io.millrace.wal.file.DiskFiles;
import io.millrace.wal.file.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A disk that fills up, or whose force fails or takes its time, when a test says so. Thread-safe. */
final class FaultyFiles implements LogFiles {
    volatile long freeBytes = Long.MAX_VALUE;
    volatile boolean isForceFailing;
    volatile CountDownLatch forcesWaitFor = new CountDownLatch(0);

    private final DiskFiles disk = new DiskFiles();
    private final Map<Path, Long> ends = new HashMap<>();

    @Override
    public synchronized void allocate(Path path, FileChannel channel, long offset, int length) throws IOException {
        if (freeBytes < length) {
            throw new IOException("No space left on device");
        }
        freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : length;
        disk.allocate(path, channel, offset, length);
        ends.merge(named(path), offset + length, Math::max);
    }

    @Override
    public synchronized void write(Path path, FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        long grown = Math.max(0, offset + bytes.remaining() - ends.getOrDefault(path, 0L));
        if (freeBytes < grown) {
            throw new IOException("No space left on device");
        }
        freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : grown;
        ends.merge(path, offset + bytes.remaining(), Math::max);
        disk.write(path, channel, bytes, offset);
    }

    @Override
    public void force(Path path, FileChannel channel) throws IOException {
        if (isForceFailing) {
            throw new IOException("Input/output error");
        }
        try {
            forcesWaitFor.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    /** A file is allocated under another name than it has later. */
    private static Path named(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(".new") ? path.resolveSibling(name.substring(0, name.length() - ".new".length())) : path;
    }
}
