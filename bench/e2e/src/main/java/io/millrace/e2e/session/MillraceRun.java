package io.millrace.e2e.session;

import io.millrace.servers.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code millrace run}, in a process of its own, over the task file of a directory that holds all of it. Confined to one thread. */
public final class MillraceRun {
    private static final long SAMPLE_MILLIS = 20;
    private static final int THREADS_EVERY = 10; // there are some forty of them
    private static final String OUTPUT = "output.log";

    private final Process process;
    private final Path directory;
    private final ThreadTimes threads = new ThreadTimes();

    private MillraceRun(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts it over {@code task.yaml}; its data and what it prints go beside.
     *
     * @param scratch that ends it
     * @param directory within it
     * @param options of {@code run}
     */
    public static MillraceRun start(
            ScratchDirectory scratch, Path directory, List<String> jvmOptions, List<String> options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                directory.resolve("task.yaml").toString(),
                "--data-dir",
                directory.resolve("data").toString()));
        arguments.addAll(options);
        Process process = scratch.start(new ProcessBuilder(MillraceCommand.of(jvmOptions, arguments))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(OUTPUT).toFile()));
        return new MillraceRun(process, directory);
    }

    /** Returns the most that it took until it ended; an end that is not a good one is an error, with what it printed. */
    public ProcessSample awaitEnd() throws IOException, InterruptedException {
        ProcessSample sample = ProcessSample.NONE;
        for (int looks = 0; process.isAlive(); looks++) {
            sample = sample.max(sample());
            if (looks % THREADS_EVERY == 0) {
                threads.look(process.pid());
            }
            Thread.sleep(SAMPLE_MILLIS);
        }
        if (process.exitValue() != 0) {
            throw ended();
        }
        return sample;
    }

    /** Of its threads, as {@link #awaitEnd} saw them. */
    public ThreadTimes threads() {
        return threads;
    }

    public ProcessSample sample() {
        return ProcessSample.of(process.pid());
    }

    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw ended();
        }
    }

    /** Asks it to end, and waits for that. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private IllegalStateException ended() throws IOException {
        return new IllegalStateException(
                "millrace ended: exit=" + process.exitValue() + "\n" + Files.readString(directory.resolve(OUTPUT)));
    }
}
