package io.millrace.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a program to its end. */
final class Commands {
    /** What a program wrote, standard output and error together, and its exit code. */
    record Outcome(int exitCode, String output) {
        boolean isSuccess() {
            return exitCode == 0;
        }
    }

    private Commands() {}

    /** Runs it with the added environment, its standard input read from a file ({@code null}: empty). */
    static Outcome run(List<String> command, Map<String, String> environment, Path input) throws IOException {
        Path output = Files.createTempFile("millrace-command", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile())
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            int exitCode = builder.start().waitFor();
            return new Outcome(exitCode, new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a program ran: program=" + command.get(0), interrupted);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** As {@link #run}, failing unless it exits with 0. */
    static void require(List<String> command, Map<String, String> environment, Path input) throws IOException {
        Outcome outcome = run(command, environment, input);
        if (!outcome.isSuccess()) {
            throw new IOException("program failed: program=" + command.get(0) + ", exit=" + outcome.exitCode() + "\n"
                    + outcome.output());
        }
    }
}
