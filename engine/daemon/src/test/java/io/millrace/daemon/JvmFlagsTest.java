package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The launcher's flags are those that the tests ran with: a flag added to one place only would be either untested or
 * missing where a user starts the program.
 */
class JvmFlagsTest {
    private static final Path LAUNCHER_FLAGS =
            Path.of(System.getProperty("millrace.root"), "engine", "bin", "millrace.jvmflags");

    @Test
    void shouldHaveTheSameFlagsWhenStartedByTheLauncherAsUnderTest() throws IOException {
        List<String> launcher = Files.readAllLines(LAUNCHER_FLAGS).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();

        assertEquals(List.of(System.getProperty("millrace.jvm.flags").split(" ")), launcher);
    }
}
