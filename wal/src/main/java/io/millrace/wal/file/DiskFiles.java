package io.millrace.wal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The real file system. Immutable and thread-safe. */
public final class DiskFiles implements LogFiles {
    private static final int CHUNK = 256 << 10;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK).asReadOnlyBuffer();

    @Override
    public void allocate(Path path, FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer chunk = zeros.duplicate();
        for (long at = offset; at < offset + length; ) {
            chunk.clear().limit((int) Math.min(CHUNK, offset + length - at));
            int count = chunk.remaining();
            write(path, channel, chunk, at);
            at += count;
        }
    }

    @Override
    public void write(Path path, FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        for (long at = offset; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void force(Path path, FileChannel channel) throws IOException {
        channel.force(false);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
