package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ScratchDirectoryFailureTest {
    @TempDir
    private Path parent;

    @Test
    void shouldDeleteFilesAndEndProcessesWhenClosed() throws IOException {
        ScratchDirectory scratch = ScratchDirectory.make(parent, "run", false);
        Files.writeString(
                Files.createDirectories(scratch.path().resolve("data")).resolve("file"), "of a run");
        Process process = scratch.start(new ProcessBuilder("sleep", "1000"));

        scratch.close();
        scratch.close();

        assertFalse(Files.exists(scratch.path()));
        assertFalse(process.isAlive());
        assertThrows(IllegalStateException.class, () -> scratch.start(new ProcessBuilder("true")));
    }

    @Test
    void shouldLeaveFilesAndEndProcessesWhenItIsKept() throws IOException {
        ScratchDirectory scratch = ScratchDirectory.make(parent, "run", true);
        Path file = Files.writeString(scratch.path().resolve("file"), "of a run");
        Process process = scratch.start(new ProcessBuilder("sleep", "1000"));

        scratch.close();

        assertTrue(Files.exists(file));
        assertFalse(process.isAlive());
    }

    @Test
    void shouldDeleteFilesAndEndProcessesWhenTheJvmIsToldToEnd() throws IOException, InterruptedException {
        ChildJvm child = ChildJvm.start("scratch");
        String[] said = child.readLine().split(" ", -1);
        assertTrue(ChildJvm.isAlive(said[0]));
        assertTrue(Files.exists(Path.of(said[1]).resolve("file")));

        child.process().destroy();

        child.process().waitFor();
        assertFalse(ChildJvm.isAlive(said[0]));
        assertFalse(Files.exists(Path.of(said[1])));
    }

    @Test
    void shouldDeleteFilesAndEndProcessesWhenTheJvmEndsWithoutClosing() throws IOException, InterruptedException {
        ChildJvm child = ChildJvm.start("scratch");
        String[] said = child.readLine().split(" ", -1);

        child.process().getOutputStream().close();

        child.process().waitFor();
        assertFalse(ChildJvm.isAlive(said[0]));
        assertFalse(Files.exists(Path.of(said[1])));
    }
}
