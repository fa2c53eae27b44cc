package io.millrace.pipeline;

import java.util.Random;
import java.util.function.Consumer;

/** Runs a property over seeds; -Dseed= replays one, -Dseeds= sets how many. A failure names its seed. */
final class Seeds {
    private Seeds() {}

    static void forEach(int count, Consumer<Random> property) {
        Long single = Long.getLong("seed");
        long first = single != null ? single : System.nanoTime();
        int many = single != null ? 1 : Integer.getInteger("seeds", count);
        for (long seed = first; seed < first + many; seed++) {
            try {
                property.accept(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e, e);
            }
        }
    }
}
