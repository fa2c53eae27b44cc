package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import org.junit.jupiter.api.Test;

class ConservationCheckTest {
    private final ConservationCheck check = new ConservationCheck();
    private long now = 1_000;

    private void look(boolean isAllPassed, long written, long inFlight) {
        now += 200;
        check.look(now, isAllPassed, written, inFlight);
    }

    @Test
    void shouldReportWhenChangesAreMissingAndNothingMovesAnyMore() {
        look(true, 100, 3);
        look(true, 100, 3);
        assertEquals(3, check.unaccounted());
        MillraceException e = assertThrows(MillraceException.class, () -> {
            for (int i = 0; i < 20; i++) {
                look(true, 100, 3);
            }
        });
        assertEquals(ErrorCode.COUNTS_DO_NOT_CONSERVE, e.code());
    }

    @Test
    void shouldReportAtOnceWhenLanesCountMoreThanWasWritten() {
        assertThrows(MillraceException.class, () -> look(false, 100, -2));
    }

    @Test
    void shouldReportNothingWhileChangesMayBeOnTheirWay() {
        for (int i = 0; i < 100; i++) {
            look(false, 100, 3); // a lane is behind
            assertEquals(0, check.unaccounted());
        }
        for (int i = 0; i < 100; i++) {
            look(true, 100 + i, 3); // more is read
            look(true, 1_000, i % 2); // more is applied
            look(true, 1_000, 0);
            look(true, 1_000, -1); // not known yet
        }
        assertEquals(0, check.unaccounted());
    }
}
