package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A real file system of a few MiB in memory, to be filled to its last byte. Mounting takes root; where that is not to
 * be had {@link #mount} says so, and a test calls it through {@link Servers#orSkip}. One thread at a time.
 */
public final class TinyFileSystem implements AutoCloseable {
    private static final int PIECE_BYTES = 4096;

    private final Path directory;
    private boolean closed;

    private TinyFileSystem(Path directory) {
        this.directory = directory;
    }

    /**
     * Mounts an empty one; close it. A JVM that is killed leaves it mounted.
     *
     * @throws ServerUnavailable if this process may not mount
     */
    public static TinyFileSystem mount(int sizeMiB) {
        if (!Machine.isRoot() || Machine.program("mount").isEmpty()) {
            throw new ServerUnavailable("a tiny file system takes root and the program mount");
        }
        try {
            Path directory = Files.createTempDirectory("millrace-tiny");
            Commands.Outcome outcome = Commands.run(
                    List.of("mount", "-t", "tmpfs", "-o", "size=" + sizeMiB + "m", "tmpfs", directory.toString()),
                    Map.of(),
                    null);
            if (!outcome.isSuccess()) {
                Files.delete(directory);
                throw new ServerUnavailable("mounting is not permitted here: output="
                        + outcome.output().strip());
            }
            TinyFileSystem mounted = new TinyFileSystem(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(mounted::close, "unmount " + directory));
            return mounted;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot mount a tiny file system", failure);
        }
    }

    /** The directory where it is mounted. */
    public Path path() {
        return directory;
    }

    public long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot ask for free space: path=" + directory, failure);
        }
    }

    /** Leaves no more than that many bytes free, by a file of its own. */
    public void fill(long leaveBytes) {
        try (FileChannel filler = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (freeBytes() > leaveBytes) {
                filler.write(ByteBuffer.allocate(PIECE_BYTES));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot fill: path=" + directory, failure);
        }
    }

    /** Gives back what {@link #fill} took. */
    public void release() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot release: path=" + directory, failure);
        }
    }

    /** Unmounts it, with all that is in it, also under open files. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Commands.require(List.of("umount", "--lazy", directory.toString()), Map.of(), null);
            Files.delete(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot unmount: path=" + directory, failure);
        }
    }

    private Path filler() {
        return directory.resolve("filler");
    }
}
