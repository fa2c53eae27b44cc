package io.millrace.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DirtyLimitTest {
    @Test
    void shouldReadWhatItWrites() {
        for (String text : List.of("0", "100", "0.1%", "100%", "unlimited")) {
            assertEquals(text, DirtyLimit.parse(text).text());
        }
        assertTrue(DirtyLimit.parse("0").isNone());
    }

    @Test
    void shouldRefuseWhatIsNoLimit() {
        for (String text : List.of("", "-1", "1.5", "101%", "0,1%", "many", "%", "1000000000000000")) {
            assertThrows(IllegalArgumentException.class, () -> DirtyLimit.parse(text), text);
        }
    }

    @Test
    void shouldBeOverAtOneMoreThanThePercentage() {
        DirtyLimit.Percent tenth = (DirtyLimit.Percent) DirtyLimit.parse("0.1%");
        assertFalse(tenth.isOver(100, 100_000));
        assertTrue(tenth.isOver(101, 100_000));
        assertTrue(tenth.isOver(100, 99_999));
    }
}
