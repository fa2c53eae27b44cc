package io.millrace.daemon.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RepeatedLinesTest {
    private final RepeatedLines lines = new RepeatedLines();

    @Test
    void shouldLeaveOutAndCountWhenLinesOfAKindRepeat() {
        for (int i = 0; i < RepeatedLines.MOST_A_MINUTE; i++) {
            assertEquals(0, lines.leftOutBefore("a", "lost: {}", 100_000 + i));
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(-1, lines.leftOutBefore("a", "lost: {}", 110_000 + i));
        }
        assertEquals(0, lines.leftOutBefore("a", "other: {}", 110_000));
        assertEquals(0, lines.leftOutBefore("b", "lost: {}", 110_000));
        assertEquals(500, lines.leftOutBefore("a", "lost: {}", 160_000));
        assertEquals(0, lines.leftOutBefore("a", "lost: {}", 160_001));
    }
}
