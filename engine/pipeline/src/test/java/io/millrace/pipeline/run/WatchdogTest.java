package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.pipeline.run.Watchdog.Sight;
import io.millrace.pipeline.status.Stall;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final long LIMIT = 60_000;

    private final Watchdog watchdog = new Watchdog(LIMIT);
    private long now = 1_000_000;

    private List<Stall> look(long millisLater, String waiting, long progress) {
        now += millisLater;
        watchdog.look(now, List.of(new Sight("lane", "lane-1", waiting, progress)));
        return watchdog.stalls();
    }

    @Test
    void shouldSaySinceWhenWhenWorkWaitsAndNothingIsDone() {
        look(0, "changes", 7);
        assertEquals(List.of(), look(LIMIT - 1, "changes", 7));
        assertEquals(List.of(new Stall("lane", "lane-1", 1_000_000, "changes")), look(1, "changes", 7));
        assertEquals(1, look(LIMIT, "changes", 7).size());
        assertEquals(List.of(), look(1, "changes", 8));
        assertEquals(List.of(), look(LIMIT - 1, "changes", 8));
        assertEquals(1_000_001 + 2 * LIMIT, look(1, "changes", 8).get(0).sinceMillis());
    }

    @Test
    void shouldNeverTakeIdlenessForAStall() {
        look(0, "", 7);
        assertEquals(List.of(), look(10 * LIMIT, "", 7));
        assertEquals(List.of(), look(LIMIT - 1, "changes", 7), "it has had work for less than that");
        assertEquals(1, look(1, "changes", 7).size());
        assertEquals(List.of(), look(1, "", 7));
    }

    @Test
    void shouldForgetAPartThatIsGone() {
        look(0, "changes", 7);
        watchdog.look(now + LIMIT, List.of());
        assertEquals(List.of(), look(2 * LIMIT, "changes", 7));
    }
}
