package io.millrace.e2e.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void shouldTakeAsManyRowsAsTheWorkloadIsMeantForWhenNoneAreSaid() {
        assertEquals(1_000_000, Arguments.of().rows());
        assertEquals(20_000, Arguments.of("--workload", "wide").rows());
        assertEquals(5_000, Arguments.of("--workload", "tables").rows());
        assertEquals(7, Arguments.of("--workload", "wide", "--rows", "7").rows());
        assertEquals(7, Arguments.of("--rows", "7", "--workload", "wide").rows());
    }
}
