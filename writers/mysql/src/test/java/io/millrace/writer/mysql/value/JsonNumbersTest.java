package io.millrace.writer.mysql.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JsonNumbersTest {
    private static void assertExact(boolean isExact, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertEquals(isExact, JsonNumbers.areExact(new UnsafeBuffer(bytes), 0, bytes.length), json);
    }

    @Test
    void shouldLeaveToTheServerWhatItReadsExactly() {
        assertExact(true, "{}");
        assertExact(true, "0");
        assertExact(true, "-0.000000000000000000000000");
        assertExact(true, "[1, -2.5, 1e22, 123456789012345e-22, 0.000001]");
        assertExact(true, "[18446744073709551615, -9223372036854775808]");
        assertExact(true, "{\"0.41384962831330796\": \"\\\"0.41384962831330796\"}");
        assertExact(false, "0.41384962831330796");
        assertExact(false, "{\"a\": [1, {\"b\": 0.41384962831330796}]}");
        assertExact(false, "[18446744073709551616]");
        assertExact(false, "[-9223372036854775809]");
        assertExact(false, "[1, 3e23]");
        assertExact(false, "[1e-400]");
        assertExact(false, "[1e-99999999999999999999]");
    }

    @Test
    void shouldSayADoubleWhereThereIsOneAndElseADecimal() {
        assertEquals("0.41384962831330796e0", JsonNumbers.literal("0.41384962831330796"));
        assertEquals("-9.401134075280441E80", JsonNumbers.literal("-9.401134075280441E80"));
        assertEquals("100000000000000000000e0", JsonNumbers.literal("100000000000000000000"));
        assertEquals("0.1234567890123456789", JsonNumbers.literal("0.12345678901234567890"));
        assertEquals("-12345678901234567890123", JsonNumbers.literal("-12345678901234567890123"));
        assertEquals("0.30000000000000001", JsonNumbers.literal("0.30000000000000001"));
        assertEquals("12345678901234567890000", JsonNumbers.literal("1.234567890123456789e22"));
        assertEquals("5.6103295712359e-310", JsonNumbers.literal("5.6103295712359e-310"));
        assertEquals("-5e-324", JsonNumbers.literal("-5e-324"));
        assertEquals("2.2250738585072014e-308", JsonNumbers.literal("2.2250738585072014e-308"));
        assertNull(JsonNumbers.literal("5.61032957123588e-310"));
        assertNull(JsonNumbers.literal("4.9e-324"));
        assertNull(JsonNumbers.literal("1e-400"));
        assertNull(JsonNumbers.literal("1e400"));
        assertNull(JsonNumbers.literal("0.1234567890123456789012345678901"));
        assertNull(JsonNumbers.literal("1e-999999999"));
    }
}
