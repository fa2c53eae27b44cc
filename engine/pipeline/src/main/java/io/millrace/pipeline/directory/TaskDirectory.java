package io.millrace.pipeline.directory;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.wal.LogSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task's data directory: its change log, and the name of the source that filled it. Confined to one thread. */
public final class TaskDirectory {
    private static final long DEFAULT_QUOTA = 10L << 30;
    private static final long FILES_A_QUOTA = 16;

    private static final String REQUEST = "reload";
    private static final Logger LOG = LoggerFactory.getLogger(TaskDirectory.class);

    private final Path directory;
    private final TaskSpec task;
    private FileChannel channel;

    public TaskDirectory(Path directory, TaskSpec task) {
        this.directory = directory;
        this.task = task;
    }

    /** Whether the task has run here before: then outages at a start are outages, not mistakes. */
    public boolean hasRun() {
        return Files.isDirectory(log());
    }

    public Path path() {
        return directory;
    }

    private Path log() {
        return directory.resolve("log");
    }

    private Path identity() {
        return directory.resolve("source");
    }

    /**
     * Makes the directory, and keeps every other process and pipeline out of it until {@link #unlock}. Before the task is taken
     * over at the target: a second process on the same directory must not fence the first one off.
     */
    public void lock() {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                protect();
            }
            channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("locked within this process: directory={}", directory);
        } catch (IOException e) {
            unlock();
            throw unusable(e);
        }
        unlock();
        throw new MillraceException(
                ErrorCode.DATA_DIRECTORY_LOCKED, "another process uses the data directory: directory=" + directory);
    }

    /** Lets others in. Idempotent. */
    public void unlock() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("cannot close the lock", e);
        }
        channel = null;
    }

    /**
     * Says of which source the directory is. Another one takes its place where it holds the history up to the task's positions, as
     * a replica does that was promoted; a foreign one is refused.
     *
     * @param positions of the task's checkpoints; none proves nothing
     */
    public void claim(Source source, List<SourcePosition> positions) {
        String found = source.identity();
        try {
            String known = Files.exists(identity())
                    ? Files.readString(identity(), StandardCharsets.UTF_8).strip()
                    : found;
            if (!Files.exists(identity()) && positions.stream().anyMatch(source::isOfAnother)) {
                throw new MillraceException(
                        ErrorCode.SOURCE_IDENTITY,
                        "the target has checkpoints of a task of this name, and they are of another server's history: found="
                                + found + ", fix=give one of the tasks another name, or a control_schema of its own");
            }
            if (!known.equals(found)) {
                if (positions.isEmpty() || !positions.stream().allMatch(source::holds)) {
                    throw new MillraceException(
                            ErrorCode.SOURCE_IDENTITY,
                            "the data directory was filled from another server, whose history this one does not hold:"
                                    + " known=" + known + ", found=" + found);
                }
                LOG.warn("the source is another server of the same history: known={}, found={}", known, found);
            }
            Files.writeString(identity(), found + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Notes a table that this task is about to make, so that it can be named when the task is removed. */
    public void noteMade(TableId table) {
        try {
            Files.createDirectories(directory);
            protect();
            Files.writeString(
                    madeFile(),
                    encoded(table.namespace()) + "." + encoded(table.name()) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The tables that this task made, as far as this directory has been its own from the beginning. */
    public List<TableId> made() {
        try {
            if (!Files.exists(madeFile())) {
                return List.of();
            }
            return Files.readAllLines(madeFile(), StandardCharsets.UTF_8).stream()
                    .map(line -> line.split("[.]", -1))
                    .filter(names -> names.length == 2)
                    .map(names -> new TableId(decoded(names[0]), decoded(names[1])))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Tells a process that runs the task from here that tables are to be loaded again. What is to be done stands at the target. */
    public void noteRequest() {
        try {
            Files.writeString(directory.resolve(REQUEST), "", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    public boolean hasRequest() {
        return Files.exists(directory.resolve(REQUEST));
    }

    /** Before the target is asked what is to be done: what comes behind that is told again. */
    public void forgetRequest() {
        try {
            Files.deleteIfExists(directory.resolve(REQUEST));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private Path madeFile() {
        return directory.resolve("made");
    }

    /** Without dots and line ends, which URL encoding leaves as they are or has none of. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace(".", "%2E");
    }

    private static String decoded(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }

    public boolean exists() {
        return Files.isDirectory(directory);
    }

    /** Removes the directory with all that is in it. Its lock is held, or nobody has it. */
    public void remove() {
        removeTree(directory);
    }

    private void protect() throws IOException {
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** How the log is opened, where it is missing from a position on. */
    public LogSettings settings(SourcePosition start, Optional<TransactionId> last) {
        long quota = task.resources().logDiskBytes().orElseGet(this::defaultQuota);
        long fileBytes = Math.min(LogSettings.DEFAULT_FILE_BYTES, quota / FILES_A_QUOTA);
        return new LogSettings(
                log(),
                quota,
                fileBytes,
                start,
                last,
                task.name(),
                task.resources().logKeep());
    }

    private long defaultQuota() {
        try {
            return Math.min(DEFAULT_QUOTA, Files.getFileStore(directory).getUsableSpace() / 2);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Removes a log that belongs to no checkpoint. It must be closed. */
    public void dropLog() {
        removeTree(log());
    }

    private void removeTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw unusable(e);
        }
    }

    private MillraceException unusable(Exception e) {
        return new MillraceException(
                ErrorCode.DATA_DIRECTORY_UNUSABLE,
                "data directory cannot be used: directory=" + directory + ", error="
                        + e.getClass().getSimpleName(),
                e);
    }
}
