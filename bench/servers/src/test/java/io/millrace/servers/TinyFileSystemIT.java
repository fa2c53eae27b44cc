package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TinyFileSystemIT {
    @Test
    void shouldHaveNoSpaceWhenFilledAndAgainWhenReleased() throws IOException {
        // Not required of any machine: mounting takes a right that tests do without.
        try (TinyFileSystem tiny = Servers.orSkip(() -> TinyFileSystem.mount(4), false)) {
            Path file = tiny.path().resolve("file");
            Files.write(file, new byte[1 << 20]);
            tiny.fill(0);
            assertEquals(0, tiny.freeBytes());
            assertThrows(IOException.class, () -> Files.write(tiny.path().resolve("more"), new byte[4096]));
            tiny.release();
            assertTrue(tiny.freeBytes() > 2 << 20);
            Files.write(tiny.path().resolve("more"), new byte[4096]);
        }
    }

    @Test
    void shouldLeaveNothingWhenClosed() throws IOException {
        TinyFileSystem tiny = Servers.orSkip(() -> TinyFileSystem.mount(1), false);
        Files.write(tiny.path().resolve("file"), new byte[1]);
        tiny.close();
        tiny.close();
        assertFalse(Files.exists(tiny.path()));
    }
}
