package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.reader.MomentSpan;
import io.millrace.task.PartitionInterval;
import io.millrace.task.PartitionSpec;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionBoundsTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 5, 17, 8, 30);
    private static final PartitionSpec MONTHS = PartitionSpec.range("at", PartitionInterval.parse("1 month"));

    private static LocalDateTime month(int year, int month) {
        return LocalDateTime.of(year, month, 1, 0, 0);
    }

    private static Optional<MomentSpan> span(LocalDateTime least, LocalDateTime greatest) {
        return Optional.of(new MomentSpan(least, greatest));
    }

    @Test
    void shouldReachThreeIntervalsBehindThePresentOneWhenThereIsNoRow() {
        assertEquals(
                List.of(month(2026, 5), month(2026, 6), month(2026, 7), month(2026, 8), month(2026, 9)),
                PartitionBounds.of(MONTHS, Optional.empty(), NOW));
    }

    @Test
    void shouldReachFromTheLeastValueToTheGreatest() {
        List<LocalDateTime> bounds =
                PartitionBounds.of(MONTHS, span(month(2025, 12).plusDays(3), month(2027, 1)), NOW);

        assertEquals(month(2025, 12), bounds.get(0));
        assertEquals(month(2027, 2), bounds.get(bounds.size() - 1));
        assertEquals(15, bounds.size());
    }

    @Test
    void shouldLeaveOutTheOldestAndWhatStandsForNoEndWhenThereWouldBeTooMany() {
        List<LocalDateTime> bounds =
                PartitionBounds.of(MONTHS, span(month(1, 1), LocalDateTime.of(9999, 12, 31, 0, 0)), NOW);

        assertEquals(PartitionBounds.MOST + 1, bounds.size());
        assertEquals(month(2026, 9), bounds.get(bounds.size() - 1));
    }

    @Test
    void shouldMakeWhatIsMissingWhenTimeHasPassed() {
        assertEquals(List.of(), PartitionBounds.further(MONTHS, Optional.of(month(2026, 9)), NOW));
        assertEquals(List.of(), PartitionBounds.further(MONTHS, Optional.of(month(2030, 1)), NOW));
        assertEquals(
                List.of(month(2026, 8), month(2026, 9)),
                PartitionBounds.further(MONTHS, Optional.of(month(2026, 8)), NOW));
        assertEquals(
                List.of(month(2026, 8), month(2026, 9)),
                PartitionBounds.further(MONTHS, Optional.of(month(2026, 8).minusDays(9)), NOW));
        assertEquals(
                PartitionBounds.MOST,
                PartitionBounds.further(MONTHS, Optional.of(month(1, 1)), NOW).size() - 1);
    }
}
