package io.millrace.e2e.rates;

import java.util.Arrays;
import java.util.Locale;

/** How many rows took how long, in steps of 10 microseconds; all above ten seconds are one. Thread-safe. */
final class LatencyCounts {
    private static final int STEP_NANOS = 10_000;
    private static final int STEPS = 1_000_000;

    private final long[] counts = new long[STEPS + 1];
    private long count;
    private long most;

    synchronized void add(long nanos) {
        counts[(int) Math.min(STEPS, nanos / STEP_NANOS)]++;
        count++;
        most = Math.max(most, nanos);
    }

    synchronized void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        most = 0;
    }

    synchronized long count() {
        return count;
    }

    /**
     * Members of a JSON object, in milliseconds.
     *
     * @param prefix of their names
     */
    synchronized String json(String prefix) {
        return String.format(
                Locale.ROOT,
                "\"%1$sp50_ms\": %2$.2f, \"%1$sp90_ms\": %3$.2f, \"%1$sp99_ms\": %4$.2f, \"%1$sp99_9_ms\": %5$.2f,"
                        + " \"%1$smax_ms\": %6$.2f",
                prefix,
                millis(0.5),
                millis(0.9),
                millis(0.99),
                millis(0.999),
                most / 1e6);
    }

    private double millis(double share) {
        long left = (long) Math.ceil(count * share);
        int step = 0;
        while (step < STEPS && (left -= counts[step]) > 0) {
            step++;
        }
        return (step + 1) * (double) STEP_NANOS / 1e6;
    }
}
