package io.millrace.peers;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Debezium's engine with its MySQL connector, handing its records to Debezium's JDBC sink for PostgreSQL in the same
 * process, from a known position of the binary log until an expected number of changes is committed. Prints one line
 * of JSON with the rate, or a reason and exit code 1.
 *
 * <p>Its only argument is a properties file; {@link DebeziumSettings} says what is in it. Where it has read goes into a
 * file beside.
 */
public final class DebeziumMain {
    private DebeziumMain() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Properties given = new Properties();
        try (var in = Files.newBufferedReader(Path.of(arguments[0]))) {
            given.load(in);
        }
        DebeziumSettings settings = new DebeziumSettings(given);
        Path offsets = Path.of(arguments[0]).resolveSibling("offsets");
        StartPosition.write(offsets, settings);

        CountDownLatch done = new CountDownLatch(1);
        SinkConsumer sink = new SinkConsumer(settings, done);
        String[] failure = new String[1];
        long startedMillis = System.currentTimeMillis();
        DebeziumEngine<?> engine = DebeziumEngine.create(Connect.class)
                .using(settings.source(offsets))
                .using((success, message, error) -> {
                    if (!success) {
                        failure[0] = message + (error == null ? "" : ": " + error);
                    }
                    done.countDown();
                })
                .notifying(sink)
                .build();
        Thread runner = new Thread(engine, "engine");
        runner.setDaemon(true);
        runner.start();
        done.await();
        if (failure[0] != null || !sink.isComplete()) {
            System.err.println("peer failed: reason=" + failure[0] + ", changes=" + sink.changes());
            System.exit(1);
        }
        System.out.println(result(settings, sink, startedMillis));
        System.out.flush();
        // Its orderly end takes seconds and is not part of the question.
        Runtime.getRuntime().halt(0);
    }

    private static String result(DebeziumSettings settings, SinkConsumer sink, long startedMillis) throws IOException {
        double seconds = (sink.lastCommitMillis() - sink.firstReadMillis()) / 1e3;
        return "{\"peer\":\"debezium-" + settings.version() + "\",\"tuning\":\"" + settings.tuning() + "\",\"changes\":"
                + sink.changes() + ",\"seconds\":" + seconds + ",\"seconds_to_first_read\":"
                + (sink.firstReadMillis() - startedMillis) / 1e3 + ",\"changes_per_s\":"
                + Math.round(sink.changes() / seconds) + ",\"cpu_s\":" + cpuSeconds() + ",\"vm_hwm_kib\":"
                + memory("VmHWM") + ",\"rss_anon_kib\":"
                + memory("RssAnon") + "}";
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    private static long memory(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return -1;
    }
}
