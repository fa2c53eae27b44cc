package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A log's directory: its lock, its identity, and its epochs.
 *
 * <pre>
 *  log.lock       locked while a process has the log open; holds that process's id
 *  log.id         format, id, task; written once the first file is durable
 *  e0000000001/   the files of the first open …
 * </pre>
 *
 * <p>Confined to the opening thread, but for {@link #close}. The lock is the file's, not Chronicle's: in a container the new
 * process has the old one's id, and Chronicle's lock would look alive.
 */
public final class LogDirectory implements AutoCloseable {
    static final int FORMAT = 2;

    private static final String LOCK = "log.lock";
    private static final String IDENTITY = "log.id";

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private LogDirectory(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /** Makes the directory where it is missing, and locks it. */
    public static LogDirectory lock(Path path) {
        PrivateFiles.createDirectory(path);
        Path file = path.resolve(LOCK);
        FileChannel channel = null;
        try {
            channel = PrivateFiles.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = Files.readString(file, StandardCharsets.UTF_8).strip();
                throw new MillraceException(
                        ErrorCode.DATA_DIRECTORY_LOCKED,
                        "another process has the change log open: directory=" + path + ", pid=" + holder);
            }
            channel.truncate(0);
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new LogDirectory(path, channel, lock);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "the change log cannot be locked: directory=" + path, e);
        } catch (MillraceException e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process
        }
    }

    private static void closeQuietly(FileChannel channel, Exception cause) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The log's id, or null where it was never finished. */
    public static UUID readIdentity(Path path, String taskName) {
        Path file = path.resolve(IDENTITY);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            Map<String, String> fields = new TreeMap<>();
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            String format = fields.getOrDefault("format", "");
            if (!format.equals(Integer.toString(FORMAT))) {
                throw new MillraceException(
                        ErrorCode.LOG_FOREIGN,
                        "the change log has another format: file=" + file + ", expected=" + FORMAT + ", found="
                                + format);
            }
            String task = fields.getOrDefault("task", "");
            if (taskName != null && !task.equals(taskName)) {
                throw new MillraceException(
                        ErrorCode.LOG_FOREIGN,
                        "the change log belongs to another task: directory=" + path + ", task=" + task + ", expected="
                                + taskName);
            }
            return UUID.fromString(fields.getOrDefault("id", ""));
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "the change log's id cannot be read: file=" + file, e);
        }
    }

    public void writeIdentity(UUID id, String taskName, LogFiles files) {
        Path file = path.resolve(IDENTITY);
        Path temporary = path.resolve(IDENTITY + ".tmp");
        String text = "format: " + FORMAT + "\nid: " + id + "\ntask: " + taskName + "\n";
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel out = PrivateFiles.create(temporary)) {
                out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                files.force(temporary, out);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            files.forceDirectory(path);
            files.forceDirectory(path.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "the change log's id cannot be written: file=" + file, e);
        }
    }

    /** The directories of all opens, in order. */
    public static List<Path> epochs(Path log) throws IOException {
        List<Path> epochs = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(log, "e*")) {
            for (Path path : paths) {
                if (epochOf(path) > 0) {
                    epochs.add(path);
                }
            }
        }
        epochs.sort(null);
        return epochs;
    }

    /** The number in an epoch directory's name, or -1. */
    public static int epochOf(Path directory) {
        String name = directory.getFileName().toString();
        return name.matches("e\\d{10}") ? Integer.parseInt(name.substring(1)) : -1;
    }

    /** What lies here of an open that did not get as far as {@link #writeIdentity}: nothing of it was ever used. */
    public static void deleteEpochs(Path log) throws IOException {
        for (Path epoch : epochs(log)) {
            deleteEpoch(epoch);
        }
    }

    public static void deleteEpoch(Path epoch) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(epoch)) {
            for (Path path : paths) {
                Files.delete(path);
            }
        }
        Files.delete(epoch);
    }

    @Override
    public void close() {
        try (FileChannel closing = channel) {
            if (closing.isOpen()) {
                lock.release();
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.DATA_DIRECTORY_UNUSABLE, "the change log cannot be unlocked: directory=" + path, e);
        }
    }
}
