package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCacheTest {
    @TempDir
    Path directory;

    @Test
    void shouldMakeOnceWhenManyAskAtOnce() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Path>> entries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                // A cache each: what holds between them is the lock in the file system and in the JVM.
                entries.add(threads.submit(() -> new ServerCache(directory).entry("thing", path -> {
                    made.incrementAndGet();
                    Files.writeString(path.resolve("file"), "whole");
                })));
            }
            for (Future<Path> entry : entries) {
                assertEquals("whole", Files.readString(entry.get().resolve("file")));
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(1, made.get());
    }

    @Test
    void shouldMakeAnewWhenAKilledProcessLeftItHalfMade() throws IOException {
        Files.createFile(directory.resolve("thing.lock"));
        Files.createDirectories(directory.resolve("thing.making/half"));
        Path entry = new ServerCache(directory).entry("thing", path -> Files.createFile(path.resolve("file")));
        assertTrue(Files.exists(entry.resolve("file")));
        assertFalse(Files.exists(entry.resolve("half")));
        assertFalse(Files.exists(directory.resolve("thing.making")));
    }

    @Test
    void shouldLeaveNoEntryWhenMakingFails() {
        ServerCache cache = new ServerCache(directory);
        assertThrows(
                UncheckedIOException.class,
                () -> cache.entry("thing", path -> {
                    Files.createFile(path.resolve("file"));
                    throw new IOException("no");
                }));
        assertFalse(Files.exists(directory.resolve("thing")));
        assertFalse(Files.exists(directory.resolve("thing.making")));
    }
}
