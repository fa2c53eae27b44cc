package io.millrace.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs the command line in a JVM of its own, as a user would. Confined to one thread. */
final class ChildCli {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private final Path directory;
    private final Map<String, String> variables;
    private final List<String> flags =
            new ArrayList<>(List.of(System.getProperty("millrace.jvm.flags").split(" ")));
    private int runs;

    ChildCli(Path directory, Map<String, String> variables) {
        this.directory = directory;
        this.variables = Map.copyOf(variables);
        flags.addAll(List.of(
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=tr",
                "-Duser.timezone=Asia/Kathmandu"));
    }

    ChildCli withoutFlag(String start) {
        flags.removeIf(flag -> flag.startsWith(start));
        return this;
    }

    /** Runs a command to its end. */
    CliEnd run(String... arguments) {
        try (Started started = start(arguments)) {
            return started.end();
        }
    }

    Started start(String... arguments) {
        runs++;
        Path out = directory.resolve("stdout-" + runs);
        Path err = directory.resolve("stderr-" + runs);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", CLASS_PATH, "io.millrace.daemon.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        try {
            return new Started(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that runs. */
    record Started(Process process, Path out, Path err) implements AutoCloseable {
        CliEnd end() {
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("the command does not end: " + this);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            return new CliEnd(process.exitValue(), read(out), read(err));
        }

        /** Waits until standard error says something. */
        Started waitFor(Predicate<String> isSaid) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isSaid.test(read(err))) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("never said, or ended before: " + this);
                }
                pause();
            }
            return this;
        }

        /** SIGTERM. */
        CliEnd stop() {
            process.destroy();
            return end();
        }

        private static void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        private static String read(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return "out=" + read(out) + "\nerr=" + read(err);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
