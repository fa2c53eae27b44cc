package io.millrace.task.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void shouldReadSizesAndTimes() {
        assertEquals(8L << 20, Units.size("8MiB"));
        assertEquals(1536, Units.size("1.5 KiB"));
        assertEquals(1L << 30, Units.size("1GiB"));
        assertEquals(Duration.ofMillis(200), Units.time("200ms"));
        assertEquals(Duration.ofSeconds(90), Units.time("1.5m"));
        assertEquals(Duration.ofDays(2), Units.time("2d"));
    }

    @Test
    void shouldRefuseWhatHasNoUnitOrAnotherOne() {
        for (String wrong :
                List.of("8", "8MB", "8mib", "8m", "", "MiB", "-1MiB", "1e3KiB", "1.0001KiB", "999999999999999GiB")) {
            assertThrows(IllegalArgumentException.class, () -> Units.size(wrong), wrong);
        }
        for (String wrong : List.of("200", "1M", "1h30m", "0.1ms", "５s")) {
            assertThrows(IllegalArgumentException.class, () -> Units.time(wrong), wrong);
        }
    }
}
