package io.millrace.e2e.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Stands where a process will make a file: the process waits in its open, since nobody reads the pipe. */
final class NamedPipe {
    private final Path path;

    private NamedPipe(Path path) {
        this.path = path;
    }

    /** Makes one at a moment when no file is there; asks again for its place until then. */
    static NamedPipe inPlaceOf(Callable<Path> place) throws Exception {
        while (true) {
            Path path = place.call();
            ProcessBuilder builder = new ProcessBuilder("mkfifo", path.toString()).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process mkfifo = builder.start();
            String said = new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (mkfifo.waitFor() == 0) {
                return new NamedPipe(path);
            }
            if (!said.contains("exists")) {
                throw new IllegalStateException("no pipe: " + said);
            }
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
