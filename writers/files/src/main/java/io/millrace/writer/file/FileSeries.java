package io.millrace.writer.file;

import io.millrace.writer.Checkpoint;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;

/**
 * A task's files in a directory, numbered: {@code TASK-00000001.ndjson} and on. The last one grows; one is closed at a checkpoint, once
 * it is long or old enough, and the next is made by its first line. At the start whatever lies behind the checkpoint is removed: the
 * rest of the file that it names, and all later ones.
 *
 * <p>Confined to one thread. Owns the open file, and a lock that keeps other processes out.
 */
final class FileSeries implements LineSink {
    private final FileSettings settings;
    private final String task;
    private final CheckpointFile checkpoints;
    private final NanoClock clock;
    private final FileSync disk;
    private final FileChannel lockFile;
    private FileChannel channel;
    private OutputStream file;
    private OutputStream part;
    private long number;
    private long closedLength;
    private long begunNanos;
    private boolean isFresh = true;
    private boolean isClosed;

    /** Ends a part without closing the file that it is in. */
    private static final class Kept extends FilterOutputStream {
        Kept(OutputStream file) {
            super(file);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private FileSeries(
            FileSettings settings,
            String task,
            CheckpointFile checkpoints,
            FileChannel lockFile,
            NanoClock clock,
            FileSync disk) {
        this.disk = disk;
        this.settings = settings;
        this.task = task;
        this.checkpoints = checkpoints;
        this.lockFile = lockFile;
        this.clock = clock;
    }

    /** Takes the files of a task, cut back to where its checkpoint stands. */
    static FileSeries open(
            FileSettings settings, String task, CheckpointFile checkpoints, NanoClock clock, FileSync disk) {
        FileChannel lockFile = null;
        try {
            makeDirectory(settings.directory().toAbsolutePath(), disk);
            lockFile = lock(settings.directory().resolve(task + ".lock"));
            FileSeries series = new FileSeries(settings, task, checkpoints, lockFile, clock, disk);
            series.cutBack(checkpoints.read().map(CheckpointFile.Standing::place));
            return series;
        } catch (IOException e) {
            closeQuietly(lockFile);
            throw Faults.unwritable(settings.directory(), e);
        } catch (RuntimeException e) {
            closeQuietly(lockFile);
            throw e;
        }
    }

    /** Durably: a checkpoint in a directory without a name is none. */
    private static void makeDirectory(Path directory, FileSync disk) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        makeDirectory(directory.getParent(), disk);
        Files.createDirectories(directory); // another task may have made it since
        disk.forceDirectory(directory.getParent());
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw Faults.differs("another process writes the task's files: lock=" + path);
        }
        return channel;
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // What is thrown already tells more.
                return;
            }
        }
    }

    /** The task's files by their numbers, whatever they are packed with. */
    private static SortedMap<Long, Path> files(Path directory, String task) throws IOException {
        Pattern form = Pattern.compile(Pattern.quote(task) + "-([0-9]{8,18})\\.ndjson(\\.gz|\\.zst)?");
        SortedMap<Long, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(path -> {
                Matcher name = form.matcher(path.getFileName().toString());
                if (name.matches()) {
                    found.put(Long.parseLong(name.group(1)), path);
                }
            });
        }
        return found;
    }

    private Path path(long of) {
        return settings.directory()
                .resolve(task
                        + String.format(Locale.ROOT, "-%08d.ndjson", of)
                        + settings.compression().suffix());
    }

    private void cutBack(Optional<CheckpointFile.Place> valid) throws IOException {
        SortedMap<Long, Path> files = files(settings.directory(), task);
        if (valid.isEmpty() && !files.isEmpty()) {
            throw Faults.differs("files of the task stand there and no checkpoint: directory=" + settings.directory()
                    + ", task=" + task);
        }
        CheckpointFile.Place place = valid.orElse(CheckpointFile.Place.NONE);
        number = place.number();
        closedLength = place.length();
        for (Path later : files.tailMap(number + 1).values()) {
            Files.delete(later);
        }
        Path last = files.get(number);
        if (last == null) {
            if (!place.isClosed()) {
                throw Faults.differs("a file is gone that was not closed: path=" + path(number));
            }
            return;
        }
        if (Files.size(last) < place.length()) {
            throw Faults.differs("a file is shorter than its checkpoint says: path=" + last + ", length="
                    + Files.size(last) + ", expected=" + place.length());
        }
        if (place.isClosed()) {
            return;
        }
        append(last, place.length());
        if (!last.equals(path(number))) {
            closeFile(); // packed otherwise than the task now says
        }
    }

    private void append(Path path, long length) throws IOException {
        channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.size() > length) {
            channel.truncate(length);
            disk.force(path, channel);
        }
        channel.position(length);
        file = Channels.newOutputStream(channel);
        begunNanos = clock.nanoTime();
    }

    @Override
    public void write(byte[] bytes, int length) {
        try {
            if (channel == null) {
                number++;
                append(path(number), 0);
                disk.forceDirectory(settings.directory().toAbsolutePath());
            }
            if (part == null) {
                part = settings.compression().part(new Kept(file));
            }
            part.write(bytes, 0, length);
            isFresh = false;
        } catch (IOException e) {
            throw Faults.unwritable(path(number), e);
        }
    }

    @Override
    public boolean isFresh() {
        return isFresh;
    }

    @Override
    public void flush() {
        // What is not packed is in the file already; what is, is whole at the next checkpoint.
    }

    @Override
    public void checkpoint(Checkpoint next) {
        try {
            if (part != null) {
                part.close();
                part = null;
                disk.force(path(number), channel);
            }
            long length = channel == null ? closedLength : channel.position();
            boolean isLast = channel == null || length >= settings.rotateBytes() || isOld();
            checkpoints.write(new CheckpointFile.Standing(next, new CheckpointFile.Place(number, length, isLast)));
            if (isLast && channel != null) {
                closeFile();
            }
        } catch (IOException e) {
            throw Faults.unwritable(path(number), e);
        }
    }

    private boolean isOld() {
        return clock.nanoTime() - begunNanos >= settings.rotateAfter().toNanos();
    }

    private void closeFile() throws IOException {
        closedLength = channel.position();
        channel.close();
        channel = null;
        file = null;
        isFresh = true;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        // What is not checkpointed is cut at the next start.
        try (lockFile) {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw Faults.unwritable(settings.directory(), e);
        }
    }
}
