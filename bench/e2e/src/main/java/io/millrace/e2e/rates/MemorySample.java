package io.millrace.e2e.rates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a process's memory.
 *
 * @param highWaterKiB VmHWM: the most that was ever resident, mapped log included
 * @param anonymousKiB RssAnon: what no file backs
 */
public record MemorySample(long highWaterKiB, long anonymousKiB) {
    public static final MemorySample NONE = new MemorySample(0, 0);

    /** Of a running process; {@link #NONE} where it has just ended. */
    public static MemorySample of(long pid) {
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
            return new MemorySample(highWater, anonymous);
        } catch (IOException gone) {
            return NONE;
        }
    }

    public MemorySample max(MemorySample other) {
        return new MemorySample(Math.max(highWaterKiB, other.highWaterKiB), Math.max(anonymousKiB, other.anonymousKiB));
    }

    private static long kibibytes(String line) {
        String[] words = line.trim().split("\\s+", -1);
        return Long.parseLong(words[1]);
    }
}
