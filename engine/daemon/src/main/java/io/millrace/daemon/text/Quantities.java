package io.millrace.daemon.text;

import java.util.Locale;

/** Numbers as people read them. */
public final class Quantities {
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final double KIBI = 1024;

    private Quantities() {}

    /** {@code 1,234,567}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1.4 GiB}. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= KIBI && unit < SIZES.length - 1) {
            size /= KIBI;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, SIZES[unit]);
    }

    /** {@code 35 ms}, {@code 1.2 s}, {@code 3 m 20 s}, {@code 2 h 5 m}. */
    public static String time(long millis) {
        if (millis < 1_000) {
            return millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        return seconds < 3_600
                ? seconds / 60 + " m " + seconds % 60 + " s"
                : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " m";
    }
}
