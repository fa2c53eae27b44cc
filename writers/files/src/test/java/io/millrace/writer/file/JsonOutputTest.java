package io.millrace.writer.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JsonOutputTest {
    private final JsonOutput out = new JsonOutput();

    private String text() {
        String text = new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
        out.clear();
        return text;
    }

    @Test
    void shouldWriteIntegersWithAllTheirDigits() {
        for (long value : new long[] {0, 7, -7, 10, Long.MAX_VALUE, Long.MIN_VALUE, 9_007_199_254_740_993L}) {
            out.number(value);
            assertEquals(Long.toString(value), text());
            out.unsigned(value);
            assertEquals(Long.toUnsignedString(value), text());
        }
    }

    @Test
    void shouldEscapeWhatJsonAsksForAndNothingElse() {
        String odd = "\"\\\n\r\t\u0000\u001f\u007f/é€😀\u2028";
        out.text(odd);
        assertEquals("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\u007f/é€😀\u2028\"", text());
        byte[] utf8 = odd.getBytes(StandardCharsets.UTF_8);
        out.text(new UnsafeBuffer(utf8), 0, utf8.length);
        assertEquals("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\u007f/é€😀\u2028\"", text());
    }

    @Test
    void shouldWriteBase64AsEverybodyDoes() {
        Random random = new Random(5);
        for (int length = 0; length < 100; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            out.base64(new UnsafeBuffer(bytes), 0, length);
            assertEquals('"' + Base64.getEncoder().encodeToString(bytes) + '"', text());
        }
    }

    @Test
    void shouldGrow() {
        String large = "x".repeat(3 << 20);
        out.text(large);
        assertEquals(large.length() + 2, out.length());
    }
}
