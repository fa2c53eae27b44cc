package io.millrace.dirty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.task.DirtyLimit;
import org.junit.jupiter.api.Test;

class DirtyWindowTest {
    private static final DirtyLimit.Percent ONE = (DirtyLimit.Percent) DirtyLimit.parse("1%");

    private final DirtyWindow window = new DirtyWindow();

    private void dirty(int rows) {
        for (int i = 0; i < rows; i++) {
            window.dirty();
        }
    }

    @Test
    void shouldNotJudgeBeforeAThousandRowsHavePassed() {
        window.passed(999);
        dirty(500);
        assertFalse(window.isOver(ONE));
        window.passed(1);
        assertTrue(window.isOver(ONE));
    }

    @Test
    void shouldForgetWhatLiesBeforeTheLastHundredThousandRows() {
        window.passed(1_000);
        dirty(900);
        window.passed(89_000);
        assertFalse(window.isOver(ONE));
        dirty(1);
        assertTrue(window.isOver(ONE));
        window.passed(12_000);
        assertFalse(window.isOver(ONE));
        window.passed(10_000_000);
        dirty(1_000);
        assertFalse(window.isOver(ONE));
        dirty(1);
        assertTrue(window.isOver(ONE));
    }
}
