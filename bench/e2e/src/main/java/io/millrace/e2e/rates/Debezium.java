package io.millrace.e2e.rates;

import io.millrace.e2e.peer.DebeziumPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The peer of DESIGN, in a process of its own. */
final class Debezium implements Contender {
    private static final String HEAP = "-Xmx2g";

    private final DebeziumPeer.Tuning tuning;
    private final List<String> jvmFlags = new ArrayList<>(List.of(HEAP));
    private final Map<String, String> settings = new HashMap<>();

    /**
     * A contender.
     *
     * @param options flags of its JVM, which begin with a dash, and {@code NAME=VALUE} of Debezium's own settings
     */
    Debezium(DebeziumPeer.Tuning tuning, List<String> options) {
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

    @Override
    public String name() {
        return "debezium-" + tuning.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Measurement run(Rig rig) throws IOException, InterruptedException {
        String json = new DebeziumPeer(CheckoutFile.find("bench/peers"), jvmFlags, settings)
                .run(
                        tuning,
                        rig.source(),
                        rig.database(),
                        rig.tables(),
                        rig.start(),
                        rig.target(),
                        rig.targetDatabase(),
                        rig.changes());
        System.err.println(json);
        return Measurement.parse(json);
    }
}
