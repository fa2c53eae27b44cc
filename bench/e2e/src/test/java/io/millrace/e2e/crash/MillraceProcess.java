package io.millrace.e2e.crash;

import io.millrace.e2e.session.MillraceCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The program in a JVM of its own, as {@code engine/bin/millrace} starts it, with its output in a file. */
final class MillraceProcess implements AutoCloseable {
    private static final int MAX_TAIL = 30_000;

    private final Process process;
    private final Path output;

    private MillraceProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts {@code millrace ARGS}, appending what it prints to {@code output}. */
    static MillraceProcess start(Path output, List<String> jvmOptions, List<String> arguments) throws IOException {
        List<String> jvm = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        jvm.addAll(jvmOptions);
        Process process = new ProcessBuilder(MillraceCommand.of(jvm, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        process.getOutputStream().close();
        return new MillraceProcess(process, output);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits until the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the end and says the exit code; a process that does not end prints its threads, is killed, and -1. */
    int await(long seconds) throws InterruptedException, IOException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            printThreads();
            kill();
            return -1;
        }
        return process.exitValue();
    }

    /** Waits until something is so while the process runs; where it does not come, the process prints its threads. */
    void awaitThat(String what, Duration patience, Callable<Boolean> isSo) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isSo.call()) {
            if (!isAlive()) {
                throw new AssertionError("ended by itself, awaited=" + what + "\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                printThreads();
                throw new AssertionError("nothing came of it, awaited=" + what + "\n" + tail());
            }
            Thread.sleep(100);
        }
    }

    /** SIGQUIT: to its output. */
    private void printThreads() throws InterruptedException, IOException {
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor();
        Thread.sleep(1_000);
    }

    private String tail() throws IOException {
        String text = output();
        return text.substring(Math.max(0, text.length() - MAX_TAIL));
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
