package io.millrace.daemon.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantitiesTest {
    @Test
    void shouldShowNumbersAsPeopleReadThem() {
        assertEquals("1,234,567", Quantities.count(1_234_567));
        assertEquals("512 B", Quantities.bytes(512));
        assertEquals("1.5 KiB", Quantities.bytes(1_536));
        assertEquals("134 MiB", Quantities.bytes(134L << 20));
        assertEquals("999 ms", Quantities.time(999));
        assertEquals("1.2 s", Quantities.time(1_234));
        assertEquals("3 m 20 s", Quantities.time(200_000));
        assertEquals("2 h 5 m", Quantities.time(7_500_000));
    }

    @Test
    void shouldAlignColumnsByCharacters() {
        TextTable table = new TextTable("name", "value");
        table.add("🎁", "1");
        table.add("longer", "2");

        assertEquals(List.of("name    value", "🎁       1", "longer  2"), table.lines());
    }
}
