package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void shouldBeTheSameWhenOnlySpelledDifferently() {
        assertTrue(JsonText.areSame("{\"a\": 1, \"b\": [true, null]}", " {\"b\":[true,null],\"a\":1.0}"));
        assertTrue(JsonText.areSame("\"\\u00e9\\/\\n\"", "\"é/\\u000a\""));
        assertTrue(JsonText.areSame("100", "1e2"));
        assertTrue(JsonText.areSame("-0.0", "0"));
        assertTrue(JsonText.areSame("[]", "[ ]"));
    }

    @Test
    void shouldDifferWhenTheMeaningDiffers() {
        assertFalse(JsonText.areSame("[1, 2]", "[2, 1]"));
        assertFalse(JsonText.areSame("{\"a\": null}", "{}"));
        assertFalse(JsonText.areSame("1", "\"1\""));
        assertFalse(JsonText.areSame("true", "false"));
        assertFalse(JsonText.areSame("null", "0"));
    }

    @Test
    void shouldDifferWhenEitherIsNoJson() {
        for (String wrong : new String[] {"", "[1", "{\"a\"", "\"\\", "\"\\u12", "tru", "1 2", "{a: 1}"}) {
            assertFalse(JsonText.areSame(wrong, wrong), wrong);
        }
    }
}
