package io.millrace.e2e.rates;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** One run's result as a line of {@code bench/results/*.ndjson}. */
record ResultLine(String workload, String contender, int round, long changes, Measurement measurement) {
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"bench\": \"rates\", \"workload\": \"%s\", \"contender\": \"%s\", \"round\": %d, \"changes\": %d,"
                        + " \"seconds\": %.3f, \"changes_per_s\": %.0f, \"vm_hwm_kib\": %d, \"rss_anon_kib\": %d,"
                        + " \"cores\": %d, \"jvm\": \"%s\", \"commit\": \"%s\", \"at\": \"%s\"}",
                workload,
                contender,
                round,
                changes,
                measurement.seconds(),
                measurement.changesPerSecond(),
                measurement.memory().highWaterKiB(),
                measurement.memory().anonymousKiB(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                commit(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException noGit) {
            return "unknown";
        }
    }
}
