package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionIntervalTest {
    @ParameterizedTest
    @CsvSource({
        "1 hour, 2024-02-29T13:59:59, 2024-02-29T13:00:00, 2024-02-29T14:00:00",
        "1 day, 2024-02-29T13:59:59, 2024-02-29T00:00:00, 2024-03-01T00:00:00",
        "1 week, 2024-02-29T13:59:59, 2024-02-26T00:00:00, 2024-03-04T00:00:00",
        "1 month, 2024-02-29T13:59:59, 2024-02-01T00:00:00, 2024-03-01T00:00:00",
        "3 MONTHS, 2024-02-29T13:59:59, 2024-01-01T00:00:00, 2024-04-01T00:00:00",
        "1 year, 2024-02-29T13:59:59, 2024-01-01T00:00:00, 2025-01-01T00:00:00",
        "10 years, 1969-12-31T23:59:59, 1960-01-01T00:00:00, 1970-01-01T00:00:00",
        "1 day, 1969-12-31T23:59:59, 1969-12-31T00:00:00, 1970-01-01T00:00:00",
        "1 week, 1970-01-01T00:00:00, 1969-12-29T00:00:00, 1970-01-05T00:00:00"
    })
    void shouldBeginWhereTheCalendarDoes(String text, LocalDateTime moment, LocalDateTime begin, LocalDateTime next) {
        PartitionInterval interval = PartitionInterval.parse(text);

        assertEquals(begin, interval.begin(moment));
        assertEquals(next, interval.plus(begin, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "month", "1", "0 months", "1001 days", "1 fortnight", "-1 day", "1.5 days"})
    void shouldRefuseWhatIsNoInterval(String text) {
        String reason = assertThrows(IllegalArgumentException.class, () -> PartitionInterval.parse(text))
                .getMessage();

        assertTrue(reason.startsWith("not an interval: expected=1 to 1000 hours"), reason);
    }

    @Test
    void shouldHoldEveryMomentInTheIntervalThatBeginsBeforeIt() {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        List<PartitionInterval.Unit> units = List.of(PartitionInterval.Unit.values());
        for (int i = 0; i < 10_000; i++) {
            PartitionInterval interval =
                    new PartitionInterval(1 + random.nextInt(40), units.get(random.nextInt(units.size())));
            LocalDateTime moment = LocalDateTime.of(1, 1, 1, 0, 0).plusSeconds(random.nextLong(9998L * 365 * 86_400));
            LocalDateTime begin = interval.begin(moment);
            String context = "seed=" + seed + ", " + interval + ", moment=" + moment;

            assertTrue(!begin.isAfter(moment) && interval.plus(begin, 1).isAfter(moment), context);
            assertEquals(begin, interval.begin(begin), context);
            assertEquals(begin, interval.begin(interval.plus(begin, 1).minusSeconds(1)), context);
        }
    }
}
