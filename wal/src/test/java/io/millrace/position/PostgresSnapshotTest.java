package io.millrace.position;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PostgresSnapshotTest {
    private static final long IDS = 20;

    private static PostgresSnapshot random(Random random) {
        long xmax = 5L + random.nextInt(10);
        long xmin = Math.max(1, xmax - random.nextInt(6));
        String running = LongStream.range(xmin, xmax)
                .filter(id -> random.nextBoolean())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        return PostgresSnapshot.of(xmin + ":" + xmax + ":" + running, 16);
    }

    private static long xmax(PostgresSnapshot snapshot) {
        return Long.parseLong(snapshot.text().split(":", -1)[2]);
    }

    /** By its definition, id by id. */
    @Test
    void shouldBeWithinAnotherWhenThatSeesEveryTransactionItSees() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            PostgresSnapshot one = random(random);
            PostgresSnapshot other = random(random);
            boolean isWithin = LongStream.range(0, IDS).allMatch(id -> !one.isVisible(id) || other.isVisible(id));
            if (one.isWithin(other)) {
                assertTrue(isWithin, () -> one + " within " + other);
            } else {
                // One that goes further in ids is not taken for less, even where all of those run.
                assertTrue(!isWithin || xmax(one) > xmax(other), () -> one + " within " + other);
            }
        }
    }
}
