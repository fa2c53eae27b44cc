package io.millrace.e2e.session;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time by thread of a process, as it was last seen of each: threads end before their process does. What happens within
 * the last look and the end is not in it. Confined to one thread.
 */
public final class ThreadTimes {
    /** The kernel keeps so many characters of a thread's name. */
    private static final int NAME = 15;

    private record Seen(String name, double seconds) {}

    private final Map<String, Seen> threads = new HashMap<>();

    /** Looks at a process; one that has just ended changes nothing. */
    void look(long pid) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks) {
                String stat = Files.readString(task.resolve("stat"));
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                threads.put(task.getFileName().toString(), new Seen(name, ProcessSample.cpuSeconds(stat)));
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return; // what was seen before stays
        }
    }

    /** Seconds in user and system of all threads whose names begin so. */
    public double seconds(String begin) {
        String known = begin.substring(0, Math.min(NAME, begin.length()));
        return threads.values().stream()
                .filter(thread -> thread.name().startsWith(known))
                .mapToDouble(Seen::seconds)
                .sum();
    }
}
