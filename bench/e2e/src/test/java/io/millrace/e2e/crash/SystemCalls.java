package io.millrace.e2e.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the threads of a process are doing in the kernel, as Linux on x86-64 shows it. */
final class SystemCalls {
    private static final String FSYNC = "74 ";
    private static final String FDATASYNC = "75 ";
    private static final String OPENAT = "257 ";

    /** A file is opened in less; a pipe that nobody reads is not. */
    private static final int LOOKS = 3;

    private static final long BETWEEN_LOOKS_MILLIS = 30;

    private SystemCalls() {}

    /** Whether one of them syncs a file whose name ends so. */
    static boolean isSyncing(long pid, String suffix) throws IOException {
        for (String call : calls(pid)) {
            if (call.startsWith(FSYNC) || call.startsWith(FDATASYNC)) {
                int file = Integer.decode(call.split(" ")[1]);
                if (target(pid, file).endsWith(suffix)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String target(long pid, int file) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + file))
                    .toString();
        } catch (IOException closed) {
            return ""; // since the look at its call
        }
    }

    /** Whether one of them stands in an open. */
    static boolean isOpening(long pid) throws IOException, InterruptedException {
        List<String> standing = calls(pid);
        for (int look = 1; look < LOOKS; look++) {
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
            standing.retainAll(calls(pid));
        }
        return standing.stream().anyMatch(call -> call.startsWith(OPENAT));
    }

    /** The call of each thread that is in one: number, arguments, stack, instruction. */
    private static List<String> calls(long pid) throws IOException {
        List<String> calls = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                calls.add(call(thread));
            }
        }
        return calls;
    }

    private static String call(Path thread) {
        try {
            return Files.readString(thread.resolve("syscall"));
        } catch (IOException ended) {
            return ""; // since the list was made
        }
    }
}
