package io.millrace.e2e.rates;

import io.millrace.e2e.session.RunOrigin;
import java.util.Locale;

/** One run's result as a line of {@code bench/results/*.ndjson}. */
record ResultLine(String workload, String contender, int round, Rig rig, Measurement measurement) {
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"bench\": \"rates\", \"workload\": \"%s\", \"contender\": \"%s\", \"round\": %d, \"changes\": %d,"
                        + " \"seconds\": %.3f, \"changes_per_s\": %.0f, \"source_bytes_per_s\": %.0f, \"vm_hwm_kib\": %d, \"rss_anon_kib\": %d, \"cpu_s\": %.1f,"
                        + " \"reader_cpu_s\": %.2f, \"lanes_cpu_s\": %.2f, \"compilers_cpu_s\": %.2f, %s}",
                workload,
                contender,
                round,
                rig.changes(),
                measurement.seconds(),
                measurement.changesPerSecond(),
                rig.bytes() / measurement.seconds(),
                measurement.process().highWaterKiB(),
                measurement.process().anonymousKiB(),
                measurement.process().cpuSeconds(),
                measurement.threads().seconds("millrace-r-source"),
                measurement.threads().seconds("millrace-r-lane"),
                measurement.threads().seconds("C1 ") + measurement.threads().seconds("C2 "),
                RunOrigin.json());
    }
}
