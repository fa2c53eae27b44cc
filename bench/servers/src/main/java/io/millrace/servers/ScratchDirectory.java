package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a run, and the processes that write them. Both go when it is closed, and also when this JVM ends by itself, by an error
 * or by a signal that lets it (SIGINT, SIGTERM); what is kept leaves its files and says where. Thread-safe.
 */
public final class ScratchDirectory implements AutoCloseable {
    private static final int MAX_TRIES = 10;

    private final Path path;
    private final boolean isKept;
    private final List<Process> processes = new ArrayList<>();
    private boolean closed;

    private ScratchDirectory(Path path, boolean isKept) {
        this.path = path;
        this.isKept = isKept;
    }

    /** An empty one, where this system keeps temporary files; close it. */
    public static ScratchDirectory make(String prefix, boolean isKept) throws IOException {
        return make(Path.of(System.getProperty("java.io.tmpdir")), prefix, isKept);
    }

    /** An empty one within {@code parent}; close it. */
    public static ScratchDirectory make(Path parent, String prefix, boolean isKept) throws IOException {
        ScratchDirectory made = new ScratchDirectory(Files.createTempDirectory(parent, prefix), isKept);
        Runtime.getRuntime().addShutdownHook(new Thread(made::close, "delete " + made.path));
        return made;
    }

    public Path path() {
        return path;
    }

    /** Starts a process, which is killed when this closes. */
    public synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IllegalStateException("directory is closed: path=" + path);
        }
        processes.removeIf(process -> !process.isAlive());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Kills what still runs, and deletes the files unless they are kept. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            process.onExit().join();
        }
        if (isKept) {
            System.err.println("kept: path=" + path);
            return;
        }
        try {
            delete();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete: path=" + path, failure);
        }
    }

    /** Threads of this JVM may still write where it ends by a signal. */
    private void delete() throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                FileTree.delete(path);
                return;
            } catch (DirectoryNotEmptyException grew) {
                if (tries == MAX_TRIES) {
                    throw grew;
                }
            }
        }
    }
}
