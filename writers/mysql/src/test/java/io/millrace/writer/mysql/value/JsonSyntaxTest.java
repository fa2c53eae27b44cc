package io.millrace.writer.mysql.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class JsonSyntaxTest {
    private static boolean isValid(String text) {
        byte[] bytes = ("#" + text + "#").getBytes(StandardCharsets.UTF_8);
        return JsonSyntax.isValid(new UnsafeBuffer(bytes), 1, bytes.length - 2);
    }

    @Test
    void shouldTakeWhatIsJson() {
        for (String text : List.of(
                "0",
                " -0.5e+10 ",
                "1E5",
                "\"\"",
                "\"a\\\\\"",
                "\"\\\"\"",
                "true",
                "[]",
                "{}",
                "[ [ ] , { } ]",
                "{\"a\" : [1, {\"b\": null}], \"\" : false}",
                "[".repeat(100) + "]".repeat(100))) {
            assertEquals(true, isValid(text), text);
        }
    }

    @Test
    void shouldRefuseWhatIsNot() {
        for (String text : List.of(
                "",
                " ",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "1-2",
                "+1",
                "NaN",
                "tru",
                "true1",
                "\"",
                "\"a",
                "\"\\\"",
                "'a'",
                "[",
                "]",
                "[1",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1}",
                "{1: 2}",
                "{\"a\"}",
                "{\"a\" 1}",
                "{\"a\": 1,}",
                "{\"a\": 1]",
                "[1], [2]",
                "[0.1, (SELECT 1)]",
                "[0.1); DROP TABLE t; --]",
                "[".repeat(101) + "]".repeat(101))) {
            assertEquals(false, isValid(text), text);
        }
    }

    /** Every prefix of a text, and the text without each of its bytes, ends somewhere. */
    @Test
    void shouldComeToAnEndWhenATextIsCut() {
        String text = "{\"a\\\"\": [1.5e-3, true, {\"b\": null}, \"\\\\\"], \"c\": -0}";
        for (int i = 0; i < text.length(); i++) {
            assertEquals(false, isValid(text.substring(0, i)), text.substring(0, i));
            isValid(text.substring(0, i) + text.substring(i + 1));
        }
    }
}
