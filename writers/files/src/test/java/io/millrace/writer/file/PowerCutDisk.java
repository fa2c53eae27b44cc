package io.millrace.writer.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A disk that remembers what each completed force covered, and loses power at one of them. What no force covered may then be there or
 * not: sectors of a file, its length, names that came, went, or stand for another file since.
 */
final class PowerCutDisk implements FileSync {
    private static final int SECTOR = 512;
    private static final String GONE = "the power is gone";

    private final Random random;
    private final Map<Object, byte[]> contents = new HashMap<>();
    private final Map<Path, Map<String, Object>> names = new HashMap<>();
    private int forcesLeft;

    /**
     * A disk on which all that is there is durable.
     *
     * @param forces after which the power is gone
     */
    PowerCutDisk(Path root, Random random, int forces) throws IOException {
        this.random = random;
        forcesLeft = forces;
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                if (Files.isDirectory(path)) {
                    names.put(path.toAbsolutePath(), namesOf(path));
                } else {
                    contents.put(key(path), Files.readAllBytes(path));
                }
            }
        }
    }

    @Override
    public void force(Path path, FileChannel channel) throws IOException {
        use();
        contents.put(key(path), Files.readAllBytes(path));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        use();
        names.put(directory.toAbsolutePath(), namesOf(directory));
    }

    private void use() throws IOException {
        if (forcesLeft == 0) {
            throw new IOException(GONE);
        }
        forcesLeft--;
    }

    static boolean isGone(Throwable cause) {
        return cause instanceof IOException && GONE.equals(cause.getMessage());
    }

    private static Map<String, Object> namesOf(Path directory) throws IOException {
        Map<String, Object> found = new HashMap<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                found.put(path.getFileName().toString(), key(path));
            }
        }
        return found;
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Makes in a directory what is found in another when the power is back. */
    void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Map<String, Object> covered = names.getOrDefault(from.toAbsolutePath(), Map.of());
        Map<String, Object> now = namesOf(from);
        Set<String> all = new TreeSet<>(covered.keySet());
        all.addAll(now.keySet());
        for (String name : all) {
            Object before = covered.get(name);
            boolean isAsCovered = now.containsKey(name) && now.get(name).equals(before);
            if (isAsCovered || random.nextBoolean()) {
                if (now.containsKey(name)) {
                    copyNow(from.resolve(name), to.resolve(name));
                }
            } else if (before != null) {
                Files.write(to.resolve(name), contents.getOrDefault(before, new byte[0]));
            }
        }
    }

    private void copyNow(Path path, Path to) throws IOException {
        if (Files.isDirectory(path)) {
            copy(path, to);
        } else {
            Files.write(to, left(Files.readAllBytes(path), contents.getOrDefault(key(path), new byte[0])));
        }
    }

    private byte[] left(byte[] now, byte[] durable) {
        byte[] left = Arrays.copyOf(durable, random.nextBoolean() ? now.length : durable.length);
        for (int at = 0; at < Math.min(left.length, now.length); at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(now, at, left, at, Math.min(SECTOR, Math.min(left.length, now.length) - at));
            }
        }
        return left;
    }
}
