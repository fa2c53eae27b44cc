package io.millrace.servers;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing of a server outlives the JVM that started it, and nothing of a killed JVM blocks the next. */
@Tag("full")
class JvmEndFailureTest {
    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MYSQL_9_7", "MARIADB_11_4", "POSTGRES_18"})
    @Timeout(120)
    void shouldKillServersWhenTheJvmIsKilled(ServerKind kind) throws IOException, InterruptedException {
        Servers.shared(kind);
        ChildJvm child = ChildJvm.start("own", kind.name());
        String[] said = child.readLine().split(" ", -1);
        assertTrue(ChildJvm.isAlive(said[0]));

        child.process().destroyForcibly();

        ChildJvm.awaitGone(said[0], Path.of(said[1]));
    }

    @ParameterizedTest
    @CsvSource({"own, MARIADB_11_4", "own, POSTGRES_18", "shared, MARIADB_11_4", "shared, POSTGRES_18"})
    @Timeout(120)
    void shouldKillServersWhenTheJvmEnds(String how, ServerKind kind) throws IOException, InterruptedException {
        Servers.shared(kind);
        ChildJvm child = ChildJvm.start(how, kind.name());
        String[] said = child.readLine().split(" ", -1);
        assertTrue(ChildJvm.isAlive(said[0]));

        child.process().getOutputStream().close();

        assertEquals(0, child.process().waitFor());
        ChildJvm.awaitGone(said[0], Path.of(said[1]));
    }

    @Test
    @Timeout(120)
    void shouldKeepTheDirectoryForTheNextStartWhenTheServerDiesByItself() {
        try (Server server = Servers.orSkip(() -> MARIADB_11_4.builder().start())) {
            ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
            while (server.isRunning()) {
                Thread.onSpinWait();
            }
            server.start();
            server.kill();
            server.start();
            assertTrue(server.isRunning());
        }
    }

    @Test
    @Timeout(120)
    void shouldTakeTheLockWhenItsHolderIsKilled(@TempDir Path directory) throws IOException {
        ChildJvm child = ChildJvm.start("making", directory.toString());
        assertEquals("making", child.readLine());
        child.process().destroyForcibly();
        Path entry = new ServerCache(directory).entry("thing", path -> Files.createFile(path.resolve("file")));
        assertTrue(Files.exists(entry.resolve("file")));
    }
}
