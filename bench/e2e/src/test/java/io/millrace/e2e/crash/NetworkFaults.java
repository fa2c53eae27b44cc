package io.millrace.e2e.crash;

import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import java.util.SplittableRandom;

/** What networks do to connections: they cut them in the midst of a packet, half close them, damage a bit, refuse new ones. Stateless. */
final class NetworkFaults {
    private NetworkFaults() {}

    /** Does one of them, until both are healed; returns which. */
    static String any(SplittableRandom random, FaultProxy source, FaultProxy target) {
        long bytes = 1 + random.nextLong(200_000);
        switch (random.nextInt(9)) {
            case 0 -> {
                source.cut();
                return "source cut";
            }
            case 1 -> {
                source.cutAfter(Direction.TO_CLIENT, bytes);
                return "source cut after " + bytes;
            }
            case 2 -> {
                source.endAfter(Direction.TO_CLIENT, bytes);
                return "source ends after " + bytes;
            }
            case 3 -> {
                source.corruptAfter(Direction.TO_CLIENT, bytes, 1 << random.nextInt(8));
                return "source bit flipped after " + bytes;
            }
            case 4 -> {
                source.halfClose(Direction.TO_CLIENT);
                return "source half closed";
            }
            case 5 -> {
                target.cut();
                return "target cut";
            }
            case 6 -> {
                target.cutAfter(Direction.TO_SERVER, bytes);
                return "target cut after sending " + bytes;
            }
            case 7 -> {
                target.cutAfter(Direction.TO_CLIENT, 1 + random.nextInt(2_000));
                return "target cut while answering";
            }
            default -> {
                target.refuse();
                target.cut();
                return "target refuses";
            }
        }
    }
}
