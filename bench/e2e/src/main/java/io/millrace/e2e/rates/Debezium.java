package io.millrace.e2e.rates;

import io.millrace.e2e.peer.DebeziumPeer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The peer of DESIGN, in a process of its own. */
final class Debezium implements Contender {
    private final DebeziumPeer.Tuning tuning;

    Debezium(DebeziumPeer.Tuning tuning) {
        this.tuning = tuning;
    }

    @Override
    public String name() {
        return "debezium-" + tuning.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Measurement run(Rig rig) throws IOException, InterruptedException {
        String json = new DebeziumPeer(CheckoutFile.find("bench/peers"), List.of("-Xmx2g"), Map.of())
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
