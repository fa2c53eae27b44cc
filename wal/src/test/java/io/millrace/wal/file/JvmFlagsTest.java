package io.millrace.wal.file;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.wal.mapped.OtherProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens logs in JVMs of their own: with a flag missing, and beside another process. */
class JvmFlagsTest {
    private static final List<String> FLAGS = List.of(
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");

    @TempDir
    Path directory;

    private Process start(List<String> flags, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx64m");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OtherProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    @Test
    void shouldNameTheFlagThatIsMissing() throws IOException {
        assertDoesNotThrow(JvmFlags::check);
        for (String missing : FLAGS) {
            List<String> others = new ArrayList<>(FLAGS);
            others.remove(missing);
            Process process = start(others, directory.toString());
            try {
                assertEquals("MR4008: the JVM lacks a flag: flag=" + missing, firstLine(process));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void shouldRefuseALogThatAnotherProcessHoldsAndOpenItOnceThatIsKilled() throws Exception {
        Process holder = start(FLAGS, directory.toString(), "hold");
        try {
            assertEquals("open", firstLine(holder));
            Process second = start(FLAGS, directory.toString());
            String refusal = firstLine(second);
            assertEquals(0, second.waitFor());
            assertTrue(refusal.startsWith("MR4001: "), refusal);
            assertTrue(refusal.endsWith("pid=" + holder.pid()), refusal);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        Process third = start(FLAGS, directory.toString());
        assertEquals("open", firstLine(third));
        assertEquals(0, third.waitFor());
    }
}
