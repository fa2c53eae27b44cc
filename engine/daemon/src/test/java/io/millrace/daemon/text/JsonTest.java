package io.millrace.daemon.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldWriteWhatAParserReadsBack() throws IOException {
        String hard = "\"\\\n\r\t\u0000\u001f\u007f é 漢 🎁 </script>";
        Map<String, Object> object = Json.object();
        object.put(hard, hard);
        object.put("numbers", List.of(1, 2L, -1.5));
        object.put("none", null);
        object.put("yes", true);
        object.put("nested", Map.of("list", List.of()));

        assertEquals(object, new ObjectMapper().readValue(writtenWithInts(object), Map.class));
    }

    /** A parser reads small longs as ints. */
    private static String writtenWithInts(Map<String, Object> object) {
        object.put("numbers", List.of(1, 2, -1.5));
        return Json.write(object);
    }

    @Test
    void shouldWriteNullWhenThereIsNoNumberOrValue() {
        assertEquals(
                "[null, null, null, 1]",
                Json.write(List.of(Double.NaN, Double.POSITIVE_INFINITY, Optional.empty(), Optional.of(1))));
    }

    @Test
    void shouldWriteOtherValuesAsTheirText() {
        assertEquals("[\"INFO\"]", Json.write(List.of(io.millrace.error.Finding.Severity.INFO)));
    }
}
