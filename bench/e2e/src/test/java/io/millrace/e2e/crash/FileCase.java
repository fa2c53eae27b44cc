package io.millrace.e2e.crash;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed is to kill while it writes files. Seeds that follow each other meet every source and kill point together; what is left is
 * random.
 *
 * @param isMinimal whether the source leaves unsent what a change leaves as it is
 * @param isTwoPhase whether PostgreSQL sends what is prepared at its PREPARE
 * @param isPacked whether the files are gzip's
 */
record FileCase(
        long seed, CrashSource source, FileKillPoint point, boolean isMinimal, boolean isTwoPhase, boolean isPacked) {
    private static final List<CrashSource> SOURCES = List.of(CrashSource.values());
    private static final List<FileKillPoint> POINTS = List.of(FileKillPoint.values());

    /** Seeds in a row that meet all of it once. */
    static final int ROUND = SOURCES.size() * POINTS.size();

    /**
     * Of a seed.
     *
     * @param index which of the {@link #ROUND}
     */
    static FileCase of(long seed, int index) {
        SplittableRandom random = new SplittableRandom(seed);
        CrashSource source = SOURCES.get(index % SOURCES.size());
        return new FileCase(
                seed,
                source,
                POINTS.get(index / SOURCES.size()),
                random.nextInt(3) == 0,
                source.isPostgres() && random.nextBoolean(),
                random.nextBoolean());
    }

    WorkloadTraits traits() {
        return new WorkloadTraits(source, isMinimal, false, true, false);
    }

    String suffix() {
        return isPacked ? ".ndjson.gz" : ".ndjson";
    }

    /** The lines of the target in the file of data sources. */
    String target() {
        return "  type: file\n  path: out\n  sync_interval: 20ms\n"
                + (isPacked ? "  rotate_size: 1KiB\n  compression: gzip\n" : "  rotate_size: 4KiB\n");
    }
}
