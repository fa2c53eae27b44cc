package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsAddressTest {
    @Test
    void shouldTakeLoopbackWhenNoHostIsGiven() {
        assertEquals(new MetricsAddress("127.0.0.1", 9464), MetricsAddress.parse("9464"));
        assertEquals(new MetricsAddress("0.0.0.0", 0), MetricsAddress.parse("0.0.0.0:0"));
        assertEquals(new MetricsAddress("::1", 9464), MetricsAddress.parse("[::1]:9464"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "65536", ":9464", "-1", "::1:9464", "host:", "[]:9464"})
    void shouldRefuseWhatIsNoAddress(String text) {
        assertThrows(IllegalArgumentException.class, () -> MetricsAddress.parse(text));
    }
}
