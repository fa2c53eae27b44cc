package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.e2e.session.RunOrigin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at a place that is chosen: on the wire to the target before a COMMIT arrives, before its answer does, between lanes, at a
 * statement's barrier, within a COPY, while dirty rows are looked for; of the process, or of the target's server; and of a process that
 * writes files between a line, its sync and its checkpoint. Whatever the source, the target, the lanes and the consistency: nothing is
 * lost, nothing is applied twice, and each key's changes come in their order.
 *
 * <p>{@code -Dseeds=} asks for more than the build's few ({@link #ROUND} in a row meet every combination once), {@code -Dseed=} says
 * the first of them, or replays one.
 */
class SeededCrashFailureTest {
    private static final int SEEDS = Integer.getInteger("seeds", 2);
    private static final int ROUND = CrashCase.ROUND + FileCase.ROUND;

    @TempDir
    Path directory;

    /** As long as it takes: each case has a patience of its own. */
    @Test
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void shouldLoseRepeatAndReorderNothingWhereverItIsKilled() throws InterruptedException {
        boolean isReplay = System.getProperty("seed") != null && System.getProperty("seeds") == null;
        long first = Long.getLong("seed", System.nanoTime());
        int count = isReplay ? 1 : SEEDS;
        Map<String, Integer> killed = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        long began = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            try {
                killed.merge(survive(seed), 1, Integer::sum);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | AssertionError e) {
                String failure = "replay with -Dseed=" + seed + ": " + e;
                System.out.println(failure);
                failures.add(failure);
            }
        }
        System.out.println(line(first, count, killed, failures.size(), System.nanoTime() - began));
        assertEquals(List.of(), failures);
    }

    /** Of two lanes before a TRUNCATE within a transaction one had gone on behind it when the log was set back: both met it again, for good. */
    @Test
    void shouldPassAStatementThatIsDoneWhenTheLogIsFilledAnew() throws Exception {
        survive(5041);
    }

    /** Returns where it was killed, and what it wrote to. */
    private String survive(long seed) throws Exception {
        int index = (int) Math.floorMod(seed, (long) ROUND);
        Path place = directory.resolve(Long.toString(seed));
        if (index < CrashCase.ROUND) {
            CrashCase the = CrashCase.of(seed, index);
            System.out.println(the);
            new ServerCrash(the, place).survive();
            return the.point().name();
        }
        FileCase the = FileCase.of(seed, index - CrashCase.ROUND);
        System.out.println(the);
        new FileCrash(the, place).survive();
        return "FILE_" + the.point();
    }

    /** As in {@code bench/results/crash.ndjson}. */
    private static String line(long first, int seeds, Map<String, Integer> survived, int failures, long nanos) {
        String points = survived.entrySet().stream()
                .map(each -> "\"" + each.getKey().toLowerCase(Locale.ROOT) + "\": " + each.getValue())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "{\"bench\": \"crash\", \"first_seed\": %d, \"seeds\": %d, \"failures\": %d, \"survived\": {%s}, \"seconds\": %.1f, %s}",
                first,
                seeds,
                failures,
                points,
                nanos / 1e9,
                RunOrigin.json());
    }
}
