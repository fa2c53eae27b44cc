package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What is made once per machine and kept: unpacked distributions and initialised data directories.
 *
 * <p>An entry is made beside its place and renamed into it, under a lock that the operating system drops when its
 * holder dies. So an entry that exists is whole, and neither a left-over lock file nor a half-made entry of a killed
 * process is in the way. Thread-safe, also between processes.
 */
final class ServerCache {
    /** The directory of the cache; overrides where it would lie. */
    static final String DIRECTORY_PROPERTY = "millrace.servers.cache";

    private static final long POLL_MILLIS = 10;

    /** Makes an entry in an empty directory. */
    interface Maker {
        void make(Path directory) throws IOException;
    }

    private final Path directory;

    ServerCache(Path directory) {
        this.directory = directory;
    }

    /** The directory of the property, else of XDG_CACHE_HOME, else of the user's cache. */
    static Path defaultDirectory() {
        String property = System.getProperty(DIRECTORY_PROPERTY);
        if (property != null) {
            return Path.of(property).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg).toAbsolutePath().resolve("millrace/servers");
        }
        // PostgreSQL refuses to run as root, and who it runs as instead cannot look into root's home.
        return Machine.isRoot()
                ? Path.of("/var/cache/millrace/servers")
                : Path.of(System.getProperty("user.home")).resolve(".cache/millrace/servers");
    }

    /** The entry of that name, made now if no process has made it yet. */
    Path entry(String name, Maker maker) {
        Path entry = directory.resolve(name);
        if (Files.isDirectory(entry)) {
            return entry;
        }
        try {
            Files.createDirectories(directory);
            Path lockFile = directory.resolve(name + ".lock");
            try (FileChannel channel =
                    FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock(channel);
                if (!Files.isDirectory(entry)) {
                    make(entry, maker);
                }
            }
            return entry;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make cache entry: path=" + entry, failure);
        }
    }

    /** Takes the lock, which closing the channel releases. */
    private static void lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                channel.lock();
                return;
            } catch (OverlappingFileLockException heldByThisJvm) {
                // The channel stays open meanwhile: closing any channel of a file drops the process's lock on it.
                Pause.millis(POLL_MILLIS);
            }
        }
    }

    private static void make(Path entry, Maker maker) throws IOException {
        Path beside = entry.resolveSibling(entry.getFileName() + ".making");
        FileTree.delete(beside);
        Files.createDirectory(beside);
        try {
            maker.make(beside);
            Files.move(beside, entry, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTree.delete(beside);
        }
    }
}
