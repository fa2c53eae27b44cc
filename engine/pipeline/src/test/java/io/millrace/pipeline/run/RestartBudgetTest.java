package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.ErrorKind;
import io.millrace.error.Retry;
import io.millrace.task.RestartSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
    private static final long MINUTE = 60_000;

    private final RestartBudget budget = new RestartBudget(new RestartSpec(2, Duration.ofMinutes(30)), 5 * MINUTE);

    private static Set<ErrorCode> codes(Retry retry) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.retry() == retry)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ErrorCode.class)));
    }

    @Test
    void shouldAnswerNoErrorOfDataOrUserOrOfOurOwnByARestart() {
        assertEquals(EnumSet.of(ErrorCode.LOG_SYNC_FAILED, ErrorCode.TARGET_FAILED), codes(Retry.RESTART));
        assertEquals(
                EnumSet.of(
                        ErrorCode.SOURCE_LOGIN_REFUSED,
                        ErrorCode.SOURCE_PRIVILEGE,
                        ErrorCode.TARGET_LOGIN_REFUSED,
                        ErrorCode.TARGET_PRIVILEGE),
                codes(Retry.AWHILE));
        for (ErrorCode code : ErrorCode.values()) {
            if (EnumSet.of(ErrorKind.DATA, ErrorKind.USER, ErrorKind.INTERNAL).contains(code.kind())) {
                assertEquals(OptionalLong.empty(), budget.pauseMillis(code, 0), code.name());
            }
        }
        assertEquals(OptionalLong.empty(), budget.pauseMillis(ErrorCode.TARGET_FENCED, 0));
        assertEquals(0, budget.restarts());
    }

    @Test
    void shouldFailWhenMoreFailuresComeThanTheBudgetHas() {
        assertEquals(OptionalLong.of(1_000), budget.pauseMillis(ErrorCode.TARGET_FAILED, 0));
        assertEquals(OptionalLong.of(2_000), budget.pauseMillis(ErrorCode.LOG_SYNC_FAILED, 10 * MINUTE));
        assertEquals(OptionalLong.empty(), budget.pauseMillis(ErrorCode.TARGET_FAILED, 30 * MINUTE - 1));
        assertEquals(OptionalLong.of(2_000), budget.pauseMillis(ErrorCode.TARGET_FAILED, 30 * MINUTE));
        assertEquals(3, budget.restarts());
    }

    @Test
    void shouldNotCountOutages() {
        for (int i = 0; i < 1_000; i++) {
            assertTrue(
                    budget.pauseMillis(ErrorCode.TARGET_UNREACHABLE, i * 1_000L).isPresent());
        }
        assertEquals(0, budget.restarts());
        assertTrue(budget.pauseMillis(ErrorCode.TARGET_FAILED, 1_000_000).isPresent());
    }

    @Test
    void shouldTryARefusalForFiveMinutesWhateverTheBudget() {
        long now = 0;
        OptionalLong pause = budget.pauseMillis(ErrorCode.SOURCE_LOGIN_REFUSED, now);
        int tries = 1;
        while (pause.isPresent()) {
            now += pause.getAsLong();
            pause = budget.pauseMillis(ErrorCode.SOURCE_PRIVILEGE, now);
            tries++;
        }
        assertEquals(5 * MINUTE, now);
        assertTrue(tries > 10, "tries=" + tries);
    }

    @Test
    void shouldBeginAnewWhenNothingWasRefusedForLongEnough() {
        assertTrue(budget.pauseMillis(ErrorCode.TARGET_PRIVILEGE, 0).isPresent());
        assertTrue(budget.pauseMillis(ErrorCode.TARGET_PRIVILEGE, 4 * MINUTE).isPresent());
        assertTrue(
                budget.pauseMillis(ErrorCode.TARGET_PRIVILEGE, 9 * MINUTE + 1).isPresent());
        assertTrue(budget.pauseMillis(ErrorCode.TARGET_PRIVILEGE, 10 * MINUTE).isPresent());
    }

    @Test
    void shouldNeverRestartWhenTheBudgetIsNone() {
        RestartBudget none = new RestartBudget(new RestartSpec(0, Duration.ofMinutes(1)), MINUTE);
        assertEquals(OptionalLong.empty(), none.pauseMillis(ErrorCode.TARGET_FAILED, 0));
    }
}
