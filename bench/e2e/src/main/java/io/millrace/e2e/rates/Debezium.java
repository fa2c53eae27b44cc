package io.millrace.e2e.rates;

import io.millrace.e2e.peer.DebeziumPeer;
import io.millrace.e2e.session.CheckoutFile;
import io.millrace.servers.PostgresServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The peer of DESIGN, in a process of its own. */
final class Debezium implements Contender {
    private static final String HEAP = "-Xmx2g";

    private final String name;
    private final DebeziumPeer.Tuning tuning;
    private final List<String> jvmFlags = new ArrayList<>(List.of(HEAP));
    private final Map<String, String> settings = new HashMap<>();

    /**
     * A contender.
     *
     * @param options flags of its JVM, which begin with a dash, and {@code NAME=VALUE} of Debezium's own settings
     */
    Debezium(String name, DebeziumPeer.Tuning tuning, List<String> options) {
        this.name = name;
        this.tuning = tuning;
        for (String option : options) {
            int equals = option.indexOf('=');
            if (option.startsWith("-")) {
                jvmFlags.add(option);
            } else {
                settings.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
    }

    /**
     * Returns it at each tuning that a careful user would try: as it comes, at the fastest that we found, and that with smaller and
     * larger batches and with the collector for throughput.
     *
     * @param options of all of them
     */
    static List<Debezium> tunings(List<String> options) {
        return List.of(
                tuned("default", DebeziumPeer.Tuning.DEFAULT, options),
                tuned("best", DebeziumPeer.Tuning.BEST, options),
                tuned("best-batches-2048", DebeziumPeer.Tuning.BEST, options, "sink.batch.size=2048"),
                tuned(
                        "best-batches-32768",
                        DebeziumPeer.Tuning.BEST,
                        options,
                        "sink.batch.size=32768",
                        "source.max.batch.size=65536",
                        "source.max.queue.size=262144"),
                tuned("best-parallel-gc", DebeziumPeer.Tuning.BEST, options, "-XX:+UseParallelGC"));
    }

    private static Debezium tuned(String name, DebeziumPeer.Tuning tuning, List<String> options, String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.addAll(options);
        return new Debezium("debezium-" + name, tuning, all);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measurement run(Rig rig) throws IOException, InterruptedException {
        MySqlSource source = (MySqlSource) rig.source();
        String json = new DebeziumPeer(CheckoutFile.find("bench/peers"), jvmFlags, settings)
                .run(
                        rig.scratch(),
                        tuning,
                        source.server(),
                        source.database(),
                        rig.workload().tables(),
                        source.start(),
                        (PostgresServer) rig.target().server(),
                        rig.targetDatabase(),
                        rig.changes());
        System.err.println(json);
        return Measurement.parse(json);
    }
}
