package io.millrace.e2e.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a process.
 *
 * @param highWaterKiB VmHWM: the most that was ever resident, mapped log included
 * @param anonymousKiB RssAnon: what no file backs
 * @param cpuSeconds of all its threads, in user and system
 */
public record ProcessSample(long highWaterKiB, long anonymousKiB, double cpuSeconds) {
    /** The kernel's USER_HZ, which is this on every architecture that has a JDK 17. */
    private static final double TICKS_PER_SECOND = 100;

    public static final ProcessSample NONE = new ProcessSample(0, 0, 0);

    /** Of a running process; {@link #NONE} where it has just ended. */
    public static ProcessSample of(long pid) {
        try {
            long highWater = 0;
            long anonymous = 0;
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    highWater = kibibytes(line);
                } else if (line.startsWith("RssAnon:")) {
                    anonymous = kibibytes(line);
                }
            }
            return new ProcessSample(
                    highWater, anonymous, cpuSeconds(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
        } catch (IOException gone) {
            return NONE;
        }
    }

    public ProcessSample max(ProcessSample other) {
        return new ProcessSample(
                Math.max(highWaterKiB, other.highWaterKiB),
                Math.max(anonymousKiB, other.anonymousKiB),
                Math.max(cpuSeconds, other.cpuSeconds));
    }

    /** Of a process or a thread, by the content of its {@code stat}. */
    static double cpuSeconds(String stat) {
        // Behind the name, which may hold blanks: state is the third field, utime and stime are the 14th and 15th.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static long kibibytes(String line) {
        String[] words = line.trim().split("\\s+", -1);
        return Long.parseLong(words[1]);
    }
}
