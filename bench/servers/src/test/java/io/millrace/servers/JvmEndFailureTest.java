package io.millrace.servers;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        Process child = child("own", kind.name());
        String[] said = readLine(child).split(" ", -1);
        assertTrue(isAlive(said[0]));

        child.destroyForcibly();

        awaitGone(said[0], Path.of(said[1]));
    }

    @ParameterizedTest
    @CsvSource({"own, MARIADB_11_4", "own, POSTGRES_18", "shared, MARIADB_11_4", "shared, POSTGRES_18"})
    @Timeout(120)
    void shouldKillServersWhenTheJvmEnds(String how, ServerKind kind) throws IOException, InterruptedException {
        Servers.shared(kind);
        Process child = child(how, kind.name());
        String[] said = readLine(child).split(" ", -1);
        assertTrue(isAlive(said[0]));

        child.getOutputStream().close();

        assertEquals(0, child.waitFor());
        awaitGone(said[0], Path.of(said[1]));
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
        Process child = child("making", directory.toString());
        assertEquals("making", readLine(child));
        child.destroyForcibly();
        Path entry = new ServerCache(directory).entry("thing", path -> Files.createFile(path.resolve("file")));
        assertTrue(Files.exists(entry.resolve("file")));
    }

    private static Process child(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ChildMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String readLine(Process child) throws IOException {
        // Left open: the child's output ends with the child.
        @SuppressWarnings("resource")
        BufferedReader output = child.inputReader(StandardCharsets.UTF_8);
        return output.readLine();
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void awaitGone(String pid, Path data) throws InterruptedException {
        while (isAlive(pid) || Files.exists(data)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
