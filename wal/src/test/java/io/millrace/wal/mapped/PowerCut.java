package io.millrace.wal.mapped;

import io.millrace.wal.file.DiskFiles;
import io.millrace.wal.file.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A disk that remembers what each completed force covered, and can be asked what would be left of it without power.
 *
 * <p>What a force covers is the content when it was called; what was written later may be on the disk or not, page by page
 * or byte by byte. A name that no force of its directory covered may be gone.
 */
final class PowerCut implements LogFiles {
    /** What becomes of bytes that no force covered. */
    enum Damage {
        /** None of them was written. */
        NOTHING_WRITTEN,
        /** Some pages of 4 KiB were written. */
        SOME_PAGES,
        /** Some sectors of 512 bytes were written. */
        SOME_SECTORS,
        /** Every other byte is zero. */
        EVERY_OTHER_BYTE
    }

    private final DiskFiles disk = new DiskFiles();
    private final Map<Object, byte[]> contents = new HashMap<>();
    private final Map<Path, Map<String, Object>> names = new HashMap<>();

    @Override
    public void allocate(Path path, FileChannel channel, long offset, int length) throws IOException {
        disk.allocate(path, channel, offset, length);
    }

    @Override
    public void write(Path path, FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        disk.write(path, channel, bytes, offset);
    }

    @Override
    public synchronized void force(Path path, FileChannel channel) throws IOException {
        contents.put(
                key(path), Files.readAllBytes(path)); // in one piece: an older force never covers less than a newer one
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        Map<String, Object> covered = new HashMap<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                covered.put(path.getFileName().toString(), key(path));
            }
        }
        names.put(directory.toAbsolutePath(), covered);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            contents.remove(key(path)); // a new file may have the number of one that is gone
        }
        disk.delete(path);
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Copies to a directory what a power cut now would leave of another. */
    synchronized void copy(Path from, Path to, Random random, Damage damage) throws IOException {
        Files.createDirectories(to);
        Map<String, Object> covered = names.getOrDefault(from.toAbsolutePath(), Map.of());
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(from)) {
            for (Path path : paths) {
                String name = path.getFileName().toString();
                boolean isCovered = key(path).equals(covered.get(name));
                if (!isCovered && (damage == Damage.NOTHING_WRITTEN || random.nextBoolean())) {
                    continue;
                }
                if (Files.isDirectory(path)) {
                    copy(path, to.resolve(name), random, damage);
                } else {
                    Files.write(to.resolve(name), left(path, random, damage));
                }
            }
        }
    }

    private byte[] left(Path path, Random random, Damage damage) throws IOException {
        byte[] now = Files.readAllBytes(path);
        byte[] durable = contents.getOrDefault(key(path), new byte[0]);
        if (damage == Damage.NOTHING_WRITTEN) {
            return durable;
        }
        byte[] left = Arrays.copyOf(durable, now.length);
        int step = damage == Damage.SOME_PAGES ? 4096 : damage == Damage.SOME_SECTORS ? 512 : 2;
        int length = damage == Damage.EVERY_OTHER_BYTE ? 1 : step;
        int chance = 1 + random.nextInt(3);
        for (int at = 0; at < now.length; at += step) {
            if (damage == Damage.EVERY_OTHER_BYTE || random.nextInt(4) < chance) {
                System.arraycopy(now, at, left, at, Math.min(length, now.length - at));
            }
        }
        return left;
    }
}
