package io.millrace.writer.file;

import io.millrace.position.SourcePosition;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A checkpoint with the place in the files that belongs to it: {@code key=value}, a line each. Replaced as a whole, durably. Confined
 * to one thread.
 */
final class CheckpointFile {
    private final Path file;
    private final FileSync disk;

    CheckpointFile(Path file) {
        this(file, FileSync.DISK);
    }

    CheckpointFile(Path file, FileSync disk) {
        this.file = file;
        this.disk = disk;
    }

    /**
     * How far the files are valid.
     *
     * @param number of the last file; 0 where there is none
     * @param length of that file
     * @param isClosed whether it will never change again, so that it may be taken away
     */
    record Place(long number, long length, boolean isClosed) {
        static final Place NONE = new Place(0, 0, true);
    }

    /** A checkpoint and its place. */
    record Standing(Checkpoint checkpoint, Place place) {}

    Optional<Standing> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(Files.readAllLines(file, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw Faults.unwritable(file, e);
        } catch (IllegalArgumentException e) {
            throw Faults.differs("not a checkpoint: file=" + file);
        }
    }

    private static Standing parse(List<String> lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("no value");
            }
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        long inserts = number(values, "inserts");
        long updates = number(values, "updates");
        long deletes = number(values, "deletes");
        long all = inserts + updates + deletes;
        Checkpoint checkpoint = new Checkpoint(
                0,
                1,
                1,
                1,
                UUID.fromString(text(values, "log")),
                number(values, "index"),
                SourcePosition.parse(text(values, "position")),
                text(values, "last_transaction"),
                0,
                new Counters(all, all, 0, 0, 0, 0, 0, inserts, updates, deletes));
        return new Standing(
                checkpoint,
                new Place(
                        number(values, "file"),
                        number(values, "length"),
                        text(values, "closed").equals("true")));
    }

    private static String text(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("missing: key=" + key);
        }
        return value;
    }

    private static long number(Map<String, String> values, String key) {
        return Long.parseLong(text(values, key));
    }

    void write(Standing next) {
        Checkpoint checkpoint = next.checkpoint();
        String text = "file=" + next.place().number() + "\nlength="
                + next.place().length() + "\nclosed="
                + next.place().isClosed() + "\nlog="
                + checkpoint.logId() + "\nindex=" + checkpoint.logIndex() + "\nposition="
                + checkpoint.position().text() + "\nlast_transaction=" + checkpoint.lastTransaction() + "\ninserts="
                + checkpoint.counters().inserts() + "\nupdates="
                + checkpoint.counters().updates() + "\ndeletes="
                + checkpoint.counters().deletes() + "\n";
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                disk.force(fresh, channel);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            disk.forceDirectory(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw Faults.unwritable(file, e);
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Faults.unwritable(file, e);
        }
    }
}
